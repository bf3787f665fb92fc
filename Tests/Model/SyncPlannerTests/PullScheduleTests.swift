import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("When a pull is due")
struct PullScheduleTests {
    private let stockholm = TimeZone(identifier: "Europe/Stockholm")!

    private func date(_ text: String) -> Date { try! Date(text, strategy: .iso8601) }

    private func ticks(_ count: Int, _ unit: PullInterval.Unit, after: String, zone: TimeZone, _ number: Int)
        -> [String]
    {
        let schedule = PullSchedule(PullInterval(count, unit)!, in: zone)
        var moment = date(after)
        return (0..<number).map { _ in
            moment = schedule.next(after: moment)
            return moment.formatted(.iso8601)
        }
    }

    @Test("LN's help: 1 hour saved at 15:20 runs at 16:00, 17:00")
    func help() {
        #expect(
            ticks(1, .hour, after: "2026-11-24T15:20:00Z", zone: .gmt, 2) == [
                "2026-11-24T16:00:00Z", "2026-11-24T17:00:00Z",
            ])
    }

    @Test("A tick is after the moment, not at it")
    func strictlyAfter() {
        #expect(ticks(15, .minute, after: "2026-11-24T11:15:00Z", zone: .gmt, 1) == ["2026-11-24T11:30:00Z"])
    }

    @Test("Days begin at midnight of the zone, and 7 days on a Monday")
    func days() {
        #expect(ticks(1, .day, after: "2026-11-24T10:00:00Z", zone: stockholm, 1) == ["2026-11-24T23:00:00Z"])
        #expect(
            ticks(7, .day, after: "2026-11-24T10:00:00Z", zone: .gmt, 2) == [
                "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z",
            ])
    }

    @Test("A wall time that is skipped ticks at the gap's end, once")
    func gap() {
        // 2026-03-29 02:00 becomes 03:00, at 01:00 UTC.
        #expect(
            ticks(30, .minute, after: "2026-03-29T00:20:00Z", zone: stockholm, 3)
                == ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"])
        #expect(
            ticks(1, .hour, after: "2026-03-29T00:00:00Z", zone: stockholm, 2)
                == ["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"])
    }

    @Test("A repeated hour ticks twice")
    func overlap() {
        // 2026-10-25 03:00 becomes 02:00, at 01:00 UTC.
        #expect(
            ticks(30, .minute, after: "2026-10-24T23:45:00Z", zone: stockholm, 5)
                == [
                    "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z",
                    "2026-10-25T02:00:00Z",
                ])
    }

    @Test(
        "The same as asking every minute what the clock on the wall shows",
        arguments: ["Europe/Stockholm", "America/St_Johns", "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Casablanca"],
        [(7, PullInterval.Unit.minute), (45, .minute), (5, .hour), (2, .day)])
    func bruteForce(zone: String, interval: (Int, PullInterval.Unit)) {
        let zone = TimeZone(identifier: zone)!
        let schedule = PullSchedule(PullInterval(interval.0, interval.1)!, in: zone)
        let length = interval.0 * [PullInterval.Unit.minute: 60, .hour: 3600, .day: 86400][interval.1]!
        let origin = 4 * 86400
        for start in ["2026-03-27T22:00:00Z", "2026-04-03T12:00:00Z", "2026-10-02T12:00:00Z", "2026-10-24T00:00:00Z"] {
            // Wall seconds only go up or down by a transition; a tick is a minute whose wall time is a multiple, or at which a
            // transition skipped one.
            var expected: [Date] = []
            let begin = date(start)
            func wall(_ date: Date) -> Int { Int(date.timeIntervalSince1970) + zone.secondsFromGMT(for: date) - origin }
            for minute in 1...(4 * 1440) {
                let now = begin.addingTimeInterval(Double(minute) * 60)
                let (before, after) = (wall(now.addingTimeInterval(-60)), wall(now))
                let isMultiple = after % length == 0
                let skipped = after > before + 60 && (after / length) * length > before
                if isMultiple || skipped { expected.append(now) }
            }
            var found: [Date] = []
            var moment = begin
            while let last = expected.last, moment < last {
                moment = schedule.next(after: moment)
                found.append(moment)
            }
            #expect(found == expected, "\(zone.identifier) \(interval) from \(start)")
        }
    }
}
