public import Foundation

/// When a meeting is: two instants, or days that belong to no zone (CAL-18).
public enum MeetingTime: Sendable, Hashable, Codable {
    /// The zone is the one it was entered in; `nil` where the side keeps none.
    case timed(start: Date, end: Date, zone: ZoneName?)
    /// `end` is the first day after it.
    case allDay(start: CalendarDate, end: CalendarDate)

    public var isAllDay: Bool {
        if case .allDay = self { return true }
        return false
    }
}
