public import Foundation
public import SyncModel

/// What a pull takes: present and future meetings, up to so far ahead (CAL-4). Meetings that push names are taken whenever they are.
public struct CalendarWindow: Sendable, Hashable {
    /// How far ahead a single meeting may begin. Days.
    public var days: Int

    public init(days: Int = 1825) { self.days = days }

    /// - Parameter zone: in which an all-day meeting's days begin and end.
    public func contains(_ time: MeetingTime, in zone: ZoneName, now: Date) -> Bool {
        !time.isOver(in: zone, now: now) && time.start(in: zone) <= now + TimeInterval(days) * 86400
    }
}

extension MeetingTime {
    /// A past meeting never mails, and its end ends nothing (CAL-4, CAL-14).
    public func isOver(in zone: ZoneName, now: Date) -> Bool {
        switch self {
        case .timed(_, let end, _): end < now
        case .allDay(_, let end): WallTime(end).instant(in: zone.foundation) <= now
        }
    }

    func start(in zone: ZoneName) -> Date {
        switch self {
        case .timed(let start, _, _): start
        case .allDay(let start, _): WallTime(start).instant(in: zone.foundation)
        }
    }
}

extension ZoneName {
    /// GMT for a name that Foundation does not know.
    var foundation: TimeZone { TimeZone(identifier: rawValue) ?? .gmt }
}
