import Foundation
import SyncModel

/// A meeting's values in LN's words, for someone who knows LN. What its owner hides is never among them (CAL-19).
struct MeetingWords: Sendable {
    /// In which times are told.
    let zone: TimeZone

    /// What stands in place of a value that its owner hides.
    static let hidden = "private"

    /// The side as people call it.
    static func name(_ side: Side) -> String { side == .ln ? "LN" : "Outlook" }

    // MARK: Which meeting

    /// Empty where nothing of it is kept: it ended.
    func title(_ meeting: Meeting) -> String {
        if meeting.isPrivate { return Self.hidden }
        if meeting.contents.isEmpty { return "" }
        let subjects = meeting.contents.compactMap(\.subject)
        return subjects.first { !$0.isEmpty }.map { Self.line($0, 40) } ?? "no subject"
    }

    func when(_ meeting: Meeting) -> String { meeting.contents.compactMap(\.time).first.map(time) ?? "" }

    // MARK: Values

    static func name(_ group: FieldGroup) -> String {
        switch group {
        case .time: "Start and end"
        case .subject: "Subject"
        case .location: "Location"
        case .body: "Text"
        case .showAs: "Show Time As"
        case .sensitivity: "Sensitivity"
        case .reminder: "Reminder"
        case .attendee(let address): "Attendee \(address)"
        }
    }

    /// `nil` where the side does not have it, or hides it.
    func value(_ value: FieldValue?) -> String? {
        switch value {
        case nil, .attendee(nil): nil
        case .time(let time): self.time(time)
        case .subject(let text), .location(let text): Self.line(text, 60)
        case .body(let body): Self.line(body.text, 60)
        case .showAs(let showAs): Self.word(showAs)
        case .sensitivity(let sensitivity): sensitivity.rawValue.capitalized
        case .reminder(.off): "off"
        case .reminder(.minutes(let minutes)): "\(minutes) min before"
        case .attendee(let attendee?):
            attendee.attendance.rawValue.capitalized + (attendee.isInvited ? "" : ", Invite off")
        }
    }

    /// A value of a meeting that its owner may have hidden.
    func value(_ group: FieldGroup, of content: MeetingContent?, isPrivate: Bool) -> String? {
        guard let value = value(content?[group]) else { return nil }
        return isPrivate && !group.isShownOfPrivate ? Self.hidden : value
    }

    /// `2026-12-01 09:00–10:00`, in `zone`.
    func time(_ time: MeetingTime) -> String {
        switch time {
        case .timed(let start, let end, _):
            let (from, to) = (start.formatted(moment), end.formatted(moment))
            let isOneDay = from.prefix(10) == to.prefix(10)
            return "\(from)–\(isOneDay ? String(to.dropFirst(11)) : to)"
        case .allDay(let start, let end):
            let last = end.dayBefore
            return last.map { $0 > start } ?? false ? "\(start) to \(last ?? end), all day" : "\(start), all day"
        }
    }

    private var moment: Date.VerbatimFormatStyle {
        Date.VerbatimFormatStyle(
            format:
                "\(year: .padded(4))-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
            timeZone: zone, calendar: Calendar(identifier: .gregorian))
    }

    private static func word(_ showAs: ShowAs) -> String {
        switch showAs {
        case .free: "Free"
        case .tentative: "Tentative"
        case .busy: "Busy"
        case .outOfOffice: "Out of Office"
        case .workingElsewhere: "Working Elsewhere"
        }
    }

    /// One line of at most so many characters.
    private static func line(_ text: String, _ length: Int) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= length ? line : line.prefix(length - 1) + "…"
    }
}

extension CalendarDate {
    fileprivate var dayBefore: CalendarDate? {
        if day > 1 { return CalendarDate(year: year, month: month, day: day - 1) }
        let (year, month) = month > 1 ? (year, month - 1) : (year - 1, 12)
        return (28...31).reversed().lazy.compactMap { CalendarDate(year: year, month: month, day: $0) }.first
    }
}
