import Foundation
import HTTPTypes
import Runtime
import Synchronization
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: times, all-day events and zones")
struct EventTimeTests {
    private let calendar: CalendarHarness

    init() throws {
        calendar = try CalendarHarness()
    }

    private func body(_ start: String, _ end: String, _ zone: String, isAllDay: Bool = false) -> String {
        """
        {"subject":"A","isAllDay":\(isAllDay),"start":{"dateTime":"\(start)","timeZone":"\(zone)"},
        "end":{"dateTime":"\(end)","timeZone":"\(zone)"}}
        """
    }

    @Test(
        "A time is taken in a zone of Windows or a listed one, and shown in the preferred zone",
        arguments: [
            ("W. Europe Standard Time", "2026-07-01T09:00:00", "2026-07-01T07:00:00.0000000"),
            ("Europe/Berlin", "2026-12-01T09:00:00.0000000", "2026-12-01T08:00:00.0000000"),
            ("India Standard Time", "2026-12-01T09:00", "2026-12-01T03:30:00.0000000"),
            ("UTC", "2026-12-01T09:00:00", "2026-12-01T09:00:00.0000000"),
            // The gap before summer time, and the hour that comes twice.
            ("W. Europe Standard Time", "2027-03-28T02:30:00", "2027-03-28T01:30:00.0000000"),
            ("W. Europe Standard Time", "2026-10-25T02:30:00", "2026-10-25T00:30:00.0000000"),
        ])
    func zones(_ zone: String, _ local: String, _ utc: String) throws {
        let made = try calendar.make(body(local, "2027-12-01T09:00:00", zone))
        #expect(made["start"] == ["dateTime": .text(utc), "timeZone": "UTC"])
        #expect(made["originalStartTimeZone"]?.text == zone)
        let id = try #require(made["id"]?.text)
        let preferred = calendar.send(
            .get, "events/\(id)", "", ["Prefer": "IdType=\"ImmutableId\", outlook.timezone=\"Tokyo Standard Time\""])
        #expect(preferred.json["start"]?["timeZone"] == "Tokyo Standard Time")
        #expect(
            preferred.response.headerFields["Preference-Applied"]?.contains("outlook.timezone=\"Tokyo Standard Time\"")
                == true)
        let tokyo = try #require(preferred.json["start"]?["dateTime"]?.text.flatMap { EventTime.wall($0) })
        #expect(tokyo - (EventTime.wall(utc) ?? 0) == 9 * 3600)
    }

    @Test("A zone that is not on Microsoft's list is refused, in a body and as a preference")
    func unknownZones() throws {
        for zone in ["Europe/Amsterdam", "Mars/Olympus", ""] {
            let answer = calendar.send(.post, "events", body("2026-12-01T09:00:00", "2026-12-01T10:00:00", zone))
            #expect(calendar.harness.code(answer) == "TimeZoneNotSupportedException", "\(zone)")
        }
        let answer = calendar.send(.get, "events", "", ["Prefer": "outlook.timezone=\"Europe/Amsterdam\""])
        #expect(answer.status == 400 && calendar.harness.code(answer) == "TimeZoneNotSupportedException")
    }

    @Test(
        "An all-day event is from midnight to midnight in one zone, and is shown so, labelled UTC, whatever zone is preferred"
    )
    func allDay() throws {
        let made = try calendar.make(
            body("2026-12-01T00:00:00", "2026-12-03T00:00:00", "Tokyo Standard Time", isAllDay: true))
        let midnight: JSON = ["dateTime": "2026-12-01T00:00:00.0000000", "timeZone": "UTC"]
        #expect(made["start"] == midnight && made["isAllDay"] == .bool(true))
        let id = try #require(made["id"]?.text)
        let fields: HTTPFields = ["Prefer": "IdType=\"ImmutableId\", outlook.timezone=\"Pacific Standard Time\""]
        #expect(calendar.send(.get, "events/\(id)", "", fields).json["start"] == midnight)
        for (start, end) in [
            ("2026-12-01T09:00:00", "2026-12-02T00:00:00"), ("2026-12-01T00:00:00", "2026-12-01T00:00:00"),
        ] {
            let answer = calendar.send(.post, "events", body(start, end, "UTC", isAllDay: true))
            #expect(calendar.harness.code(answer) == "ErrorPropertyValidationFailure")
        }
        let view = "calendarView?startDateTime=2026-12-02T23:00:00Z&endDateTime=2026-12-03T10:00:00Z"
        #expect(calendar.send(.get, view).json["value"]?.array?.count == 1, "its days are matched as UTC's")
    }

    @Test("A calendar view has what takes up some of its time; its window is needed and has a greatest length")
    func view() throws {
        for (day, hour) in [("01", 9), ("02", 9), ("03", 9)] {
            _ = try calendar.make(body("2026-12-\(day)T0\(hour):00:00", "2026-12-\(day)T10:00:00", "UTC"))
        }
        func count(_ query: String) -> Int? {
            calendar.send(.get, "calendarView?\(query)").json["value"]?.array?.count
        }
        #expect(count("startDateTime=2026-12-01T10:00:00Z&endDateTime=2026-12-03T09:00:00Z") == 1)
        #expect(count("startDateTime=2026-12-01T10:59:59%2B01:00&endDateTime=2026-12-03T09:00:01") == 3)
        #expect(count("StartDateTime=2026-12-01&enddatetime=2026-12-04") == 3)
        for (query, code) in [
            ("startDateTime=2026-12-01T00:00:00Z", "ErrorInvalidParameter"),
            ("startDateTime=x&endDateTime=2026-12-03T09:00:00Z", "ErrorInvalidParameter"),
            ("startDateTime=2026-12-05T00:00:00Z&endDateTime=2026-12-03T09:00:00Z", "ErrorInvalidParameter"),
            ("startDateTime=2026-12-01T00:00:00Z&endDateTime=2036-12-01T00:00:00Z", "ErrorInvalidRequest"),
        ] {
            #expect(calendar.harness.code(calendar.send(.get, "calendarView?\(query)")) == code, "\(query)")
        }
    }

    @Test("The zones of a mailbox are told, Windows' and the others, and each of them is taken")
    func supported() throws {
        for path in ["outlook/supportedTimeZones", "outlook/supportedTimeZones(TimeZoneStandard='Iana')"] {
            let zones = try #require(calendar.send(.get, path).json["value"]?.array)
            #expect(zones.count > 90)
            #expect(zones.allSatisfy { $0["alias"]?.text.flatMap { TimeZones.zone($0) } != nil })
        }
        #expect(TimeZones.supported(isIANA: true).allSatisfy { TimeZones.zone($0) != nil })
        #expect(TimeZones.supported(isIANA: false).allSatisfy { TimeZones.zone($0) != nil })
    }

    @Test("No time, id or token traps")
    func fuzz() throws {
        let daily = #""recurrence":{"pattern":{"type":"daily"},"range":{"type":"noEnd","startDate":"2026-12-01"}}"#
        let id = try calendar.makeID(CalendarHarness.event("A", daily))
        let pieces = [
            "2026-12-01", "T", "09:00:00", "+", "-", ":", "99999999999999999999", "9223372036854775807", "Z", ".0",
        ]
        let randomness = SeededRandomness(seed: 11)
        for _ in 0..<2000 {
            let text = (0..<randomness.next(in: 0...8)).map { _ in pieces[randomness.next(in: 0...pieces.count - 1)] }
                .joined()
            _ = EventTime.wall(text)
            _ = EventTime.instant(text)
            _ = CivilDay(text)
        }
        let seed = try #require(
            calendar.harness.sandbox.state.withLock { $0.directory.mailboxes[CalendarHarness.ann]?.seed })
        for day in [0, 1, 100_001, Int.max] {
            let forged = ItemID.occurrence(3, day: day).text(in: seed)
            #expect(calendar.send(.get, "events/\(forged)").status == 404)
        }
        #expect(calendar.send(.get, "events/\(id)").status == 200)
        for end in ["1e300", "-1e300", "1e12"] {
            let token =
                #"{"generation":1,"mailbox":\#(seed),"calendar":1,"start":0,"end":\#(end),"after":0,"issued":0,"#
                + #""emptyPages":0}"#
            let text = Data(token.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            #expect(calendar.send(.get, "calendarView/delta?$deltatoken=\(text)").status == 400)
        }
        #expect(CivilDay(wall: -1).text == "1969-12-31" && CivilDay(wall: -86400).text == "1969-12-31")
    }
}
