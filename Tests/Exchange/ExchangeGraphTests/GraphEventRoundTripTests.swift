import ExchangeClient
import ExchangeGraph
import Foundation
import Runtime
import SyncModel
import SyncPlanner
import Testing

/// What is written to Exchange and read back is alike where LN could hold it (CAL-10, CAL-18): nothing would be sent back.
@Suite("Graph: round trips of events")
struct GraphEventRoundTripTests {
    private static let zones = [
        "Europe/Amsterdam", "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "Asia/Kolkata",
        "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Honolulu", "Etc/UTC",
        "Africa/Casablanca", "America/Sao_Paulo",
    ].map { ZoneName($0) }

    private static let words = [
        "visit", "Ünal", "Søhne", "日本語", "emoji😀", "<b>", "&amp;", "&", "a<b>c", "e\u{301}", "x  y", "\"q\"", "it's",
        "€5", "-", "https://x.example/?a=1&b=2", "ann@x.example", "\u{1F469}\u{200D}\u{1F4BB}", "</div>", "<!-- c",
    ]

    private struct Generator {
        let random: SeededRandomness

        func number(_ range: Range<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
        func one<Value>(_ values: [Value]) -> Value { values[number(0..<values.count)] }

        func line() -> String { (0..<number(1..<6)).map { _ in one(words) }.joined(separator: " ") }

        func body() -> String {
            guard number(0..<8) > 0 else { return "" }
            var lines = (0..<number(1..<6)).map { _ in number(0..<4) == 0 ? "" : line() }
            lines.insert(line(), at: 0)
            lines.append(line())
            return lines.joined(separator: "\n")
        }

        /// Often within hours of a change of the clock.
        func start(_ zone: ZoneName) -> Date {
            let now = Date(timeIntervalSince1970: 1_795_000_020 + Double(number(0..<500_000)) * 60)
            guard number(0..<3) > 0, let rules = TimeZone(identifier: zone.rawValue),
                let change = rules.nextDaylightSavingTimeTransition(after: now)
            else { return Date(timeIntervalSince1970: (now.timeIntervalSince1970 / 60).rounded(.down) * 60) }
            return change + Double(number(-150..<150)) * 60
        }

        func time() -> MeetingTime {
            let zone = one(zones)
            if number(0..<5) == 0, let start = CalendarDate(year: 2027, month: number(1..<12), day: number(1..<28)),
                let end = CalendarDate(year: 2027, month: start.month, day: start.day + 1)
            {
                return .allDay(start: start, end: end)
            }
            let start = start(zone)
            return .timed(start: start, end: start + Double(number(0..<300)) * 60, zone: zone)
        }

        func content() -> MeetingContent {
            MeetingContent(
                time: time(), subject: line(), location: number(0..<3) == 0 ? "" : line(), body: MeetingBody(body()),
                showAs: one(ShowAs.allCases), sensitivity: one(Sensitivity.allCases),
                reminder: number(0..<3) == 0 ? .off : .minutes(number(0..<20160)))
        }
    }

    @Test(
        "Whatever is created, and then written over, is read back alike: by key, in a list, and in a page",
        arguments: 0..<8)
    func roundTrip(seed: Int) async throws {
        let bed = try CalendarBed()
        let generator = Generator(random: SeededRandomness(seed: UInt64(seed)))
        for number in 0..<15 {
            let (content, other) = (generator.content(), generator.content())
            let made = try await bed.made(content, "t-\(number)", property: "1300/ACT\(number)")
            #expect(isAlike(made.content, content), "\(made.content)\nis not\n\(content)")
            #expect(made.remarks == [])
            checkZone(made.content, content)
            let read = try await bed.calendar.event(made.key.item, of: bed.ann)
            #expect(read == made)
            let changes = Dictionary(
                uniqueKeysWithValues: FieldGroup.fields.compactMap { group in other[group].map { (group, $0) } })
            let changed = try await bed.calendar.updateEvent(
                try #require(read.silent), changes, zone: ZoneName("Europe/Berlin"), of: bed.ann)
            #expect(isAlike(changed.content, other), "\(changed.content)\nis not\n\(other)")
            checkZone(changed.content, other)
            #expect(try await bed.calendar.events(uid: made.key.uid, in: bed.ann) == [changed])
            // What was read, written again as it is, changes nothing but the version.
            let again = Dictionary(
                uniqueKeysWithValues: FieldGroup.fields.compactMap { group in changed.content[group].map { (group, $0) }
                })
            let same = try await bed.calendar.updateEvent(
                try #require(changed.silent), again, zone: ZoneName("Europe/Berlin"), of: bed.ann)
            #expect(same.content == changed.content)
        }
        let rows = try await bed.round().rows
        #expect(rows.count == 15)
        for case .event(let event) in rows {
            #expect(event.content == (try await bed.calendar.event(event.key.item, of: bed.ann)).content)
        }
        #expect(try bed.mails() == 0)
    }

    /// The zone comes back as the one Windows takes it for, or as UTC where that zone's clock shows the time twice.
    private func checkZone(_ read: MeetingContent, _ written: MeetingContent) {
        guard case .timed(_, _, let zone?)? = read.time, case .timed(let start, let end, let meant?)? = written.time
        else {
            return
        }
        let usual = WindowsZones.name(meant).flatMap(WindowsZones.zone)
        guard zone != usual else { return }
        #expect(zone == ZoneName("Etc/UTC"))
        let rules = TimeZone(identifier: (usual ?? meant).rawValue) ?? .gmt
        let isRepeated = [start, end].contains { date in
            [1800.0, 3600].contains { gap in
                rules.secondsFromGMT(for: date) == rules.secondsFromGMT(for: date - gap) - Int(gap)
            }
        }
        #expect(isRepeated, "\(start) … \(end) in \(meant)")
    }
}
