import Administration
import CommandLine
import Foundation
import SyncModel

/// What `lnsync item explain` prints of a meeting for people.
struct MeetingText {
    private let explanation: MeetingExplanation
    private let dateStyle: Date.ISO8601FormatStyle

    init(_ explanation: MeetingExplanation, _ dateStyle: Date.ISO8601FormatStyle) {
        self.explanation = explanation
        self.dateStyle = dateStyle
    }

    var text: String {
        head + "\n" + sides + attendees + "\n"
            + JournalText(explanation.journal, rules: explanation.rules, dateStyle).text
    }

    private var head: String {
        let meeting = explanation.meeting
        let what = [meeting.subject, meeting.time].filter { !$0.isEmpty }.joined(separator: ", ")
        var text = "\(explanation.kind) \(meeting.activity ?? "that LN does not have")"
        text += what.isEmpty ? "\n" : ": \(what)\n"
        if let event = meeting.event { text += "event \(event)\n" }
        text += "\(explanation.state); made in \(explanation.birth) first; organized by \(explanation.owner)\n"
        if let reason = explanation.reason { text += Paragraph.of(reason, indent: "    ") }
        if let waitsFor = explanation.waitsFor { text += Paragraph.of("waits for \(waitsFor)", indent: "    ") }
        if let hold = explanation.hold { text += Paragraph.of(hold, indent: "    ") }
        if let asked = explanation.asked { text += Paragraph.of(asked, indent: "    ") }
        if !explanation.copies.isEmpty {
            text += Paragraph.of(
                "seen in the calendars of \(explanation.copies.map(\.rawValue).joined(separator: ", "))")
        }
        return text
    }

    private var sides: String {
        var table = Table("", "LN", "LAST IN STEP", "OUTLOOK")
        table.append("", explanation.ln, explanation.lastInStep, explanation.outlook)
        for field in explanation.fields {
            guard field.ln != nil || field.lastInStep != nil || field.outlook != nil else { continue }
            table.append(
                field.field + (field.waits ? " *" : ""), field.ln ?? "–", field.lastInStep ?? "–", field.outlook ?? "–")
        }
        let note = "* LN's value has not gone to Outlook yet, and counts as agreed until it does\n"
        return table.text + (explanation.fields.contains(where: \.waits) ? note : "")
    }

    private var attendees: String {
        guard let attendees = explanation.attendees, !attendees.isEmpty else { return "" }
        var table = Table("ATTENDEE IN LN", "ATTENDANCE", "INVITE", "SENT", "SYNCHRONIZED", "STATUS")
        func word(_ isOn: Bool) -> String { isOn ? "yes" : "no" }
        for attendee in attendees {
            table.append(
                attendee.email?.rawValue ?? "without e-mail", attendee.attendance, word(attendee.isInvited),
                word(attendee.sentToSynchronizer), word(attendee.synchronized), attendee.response)
        }
        return "\n" + table.text
    }
}
