import Foundation
import HTTPTypes
import Runtime
import RuntimeTesting
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: delta rounds of a calendar view")
struct EventDeltaTests {
    private let calendar: CalendarHarness
    private static let december = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"

    init() throws {
        calendar = try CalendarHarness()
    }

    /// A page's rows, with a minus before what is gone, and the next link.
    private func page(_ link: String?) throws -> (rows: [JSON], link: String, isLast: Bool) {
        let path = link.flatMap { $0.range(of: "/v1.0/").map { range in String(link?[range.lowerBound...] ?? "") } }
        let answer = calendar.harness.send(
            .get, path ?? "/v1.0/users/ann@contoso.example/calendarView/delta?\(Self.december)")
        #expect(answer.status == 200, "\(answer.json)")
        #expect(answer.response.headerFields["Preference-Applied"]?.contains("odata.track-changes") == true)
        let rows = answer.json["value"]?.array ?? []
        if let link = answer.json["@odata.deltaLink"]?.text { return (rows, link, true) }
        return (rows, try #require(answer.json["@odata.nextLink"]?.text), false)
    }

    private func round(_ link: String? = nil) throws -> (rows: [JSON], link: String, pages: Int) {
        var (rows, next, isLast) = try page(link)
        var pages = 1
        while !isLast {
            let more = try page(next)
            rows += more.rows
            (next, isLast) = (more.link, more.isLast)
            pages += 1
            try #require(pages < 100)
        }
        return (rows, next, pages)
    }

    private func ids(_ rows: [JSON]) -> [String] {
        rows.map { ($0["@removed"] == nil ? "" : "-") + ($0["id"]?.text ?? "") }
    }

    private func make(_ day: String) throws -> String { try calendar.makeID(CalendarHarness.event("A", on: day)) }

    @Test("A first round lists the window page by page, whole, and nothing that is not in it")
    func firstRound() throws {
        let inside = try (1...12).map { try make("2026-12-\($0 < 10 ? "0" : "")\($0)") }
        let gone = try make("2026-12-20")
        calendar.send(.delete, "events/\(gone)")
        _ = try make("2027-03-01")
        let all = try round()
        #expect(Set(ids(all.rows)) == Set(inside) && all.rows.count == 12 && all.pages == 2)
        let row = try #require(all.rows.first)
        #expect(row["@odata.type"] == "#microsoft.graph.event" && row["subject"] == "A" && row["iCalUId"] != nil)
    }

    @Test(
        "A round tells once what is new, changed, deleted, or moved out of the window, and its link can be followed again"
    )
    func changes() throws {
        let (changed, deleted, moved, outside) =
            (try make("2026-12-01"), try make("2026-12-02"), try make("2026-12-03"), try make("2027-03-01"))
        let link = try round().link
        #expect(try round(link).rows.isEmpty)
        calendar.send(.patch, "events/\(changed)", #"{"subject":"B"}"#)
        calendar.send(.delete, "events/\(deleted)")
        calendar.send(.patch, "events/\(moved)", CalendarHarness.event("A", on: "2027-04-01"))
        calendar.send(.patch, "events/\(outside)", #"{"subject":"B"}"#)
        let new = try make("2026-12-09")
        let wanted: Set = [changed, "-" + deleted, "-" + moved, "-" + outside, new]
        let news = try round(link)
        #expect(Set(ids(news.rows)) == wanted && news.rows.count == wanted.count)
        #expect(news.rows.first { $0["@removed"] != nil }?["@removed"] == ["reason": "deleted"])
        #expect(calendar.send(.get, "events/\(moved)").status == 200, "moved, not deleted")
        #expect(try Set(ids(round(link).rows)) == wanted)
        #expect(try round(news.link).rows.isEmpty)
    }

    @Test("The window stays what it was when the first round began")
    func frozen() throws {
        let link = try round().link
        let later = try make("2027-01-15")
        #expect(try ids(round(link).rows) == ["-" + later])
        #expect(
            calendar.send(.get, "calendarView/delta?startDateTime=2027-01-01&endDateTime=2027-02-01").json["value"]?
                .array?
                .count == 1)
    }

    @Test("An answer in another mailbox comes as a change of the organizer's event, and copies come in theirs")
    func copies() throws {
        let id = try calendar.makeID(CalendarHarness.event("A", CalendarHarness.attendees(CalendarHarness.dan)))
        let link = try round().link
        let others = calendar.send(.get, "calendarView/delta?\(Self.december)", in: CalendarHarness.dan)
        let copy = try #require(others.json["value"]?.array?.first?["id"]?.text)
        calendar.send(.post, "events/\(copy)/accept", in: CalendarHarness.dan)
        #expect(try ids(round(link).rows) == [id])
    }

    @Test("What goes away or moves out of the window while a first round is under way is told as removed")
    func goesMeanwhile() throws {
        let made = try (10...22).map { try make("2026-12-\($0)") }
        let first = try page(nil)
        #expect(!first.isLast && ids(first.rows).contains(made[0]))
        calendar.send(.delete, "events/\(made[0])")
        calendar.send(.patch, "events/\(made[1])", CalendarHarness.event("A", on: "2027-04-01"))
        let rest = try round(first.link)
        #expect(Set(ids(rest.rows)).isSuperset(of: ["-" + made[0], "-" + made[1]]))
    }

    @Test("A change may be missing in the round after it; the next one tells it")
    func late() throws {
        let link = try round().link
        let id = try make("2026-12-01")
        calendar.control(.post, "vices", #"{"lateChanges":1}"#)
        let early = try round(link)
        #expect(early.rows.isEmpty)
        calendar.control(.post, "vices", #"{"lateChanges":0}"#)
        #expect(try ids(round(early.link).rows) == [id])
    }

    @Test("A link that is older than the sandbox keeps them is refused")
    func old() throws {
        let time = ManualTime()
        let sandbox = ExchangeSandbox(
            calendar.harness.sandbox.tenant, time: time, randomness: SeededRandomness(seed: 1))
        let (_, token) = Harness.tokenAnswer(sandbox, secret: "secret")
        func get(_ target: String) -> HTTPResponse {
            let bearer = "Bearer \(token["access_token"]?.text ?? "")"
            return sandbox.answer(calendar.harness.request(.get, target, "", ["Authorization": bearer]))
        }
        _ = sandbox.answer(calendar.harness.request(.post, "/sandbox/vices", #"{"deltaTokenSeconds":60}"#))
        let first = get("/v1.0/users/ann@contoso.example/calendarView/delta?\(Self.december)")
        let link = try #require(JSON(first.body)?["@odata.deltaLink"]?.text).replacing("http://graph.example", with: "")
        time.advance(by: .seconds(60))
        #expect(get(link).status == 200)
        time.advance(by: .seconds(1))
        #expect(get(link).status == 410)
    }

    @Test("A series is told with its occurrences, which are told in short; those that differ are told whole")
    func series() throws {
        let weekly = """
            "recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"]},
            "range":{"type":"noEnd","startDate":"2026-12-01"}}
            """
        let made = calendar.outlook(.post, "events", CalendarHarness.event("Weekly", weekly)).json
        let id = try #require(made["id"]?.text)
        let first = try round()
        #expect(first.rows.count == 6, "the series and five Tuesdays")
        let occurrences = first.rows.filter { $0["type"] == "occurrence" }
        #expect(first.rows.first?["type"] == "seriesMaster")
        #expect(
            Set(occurrences[0].object?.keys.sorted() ?? []) == [
                "@odata.type", "@odata.etag", "seriesMasterId", "type", "id", "start", "end",
            ])
        #expect(occurrences.allSatisfy { $0["seriesMasterId"]?.text == id })
        let days = occurrences.compactMap { $0["id"]?.text }
        calendar.outlook(.patch, "events/\(days[1])", #"{"subject":"Special"}"#)
        calendar.outlook(.delete, "events/\(days[2])")
        let news = try round(first.link)
        #expect(Set(ids(news.rows)) == Set([id] + days.filter { $0 != days[2] } + ["-" + days[2]]))
        let special = news.rows.first { $0["type"] == "exception" }
        #expect(special?["id"]?.text == days[1] && special?["subject"] == "Special")
        #expect(special?["originalStart"] == "2026-12-08T08:00:00Z")
        calendar.outlook(.delete, "events/\(id)")
        let end = try ids(round(news.link).rows)
        #expect(Set(end) == Set((["-" + id]) + days.filter { $0 != days[2] }.map { "-" + $0 }))
    }

    @Test("A series with other days loses the occurrences it had")
    func otherDays() throws {
        func recurrence(_ day: String, _ date: String) -> String {
            """
            "recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["\(day)"]},
            "range":{"type":"numbered","numberOfOccurrences":2,"startDate":"\(date)"}}
            """
        }
        let made = calendar.outlook(.post, "events", CalendarHarness.event("W", recurrence("tuesday", "2026-12-01")))
            .json
        let id = try #require(made["id"]?.text)
        let first = try round()
        let old = first.rows.filter { $0["type"] == "occurrence" }.compactMap { $0["id"]?.text }
        calendar.outlook(
            .patch, "events/\(id)", CalendarHarness.event("W", on: "2026-12-02", recurrence("wednesday", "2026-12-02")))
        let news = try ids(round(first.link).rows)
        #expect(news.count == 5 && Set(news).isSuperset(of: Set(old.map { "-" + $0 })))
    }

    @Test(
        "A forgotten link is refused with the code that was asked for and a place to begin anew; so is one that is too old"
    )
    func forgotten() throws {
        _ = try make("2026-12-01")
        let link = try round().link
        let path = try #require(link.range(of: "/v1.0/").map { String(link[$0.lowerBound...]) })
        for (code, status) in [("SyncStateNotFound", 410), ("resyncRequired", 410), ("syncStateNotFound", 404)] {
            calendar.control(.post, "delta/expire", #"{"code":"\#(code)","status":\#(status)}"#)
            let refused = calendar.harness.send(.get, path)
            #expect(refused.status == status && calendar.harness.code(refused) == code)
            let location = try #require(refused.response.headerFields["Location"])
            #expect(try page(location).rows.count == 1)
        }
        #expect(calendar.control(.post, "delta/expire", #"{"code":"nonsense"}"#).status == 400)
        let fresh = try round().link
        #expect(try round(fresh).rows.isEmpty)
        #expect(calendar.harness.send(.get, path.replacing("ann@", with: "dan@")).status == 400)
        #expect(calendar.send(.get, "calendarView/delta?$deltatoken=nonsense").status == 400)
        #expect(calendar.harness.code(calendar.send(.get, "calendarView/delta")) == "ErrorInvalidParameter")
    }

    @Test("A first page may be empty, rows come again and in another order, and what is there is said to be gone")
    func vices() throws {
        let made = try (1...5).map { try make("2026-12-0\($0)") }
        calendar.control(
            .post, "vices", #"{"emptyPages":1,"falseRemovals":1,"repeatedRows":1,"reorderedRows":1}"#)
        let first = try page(nil)
        #expect(!first.isLast)
        let all = try round()
        #expect(Set(made).isSubset(of: Set(ids(all.rows))))
        #expect(all.rows.filter { $0["@removed"] == nil }.count > made.count)
        let removed = try #require(all.rows.first { $0["@removed"] != nil }?["id"]?.text)
        #expect(calendar.send(.get, "events/\(removed)").status == 200)
        calendar.control(
            .post, "vices", #"{"emptyPages":0,"falseRemovals":0,"repeatedRows":0,"reorderedRows":0}"#)
        #expect(try ids(round().rows) == made)
        #expect(calendar.control(.post, "vices", #"{"nonsense":1}"#).status == 400)
        #expect(calendar.control(.post, "vices", #"{"emptyPages":-1}"#).status == 400)
    }

    @Test(
        "Options that change tracking doesn't know are refused as Graph refuses them",
        arguments: [
            ("$filter=subject%20eq%20'a'", 400), ("$expand=singleValueExtendedProperties", 500),
            ("$select=subject", 400),
            ("$top=5", 400),
        ])
    func options(_ option: String, _ status: Int) {
        #expect(calendar.send(.get, "calendarView/delta?\(Self.december)&\(option)").status == status)
    }
}
