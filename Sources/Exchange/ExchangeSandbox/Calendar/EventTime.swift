import Foundation

/// A start or an end: what a clock on the wall of a zone shows, and the instant that it means.
struct EventTime: Sendable, Hashable, Codable {
    /// Seconds since 1970-01-01 00:00 on that wall.
    let wall: Int
    /// As the client named it.
    let zone: String
    let instant: Date

    init(wall: Int, zone: String) {
        self.wall = wall
        self.zone = zone
        instant = Self.instant(wall, TimeZones.zone(zone) ?? .gmt)
    }

    init(_ instant: Date, zone: String) {
        self.instant = instant
        self.zone = zone
        wall = Self.wall(instant, TimeZones.zone(zone) ?? .gmt)
    }

    /// A `dateTimeTimeZone`; without a zone it is UTC.
    init(_ json: JSON) throws(GraphError) {
        guard let text = json["dateTime"]?.text else { throw Self.malformed("") }
        let zone = json["timeZone"]?.text ?? TimeZones.utc
        guard TimeZones.zone(zone) != nil, zone != TimeZones.custom else { throw TimeZones.unsupported(zone) }
        if let instant = Self.instant(text) {
            self.init(instant, zone: zone)
            return
        }
        guard let wall = Self.wall(text) else { throw Self.malformed(text) }
        self.init(wall: wall, zone: zone)
    }

    private static func malformed(_ text: String) -> GraphError {
        GraphError(400, "RequestBodyRead", "Cannot convert the literal '\(text)' to the expected type 'Edm.DateTime'.")
    }

    var day: CivilDay { CivilDay(wall: wall) }
    var secondOfDay: Int { wall - day.number * 86400 }

    /// All-day events are days, which begin at the same time everywhere.
    var floating: Date { Date(timeIntervalSince1970: Double(wall)) }

    /// The same time on another day's wall.
    func on(_ day: CivilDay) -> EventTime { EventTime(wall: day.number * 86400 + secondOfDay, zone: zone) }

    // MARK: Walls and instants

    /// A wall time in the gap before summer time moves forward by the gap; one that comes twice is the first.
    static func instant(_ wall: Int, _ zone: TimeZone) -> Date {
        func offset(_ time: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time))) }
        let (before, after) = (offset(wall - 86400), offset(wall + 86400))
        let (first, second) = (wall - before, wall - after)
        let isSecond = offset(first) != before && offset(second) == after
        return Date(timeIntervalSince1970: Double(isSecond ? second : first))
    }

    static func wall(_ instant: Date, _ zone: TimeZone) -> Int {
        Int(instant.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: instant)
    }

    /// `2026-12-01T09:00:00.0000000`, without an offset.
    static func wall(_ text: some StringProtocol) -> Int? {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard let day = halves.first.flatMap({ CivilDay($0) }), halves.count <= 2 else { return nil }
        guard halves.count == 2 else { return day.number * 86400 }
        let clock = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        guard clock.count == 1 || clock.count == 2 && Int(clock[1]) != nil else { return nil }
        let parts = clock[0].split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.count == 2 ? Int($0) : nil }
        guard numbers.count == parts.count, (2...3).contains(numbers.count), (0...23).contains(numbers[0]),
            (0...59).contains(numbers[1]), numbers.count == 2 || (0...59).contains(numbers[2])
        else { return nil }
        return day.number * 86400 + numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    /// A time with `Z` or an offset; `nil` where it has none.
    static func instant(_ text: String) -> Date? {
        if text.hasSuffix("Z") || text.hasSuffix("z") {
            return wall(text.dropLast()).map { Date(timeIntervalSince1970: Double($0)) }
        }
        guard text.utf8.count > 19, let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }),
            let wall = wall(text[..<sign])
        else { return nil }
        let parts = text[text.index(after: sign)...].split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0...14).contains(parts[0]), (0...59).contains(parts[1]) else { return nil }
        let offset = (parts[0] * 3600 + parts[1] * 60) * (text[sign] == "-" ? -1 : 1)
        return Date(timeIntervalSince1970: Double(wall - offset))
    }

    /// As answers have it: seven decimals, no offset.
    static func text(wall: Int) -> String {
        let day = CivilDay(wall: wall)
        let second = wall - day.number * 86400
        let clock = [second / 3600, second / 60 % 60, second % 60].map { CivilDay.padded($0, 2) }.joined(separator: ":")
        return "\(day.text)T\(clock).0000000"
    }
}
