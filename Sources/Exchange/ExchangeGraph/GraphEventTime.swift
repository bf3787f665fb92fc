import ExchangeClient
import Foundation
import SyncModel
import SyncPlanner

/// `microsoft.graph.dateTimeTimeZone`: a wall time and its zone, by Windows' name on the wire (CAL-18).
struct GraphEventTime: Codable {
    let dateTime: String?
    let timeZone: String?

    /// The wall time, without its zone: `2026-12-01T09:00:00.0000000`.
    var wallTime: WallTime? {
        guard let text = dateTime, let date = CalendarDate(text) else { return nil }
        let clock = text.dropFirst(10)
        guard let first = clock.first else { return WallTime(date) }
        guard first == "T" || first == " " else { return nil }
        let parts = clock.dropFirst().prefix(8).split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.count == 2 ? Int(part) : nil }
        guard numbers.count == parts.count, (2...3).contains(numbers.count), (0..<24).contains(numbers[0]),
            numbers[1...].allSatisfy((0..<60).contains)
        else { return nil }
        return WallTime(date, second: numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0))
    }

    /// `nil` where wall time or zone is unknown. Every request asks for UTC; another zone is taken all the same.
    var instant: Date? {
        guard let wallTime else { return nil }
        if timeZone == nil || timeZone == Self.utc { return wallTime.instant(in: .gmt) }
        guard let zone = timeZone.flatMap(GraphZone.init(wire:)) else { return nil }
        return wallTime.instant(in: zone.rules)
    }

    /// The day, whatever the zone: of an all-day event Graph shows midnight and calls it UTC.
    var day: CalendarDate? { wallTime?.date }

    static let utc = "UTC"
}

extension GraphEventTime {
    /// Whole seconds in the zone; in UTC where the zone's clock shows that time twice and Exchange would take the first.
    static func pair(_ start: Date, _ end: Date, in zone: GraphZone) -> (start: GraphEventTime, end: GraphEventTime)? {
        for zone in [zone, .utc] {
            if let start = GraphEventTime(start, in: zone), let end = GraphEventTime(end, in: zone) {
                return (start, end)
            }
        }
        return nil
    }

    init(_ day: CalendarDate, in zone: GraphZone) {
        dateTime = "\(day)T00:00:00"
        timeZone = zone.wire
    }

    /// `nil` where the wall time means another instant too, or has no four-digit year.
    private init?(_ date: Date, in zone: GraphZone) {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        guard (Self.earliest...Self.latest).contains(seconds) else { return nil }
        let style = Date.ISO8601FormatStyle(timeZone: zone.rules)
        dateTime = String(Date(timeIntervalSince1970: seconds).formatted(style).prefix(19))
        timeZone = zone.wire
        guard wallTime?.instant(in: zone.rules).timeIntervalSince1970 == seconds else { return nil }
    }

    /// What Exchange can hold: from 1601 to 4500.
    private static let earliest = -11_644_473_600.0
    private static let latest = 79_839_129_600.0
}

/// A zone that both Exchange and we know the rules of.
struct GraphZone {
    /// As it is sent.
    let wire: String
    /// As it is kept.
    let name: ZoneName
    let rules: TimeZone

    static let utc = GraphZone(wire: GraphEventTime.utc, name: ZoneName("Etc/UTC"), rules: .gmt)

    private init(wire: String, name: ZoneName, rules: TimeZone) {
        self.wire = wire
        self.name = name
        self.rules = rules
    }

    /// To write: UTC for one that Windows does not have.
    init(_ name: ZoneName) {
        // By the rules of the zone that Exchange takes it for.
        guard let windows = WindowsZones.name(name), let zone = GraphZone(wire: windows.rawValue) else {
            self = .utc
            return
        }
        self = zone
    }

    /// As read: Exchange has Windows' names, and IANA's of events that were made by them. `nil` for any other, such as
    /// `tzone://Microsoft/Custom`.
    init?(wire: String) {
        let iana = ZoneName(wire)
        let name = WindowsZones.zone(WindowsZoneName(wire)) ?? (WindowsZones.name(iana) == nil ? nil : iana)
        guard let name, let rules = TimeZone(identifier: name.rawValue) else { return nil }
        self.init(wire: wire, name: name, rules: rules)
    }
}
