import Foundation
import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: series")
struct SeriesTests {
    private let calendar: CalendarHarness

    init() throws {
        calendar = try CalendarHarness()
    }

    private static func recurrence(_ pattern: String, _ range: String = #""type":"noEnd""#) -> String {
        #""recurrence":{"pattern":{\#(pattern)},"range":{\#(range),"startDate":"2026-12-01"}}"#
    }

    @Test(
        "A pattern recurs on its days",
        arguments: [
            (#""type":"daily","interval":10"#, #""type":"noEnd""#, ["12-01", "12-11", "12-21", "12-31"]),
            (
                #""type":"weekly","interval":2,"daysOfWeek":["Tuesday","friday"],"firstDayOfWeek":"monday""#,
                #""type":"endDate","endDate":"2026-12-18""#, ["12-01", "12-04", "12-15", "12-18"]
            ),
            (
                #""type":"absoluteMonthly","interval":1,"dayOfMonth":31"#,
                #""type":"numbered","numberOfOccurrences":3"#,
                ["12-31", "01-31", "02-28"]
            ),
            (
                #""type":"relativeMonthly","interval":1,"daysOfWeek":["thursday"],"index":"last""#,
                #""type":"numbered","numberOfOccurrences":2"#, ["12-31", "01-28"]
            ),
            (
                #""type":"relativeMonthly","interval":1,"daysOfWeek":["monday","tuesday"],"index":"second""#,
                #""type":"numbered","numberOfOccurrences":2"#, ["12-07", "01-05"]
            ),
            (
                #""type":"absoluteYearly","interval":1,"dayOfMonth":24,"month":12"#,
                #""type":"numbered","numberOfOccurrences":1"#, ["12-24"]
            ),
        ])
    func patterns(_ pattern: String, _ range: String, _ days: [String]) throws {
        let text = "{\(Self.recurrence(pattern, range))}"
        let json = try #require(JSON(.init(text.utf8))?["recurrence"])
        let last = try #require(CivilDay("2027-03-01"))
        let found = try Recurrence(json).days(through: last).map { String($0.text.dropFirst(5)) }
        #expect(Array(found.prefix(days.count)) == days)
        if !range.contains("noEnd") { #expect(found.count == days.count) }
    }

    @Test(
        "A series' occurrences have its hour on both sides of a change of clocks, their own iCalUIds, and no lists' rows"
    )
    func occurrences() throws {
        let daily =
            #""recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2027-03-27"}}"#
        let made = try calendar.make(CalendarHarness.event("Daily", on: "2027-03-27", daily))
        let id = try #require(made["id"]?.text)
        #expect(made["type"] == "seriesMaster" && made["recurrence"]?["range"]?["type"] == "noEnd")
        let view = "calendarView?startDateTime=2027-03-27T00:00:00Z&endDateTime=2027-03-29T00:00:00Z"
        let rows = try #require(calendar.send(.get, view).json["value"]?.array)
        #expect(
            rows.compactMap { $0["start"]?["dateTime"]?.text } == [
                "2027-03-27T08:00:00.0000000", "2027-03-28T07:00:00.0000000",
            ])
        #expect(rows.allSatisfy { $0["type"] == "occurrence" && $0["seriesMasterId"]?.text == id })
        #expect(rows[0]["iCalUId"] != rows[1]["iCalUId"] && rows[0]["iCalUId"] != made["iCalUId"])
        #expect(calendar.events(in: CalendarHarness.ann).count == 1)
        let occurrence = try #require(rows[1]["id"]?.text)
        #expect(calendar.get(occurrence)["subject"] == "Daily")
        #expect(calendar.get(occurrence)["originalStart"] == "2027-03-28T07:00:00Z")
    }

    @Test("An occurrence is changed and deleted on its own, and stays between its neighbours; the series shows both")
    func exceptions() throws {
        let body = CalendarHarness.event(
            "Weekly", Self.recurrence(#""type":"weekly","interval":1,"daysOfWeek":["tuesday"]"#))
        let id = try calendar.makeID(body)
        let instances = "events/\(id)/instances?startDateTime=2026-12-01&endDateTime=2026-12-31"
        let days = (calendar.send(.get, instances).json["value"]?.array ?? []).compactMap { $0["id"]?.text }
        try #require(days.count == 5)
        let moved = calendar.send(.patch, "events/\(days[1])", CalendarHarness.event("Moved", on: "2026-12-09"))
        #expect(moved.status == 200 && moved.json["type"] == "exception" && moved.json["id"]?.text == days[1])
        let crossing = calendar.send(.patch, "events/\(days[1])", CalendarHarness.event("Moved", on: "2026-12-15"))
        #expect(crossing.status == 400 && calendar.harness.code(crossing) == "ErrorOccurrenceCrossingBoundary")
        #expect(calendar.send(.delete, "events/\(days[2])").status == 204)
        #expect(calendar.send(.get, "events/\(days[2])").status == 404)
        let series = calendar.send(
            .get, "events/\(id)?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences"
        ).json
        #expect(series["cancelledOccurrences"] == [.text("OID.\(id).2026-12-15")])
        #expect(series["exceptionOccurrences"]?.array?.map { $0["subject"] } == ["Moved"])
        #expect(calendar.send(.get, instances).json["value"]?.array?.count == 4)
    }

    @Test("A series' meeting is copied whole; each instance that was changed on its own is told on its own")
    func meetings() throws {
        let pattern = Self.recurrence(#""type":"weekly","interval":1,"daysOfWeek":["tuesday"]"#)
        let id = try calendar.makeID(
            CalendarHarness.event("Weekly", "\(CalendarHarness.attendees(CalendarHarness.dan)),\(pattern)"))
        let view = "calendarView?startDateTime=2026-12-01&endDateTime=2026-12-31"
        let days = (calendar.send(.get, view).json["value"]?.array ?? []).compactMap { $0["id"]?.text }
        #expect(calendar.send(.get, view, in: CalendarHarness.dan).json["value"]?.array?.count == 5)
        calendar.send(.patch, "events/\(days[1])", #"{"subject":"Special"}"#)
        calendar.send(.post, "events/\(days[2])/cancel", "{}")
        calendar.send(.patch, "events/\(id)", #"{"location":{"displayName":"Here"}}"#)
        #expect(
            calendar.mails == [
                "invitation ann > dan by worker", "update ann > dan by worker", "cancellation ann > dan by worker",
                "update ann > dan by worker", "update ann > dan by worker",
            ])
        let copies = calendar.send(.get, view, in: CalendarHarness.dan).json["value"]?.array ?? []
        #expect(copies.map { $0["subject"] } == ["Weekly", "Special", "Weekly", "Weekly"])
        let copy = try #require(copies.first?["id"]?.text)
        #expect(calendar.send(.post, "events/\(copy)/accept", "{}", in: CalendarHarness.dan).status == 202)
        #expect(calendar.get(days[0])["attendees"]?.array?.first?["status"]?["response"] == "accepted")
        #expect(calendar.get(id)["attendees"]?.array?.first?["status"]?["response"] == "none")
    }
}
