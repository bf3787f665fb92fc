import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry
import Testing

@Suite("Graph: calendars")
struct GraphCalendarTests {
    private static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
    private static let prefer = #"IdType="ImmutableId", outlook.timezone="UTC""#
    private let berlin = ZoneName("Europe/Berlin")

    // MARK: The mailbox

    @Test("The default calendar is asked for by its path, the zone in the mailbox's settings")
    func mailboxFacts() async throws {
        let (calendar, transport) = try graphCalendar { request in
            request.path.hasSuffix("/calendar")
                ? .json(200, #"{"id":"C1="}"#) : .json(200, #"{"timeZone":"W. Europe Standard Time"}"#)
        }
        #expect(try await calendar.defaultCalendar(in: mailbox) == ItemID("C1="))
        #expect(try await calendar.zone(of: mailbox) == berlin)
        #expect(
            transport.requests.map(\.target) == [
                "\(mailboxPath)/calendar?$select=id", "\(mailboxPath)/mailboxSettings?$select=timeZone",
            ])
    }

    @Test(
        "A zone that may not be read, or that nobody knows, is none; a mailbox that can't be reached is no answer",
        arguments: [
            (.error(403, "ErrorAccessDenied"), nil), (.error(403, "Authorization_RequestDenied"), nil),
            (.error(400, "BadRequest"), nil), (.json(200, #"{"timeZone":"tzone://Microsoft/Custom"}"#), nil),
            (.json(200, "{}"), nil), (.error(404, "MailboxNotEnabledForRESTAPI"), .mailboxMissing),
            (.error(500, "x"), .transient),
        ] as [(ScriptedTransport.Answer, ExchangeError.Kind?)])
    func noZone(answer: ScriptedTransport.Answer, kind: ExchangeError.Kind?) async throws {
        let (calendar, _) = try graphCalendar { _ in answer }
        var zone: ZoneName? = berlin
        let error = await failure { zone = try await calendar.zone(of: mailbox) }
        #expect(error?.kind == kind)
        if kind == nil { #expect(zone == nil) }
    }

    // MARK: Reading

    @Test(
        "An event is read by its id with our property, in UTC, by an immutable id; then it is looked for in the calendar"
    )
    func read() async throws {
        let (calendar, transport) = try graphCalendar { request in
            request.path.hasSuffix("/calendar/events")
                ? .json(200, #"{"value":[{"id":"other"},{"id":"I+/="}]}"#) : .json(200, graphEvent())
        }
        #expect(try await calendar.event(ItemID("I+/="), of: mailbox).key.item == ItemID("I+/="))
        let (first, second) = (try #require(transport.requests.first), try #require(transport.requests.last))
        #expect(transport.requests.count == 2)
        #expect(first.path == "\(mailboxPath)/events/I%2B%2F%3D")
        #expect(first.headerFields["Prefer"] == Self.prefer)
        let query = try #require(first.query?.removingPercentEncoding)
        #expect(query.contains("&$expand=singleValueExtendedProperties($filter=id eq '\(Self.property)')"))
        let selected = try #require(query.split(separator: "&").first).dropFirst("$select=".count).split(separator: ",")
        #expect(Set(selected).isSuperset(of: ["id", "iCalUId", "start", "attendees", "body", "originalStart", "type"]))
        #expect(!selected.contains { $0.contains("@") })
        #expect(
            second.target == "\(mailboxPath)/calendar/events?$filter=iCalUId%20eq%20%27040000008200E0%27&$select=id")
    }

    @Test("An event that is gone, or in Deleted Items, where its id goes on, is told as not found")
    func gone() async throws {
        for listed in ["", #"{"id":"copy"}"#] {
            let (calendar, _) = try graphCalendar { request in
                switch String(request.path) {
                case let path where path.hasSuffix("/calendar/events"): .json(200, #"{"value":[\#(listed)]}"#)
                case let path where path.hasSuffix("/calendars"):
                    .json(
                        200,
                        #"{"value":[{"id":"D","isDefaultCalendar":true},{"id":"S","isDefaultCalendar":false},{"id":"O"}]}"#
                    )
                // Shared with him, and closed to the app.
                case let path where path.hasSuffix("/calendars/S/events"): .error(403, "ErrorAccessDenied")
                case let path where path.hasSuffix("/calendars/O/events"): .json(200, #"{"value":[]}"#)
                default: .json(200, graphEvent())
                }
            }
            let error = await failure { try await calendar.event(ItemID("I+/="), of: mailbox) }
            #expect(error?.kind == .notFound)
            #expect(error?.message.contains("Deleted Items") == true)
        }
        let (calendar, transport) = try graphCalendar { _ in .error(404, "ErrorItemNotFound") }
        #expect(await failure { try await calendar.event(ItemID("I"), of: mailbox) }?.kind == .notFound)
        #expect(transport.requests.count == 1)
    }

    @Test(
        "Events are found by our property's value to the letter, by iCalUId and by start, over pages, the oldest first")
    func find() async throws {
        @Sendable func event(_ id: String, _ value: String, _ created: String) -> String {
            graphEvent([
                "id": id, "createdDateTime": created,
                "singleValueExtendedProperties": [["id": Self.property, "value": value]],
            ])
        }
        let link = "https://graph.example/v1.0/users/x/calendar/events?$skip=a%2Fb+c"
        let (calendar, transport) = try graphCalendar { request in
            request.url == link
                ? .json(200, #"{"value":[\#(event("I1", "1300/A", "2026-11-20T10:00:00Z"))]}"#)
                : .json(
                    200,
                    #"{"value":[\#(event("I2", "1300/A", "2026-11-20T10:00:00.5Z")),\#(event("I3", "1300/a", "2026-01-01T00:00:00Z"))],"@odata.nextLink":"\#(link)"}"#
                )
        }
        #expect(
            try await calendar.events(named: "1300/A", in: mailbox).map(\.key.item) == [ItemID("I1"), ItemID("I2")])
        #expect(transport.requests.map(\.url).last == link)
        #expect(transport.requests.allSatisfy { $0.headerFields["Prefer"] == Self.prefer })
        #expect(
            try await calendar.events(uid: ICalUID("it's"), in: mailbox).map(\.key.item)
                == [ItemID("I3"), ItemID("I1"), ItemID("I2")])
        let queries = transport.requests.filter { $0.url != link }.compactMap { $0.query?.removingPercentEncoding }
        #expect(
            queries.first?.hasPrefix(
                "$filter=singleValueExtendedProperties/any(ep: ep/id eq '\(Self.property)' and ep/value eq '1300/A')&")
                == true)
        #expect(queries.last?.hasPrefix("$filter=iCalUId eq 'it''s'&") == true)
        #expect(transport.requests.allSatisfy { !($0.query ?? "").contains(" ") })
    }

    @Test(
        "Twins by start: the same minute; at midnight all-day events of that day too, whatever zone they were made in")
    func start() async throws {
        let events = [
            graphEvent(["id": "same"]),
            graphEvent(["id": "seconds", "start": ["dateTime": "2026-12-01T08:00:59.0000000", "timeZone": "UTC"]]),
            graphEvent(["id": "later", "start": ["dateTime": "2026-12-01T08:01:00.0000000", "timeZone": "UTC"]]),
            graphEvent([
                "id": "day", "isAllDay": true, "start": ["dateTime": "2026-12-02T00:00:00.0000000", "timeZone": "UTC"],
                "end": ["dateTime": "2026-12-03T00:00:00.0000000", "timeZone": "UTC"],
            ]),
        ]
        let (calendar, transport) = try graphCalendar { _ in
            .json(200, #"{"value":[\#(events.joined(separator: ","))]}"#)
        }
        let timed = try await calendar.events(startingAt: try instant("2026-12-01T08:00:00Z"), in: mailbox)
        #expect(timed.map(\.key.item) == [ItemID("same"), ItemID("seconds")])
        let days = try await calendar.events(startingAt: try instant("2026-12-02T00:00:00Z"), in: mailbox)
        #expect(days.map(\.key.item) == [ItemID("day")])
        let queries = transport.requests.compactMap { $0.query?.removingPercentEncoding }
        #expect(
            queries[0].hasPrefix(
                "$filter=start/dateTime ge '2026-12-01T08:00:00' and start/dateTime lt '2026-12-01T08:01:00'&"))
        #expect(
            queries[1].hasPrefix(
                "$filter=start/dateTime ge '2026-12-01T09:00:00' and start/dateTime lt '2026-12-02T15:00:00'&"))
    }

    @Test("Each operation costs the requests that are told, and is counted by kind and outcome")
    func counted() async throws {
        let metrics = Metrics()
        let (calendar, _) = try graphCalendar(metrics: metrics) { request in
            switch request.method {
            case .delete: .success(HTTPResponse(status: 204))
            case .get where request.path.hasSuffix("/events"): .json(200, #"{"value":[\#(graphEvent())]}"#)
            default: .json(200, graphEvent())
            }
        }
        let silent = try await silentEvent()
        _ = try await calendar.createEvent(
            try fullMeeting(), zone: berlin, propertyValue: "1/A", transactionID: "t", in: mailbox)
        _ = try await calendar.updateEvent(silent, [.subject: .subject("A")], zone: berlin, of: mailbox)
        try await calendar.deleteEvent(silent, of: mailbox)
        func count(_ kind: String) -> Int {
            metrics.counter("exchange_requests_total", "Requests to Exchange", [("kind", kind), ("outcome", "ok")])
                .value
        }
        #expect(count("write") == 3)
        #expect(count("read") == 0)
        _ = try await calendar.event(ItemID("I+/="), of: mailbox)
        #expect(count("read") == 2)
        _ = try await calendar.events(uid: ICalUID("x"), in: mailbox)
        #expect(count("read") == 3)
    }

    @Test("An app without the permission is told which")
    func permission() async throws {
        let (calendar, _) = try graphCalendar { _ in .error(403, "Authorization_RequestDenied") }
        let error = await failure { try await calendar.defaultCalendar(in: mailbox) }
        #expect(error?.kind == .authConfig)
        #expect(error?.message.contains("Calendars.ReadWrite") == true)
    }
}
