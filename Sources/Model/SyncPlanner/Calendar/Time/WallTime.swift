public import Foundation
public import SyncModel

/// What a clock on the wall shows: a day and seconds since its midnight, in no zone (CAL-18).
public struct WallTime: Sendable, Hashable {
    public var date: CalendarDate
    /// 0 to 86,399.
    public var second: Int

    public init(_ date: CalendarDate, second: Int = 0) {
        self.date = date
        self.second = second
    }

    /// When the clock shows it. One that it skips moves forward by the gap; of one that it repeats the first counts.
    public func instant(in zone: TimeZone) -> Date {
        let wall = Double(Self.days(date) * 86400 + second)
        let before = zone.secondsFromGMT(for: Date(timeIntervalSince1970: wall - 86400))
        let after = zone.secondsFromGMT(for: Date(timeIntervalSince1970: wall + 86400))
        let shown = [before, after].map { Date(timeIntervalSince1970: wall - Double($0)) }
            .filter { $0.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: $0)) == wall }
        return shown.min() ?? Date(timeIntervalSince1970: wall - Double(before))
    }

    /// Days since 1 January 1970, in the Gregorian calendar.
    private static func days(_ date: CalendarDate) -> Int {
        let year = date.month > 2 ? date.year : date.year - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
