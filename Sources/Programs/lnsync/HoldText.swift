import Administration
import CommandLine
import SyncModel

/// Questions about meetings, for people.
enum HoldText {
    /// Ids as short as they still tell one from another, at least so many characters.
    static func shortest(_ ids: [String], least: Int = 8) -> (String) -> String {
        let others = Set(ids)
        return { id in
            // `many-ends/anna/ln` is a word.
            guard !id.contains("/") else { return id }
            var length = least
            while length < id.count, others.contains(where: { $0 != id && $0.hasPrefix(id.prefix(length)) }) {
                length += 1
            }
            return String(id.prefix(length))
        }
    }

    static func of(_ holds: [MeetingHoldListing], _ shortest: (String) -> String) -> String {
        var table = Table("ID", "ASKED", "WHOSE", "WHEN", "MEETING", "STATE")
        for hold in holds {
            let first = hold.meetings.first
            let isMany = hold.meetings.count > 1
            table.append(
                shortest(hold.id), hold.title, hold.user.rawValue, isMany ? "" : first?.time ?? "",
                isMany ? hold.meetings.count.of("meeting") : first?.subject ?? "", hold.state)
        }
        return table.text(shortening: 4) + "lnsync holds show <id> shows both sides, and what a decision does\n"
    }

    static func of(_ hold: MeetingHoldListing) -> String {
        var text = "\(hold.title), \(hold.user) (\(hold.email)): \(hold.state)\n" + Paragraph.of(hold.detail) + "\n"
        if let differences = hold.differences, let meeting = hold.meetings.first {
            text += "\(meeting.activity.map { "activity \($0)" } ?? "no activity"), "
            text += "\(meeting.event.map { "event \($0)" } ?? "no event")\n"
            var table = Table("", "LN", "OUTLOOK")
            for difference in differences {
                table.append(difference.field, difference.ln ?? "–", difference.outlook ?? "–")
            }
            text += table.text
        } else {
            text += PlanText.table(hold.meetings)
        }
        if let candidates = hold.candidates, !candidates.isEmpty {
            text += "\nit could be one of these:\n" + PlanText.table(candidates)
        }
        return text
    }
}
