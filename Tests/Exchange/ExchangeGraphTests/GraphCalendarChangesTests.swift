import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import Testing

@Suite("Graph: a calendar's changes")
struct GraphCalendarChangesTests {
    private static let link = "https://graph.example/v1.0/users/x/calendarView/delta?$deltatoken=a%2Fb+c%3D&x=ü"
        .replacing("ü", with: "%C3%BC")
    private static let prefer = #"IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=50"#

    private func page(_ rows: String..., next: String = "@odata.deltaLink") -> String {
        #"{"@odata.context":"x","value":[\#(rows.joined(separator: ","))],"\#(next)":"\#(Self.link)"}"#
    }

    @Test("A round begins with its window and goes on by Graph's links to the letter, the preferences repeated")
    func links() async throws {
        let (calendar, transport) = try graphCalendar { [self] request in
            .json(200, page(next: request.url == Self.link ? "@odata.deltaLink" : "@odata.nextLink"))
        }
        let first = try await calendar.calendarChanges(
            .window(start: try instant("2026-11-01T00:00:00Z"), end: try instant("2027-11-01T00:00:00Z")), in: mailbox)
        #expect(first == CalendarPage(rows: [], next: .page(Self.link)), "an empty page need not be the last")
        let last = try await calendar.calendarChanges(.link(Self.link), in: mailbox)
        #expect(last == CalendarPage(rows: [], next: .round(Self.link)))
        #expect(
            transport.requests.first?.target
                == "\(mailboxPath)/calendarView/delta?startDateTime=2026-11-01T00%3A00%3A00Z&endDateTime=2027-11-01T00%3A00%3A00Z"
        )
        #expect(transport.requests.last?.url == Self.link)
        #expect(transport.requests.allSatisfy { $0.headerFields["Prefer"] == Self.prefer })
        #expect(transport.requests.count == 2)
    }

    @Test(
        "Rows are events, occurrences with few members, and removals, whatever the reason; in their order, repeated or not"
    )
    func rows() async throws {
        let occurrence = json(
            [
                "@odata.type": "#microsoft.graph.event", "@odata.etag": #"W/"o""#, "seriesMasterId": "M",
                "type": "occurrence", "id": "O",
                "start": ["dateTime": "2026-12-02T08:00:00.0000000", "timeZone": "UTC"],
                "end": ["dateTime": "2026-12-02T09:00:00.0000000", "timeZone": "UTC"],
            ] as [String: Any])
        let removed = json(
            [
                "@odata.type": "#microsoft.graph.event", "id": "R", "@removed": ["reason": "deleted"],
            ] as [String: Any])
        let answer = page(
            removed, graphEvent(["id": "E"]), occurrence, graphEvent(["id": "M", "type": "seriesMaster"]), removed,
            graphEvent(["id": "X", "type": "exception", "seriesMasterId": "M", "originalStart": "2026-12-03T08:00:00Z"])
        )
        let (calendar, transport) = try graphCalendar { _ in .json(200, answer) }
        let page = try await calendar.calendarChanges(.link(Self.link), in: mailbox)
        #expect(transport.requests.count == 1)
        #expect(page.remarks == [])
        guard page.rows.count == 6 else { throw ExchangeError(.invalid, "\(page.rows.count) rows") }
        #expect(page.rows[0] == .removed(ItemID("R")) && page.rows[4] == page.rows[0])
        guard case .event(let event) = page.rows[1], case .event(let master) = page.rows[3],
            case .event(let exception) = page.rows[5]
        else { throw ExchangeError(.invalid, "no events") }
        #expect(event.kind == .single && event.facts.activity == nil)
        #expect(master.kind == .master)
        #expect(
            exception.kind == .occurrence(master: ItemID("M"), originalStart: try instant("2026-12-03T08:00:00Z")))
        #expect(
            page.rows[2]
                == .occurrence(
                    CalendarOccurrence(
                        item: ItemID("O"), etag: ETag(#"W/"o""#), master: ItemID("M"),
                        start: try instant("2026-12-02T08:00:00Z"), end: try instant("2026-12-02T09:00:00Z"))))
    }

    @Test(
        "A row that does not show what an event must have is read by its id; one that can't be read then is passed over, and told"
    )
    func lacking() async throws {
        let answer = page(
            #"{"id":"mended","@odata.etag":"e","subject":"x"}"#, #"{"id":"gone","type":"occurrence"}"#,
            #"{"id":"bad","start":17}"#, #"{"subject":"secret"}"#, #"17"#, graphEvent(["id": "good"]))
        let (calendar, transport) = try graphCalendar { request in
            switch request.path {
            case _ where request.path.hasSuffix("/events/mended"): .json(200, graphEvent(["id": "mended"]))
            case _ where request.path.hasSuffix("/calendar/events"): .json(200, #"{"value":[{"id":"mended"}]}"#)
            case _ where request.path.hasSuffix("/events/gone"): .error(404, "ErrorItemNotFound")
            case _ where request.path.hasSuffix("/events/bad"): .json(200, graphEvent(["id": "bad", "end": NSNull()]))
            default: .json(200, answer)
            }
        }
        let page = try await calendar.calendarChanges(.link(Self.link), in: mailbox)
        let items = page.rows.map { row in
            switch row {
            case .event(let event): event.key.item.rawValue
            case .occurrence(let occurrence): occurrence.item.rawValue
            case .removed(let item): "-\(item)"
            }
        }
        #expect(items == ["mended", "-gone", "good"])
        #expect(page.remarks.count == 3)
        #expect(page.remarks.first?.contains("“end”") == true)
        #expect(!page.remarks.joined().contains("secret"))
        #expect(page.next == .round(Self.link))
        #expect(transport.requests.count == 5)
    }

    @Test("A row that can't be read because the mailbox does not answer is not passed over")
    func unanswered() async throws {
        let answer = page(#"{"id":"I"}"#)
        let (calendar, _) = try graphCalendar { request in
            request.path.hasSuffix("/events/I") ? .error(503, "x") : .json(200, answer)
        }
        #expect(await failure { try await calendar.calendarChanges(.link(Self.link), in: mailbox) }?.kind == .transient)
    }

    @Test(
        "A place that is not known any more is told as such, by whatever status and case",
        arguments: [
            (410, "SyncStateNotFound"), (410, "syncStateNotFound"), (400, "SyncStateNotFound"),
            (404, "syncStateNotFound"),
            (410, "SyncStateInvalid"), (410, "resyncRequired"), (400, "ResyncRequired"), (410, "fullSyncRequired"),
            (410, "Gone"), (404, "ErrorItemNotFound"),
        ])
    func lost(status: Int, code: String) async throws {
        let (calendar, transport) = try graphCalendar { _ in .error(status, code) }
        #expect(
            await failure { try await calendar.calendarChanges(.link(Self.link), in: mailbox) }?.kind == .syncStateLost)
        #expect(transport.requests.count == 1)
    }

    @Test("An inner code tells it too")
    func innerCode() async throws {
        let (calendar, _) = try graphCalendar { _ in
            .json(410, #"{"error":{"code":"Gone","message":"","innererror":{"code":"syncstatenotfound"}}}"#)
        }
        #expect(
            await failure { try await calendar.calendarChanges(.link(Self.link), in: mailbox) }?.kind == .syncStateLost)
    }

    @Test(
        "Any other failure is what it is",
        arguments: [
            (404, "MailboxNotEnabledForRESTAPI", .mailboxMissing), (403, "ErrorAccessDenied", .forbiddenMailbox),
            (500, "x", .transient), (404, "x", .transient), (400, "BadRequest", .invalid),
            (429, "ApplicationThrottled", .throttled(retryAfter: .seconds(10))),
        ] as [(Int, String, ExchangeError.Kind)])
    func other(status: Int, code: String, kind: ExchangeError.Kind) async throws {
        let (calendar, _) = try graphCalendar { _ in .error(status, code) }
        #expect(await failure { try await calendar.calendarChanges(.link(Self.link), in: mailbox) }?.kind == kind)
    }

    @Test("A kept place elsewhere is lost, not asked for; a page that leads elsewhere, or nowhere, is no answer")
    func foreign() async throws {
        let (calendar, transport) = try graphCalendar { _ in
            .json(200, #"{"value":[],"@odata.nextLink":"https://evil.example/v1.0/x"}"#)
        }
        let kept = await failure {
            try await calendar.calendarChanges(.link("https://evil.example/v1.0/users/x"), in: mailbox)
        }
        #expect(kept?.kind == .syncStateLost)
        #expect(transport.all.isEmpty)
        #expect(await failure { try await calendar.calendarChanges(.link(Self.link), in: mailbox) }?.kind == .transient)
        let (endless, _) = try graphCalendar { _ in .json(200, #"{"value":[]}"#) }
        #expect(await failure { try await endless.calendarChanges(.link(Self.link), in: mailbox) }?.kind == .transient)
    }

    @Test("A page that is larger than an answer may be is asked for again row by row")
    func large() async throws {
        let answer = page(graphEvent(), next: "@odata.nextLink")
        let (calendar, transport) = try graphCalendar { request in
            request.headerFields["Prefer"] == Self.prefer
                ? .failure(HTTPTransportError(.bodyTooLarge, "m")) : .json(200, answer)
        }
        let page = try await calendar.calendarChanges(.link(Self.link), in: mailbox)
        #expect(page.rows.count == 1)
        #expect(transport.requests.map(\.url) == [Self.link, Self.link])
        #expect(transport.requests.last?.headerFields["Prefer"]?.hasSuffix("odata.maxpagesize=1") == true)
    }
}
