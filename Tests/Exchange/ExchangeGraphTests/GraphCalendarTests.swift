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

    private func text(_ request: HTTPRequest?) throws -> String {
        String(decoding: try #require(request).body, as: UTF8.self)
    }

    /// Of an event that was read without attendees.
    private func silent(_ changes: [String: Any?] = [:]) async throws -> SilentEvent {
        let event = graphEvent(changes)
        let (calendar, _) = try graphCalendar { request in
            request.path.hasSuffix("/calendar/events") ? .json(200, #"{"value":[\#(event)]}"#) : .json(200, event)
        }
        return try #require(try await calendar.event(ItemID("I+/="), of: mailbox).silent)
    }

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
                request.path.hasSuffix("/calendar/events")
                    ? .json(200, #"{"value":[\#(listed)]}"#) : .json(200, graphEvent())
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

    // MARK: Writing

    @Test("A new event carries its fields, our property and the transaction id, and no attendees")
    func create() async throws {
        let (calendar, transport) = try graphCalendar { _ in .json(201, graphEvent()) }
        let made = try await calendar.createEvent(
            try fullMeeting(), zone: berlin, propertyValue: "1300/ACT1", transactionID: "t-1", in: mailbox)
        guard case .made(let event) = made else { throw ExchangeError(.invalid, "not made") }
        #expect(event.content.body == MeetingBody("One\ntwo & three"), "as the server rewrote it")
        #expect(event.facts.activity?.description == "1300/ACT1", "though the answer does not show it")
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1)
        #expect(request.method == .post && request.target == "\(mailboxPath)/events")
        #expect(request.headerFields["Prefer"] == Self.prefer)
        #expect(
            try text(request) == """
                {"body":{"content":"One\\r\\ntwo & three","contentType":"text"},\
                "end":{"dateTime":"2026-12-01T10:00:00","timeZone":"W. Europe Standard Time"},\
                "isAllDay":false,"isReminderOn":true,"location":{"displayName":"HQ"},"reminderMinutesBeforeStart":30,\
                "sensitivity":"confidential","showAs":"oof",\
                "singleValueExtendedProperties":[{"id":"\(Self.property)","value":"1300/ACT1"}],\
                "start":{"dateTime":"2026-12-01T09:00:00","timeZone":"W. Europe Standard Time"},\
                "subject":"Visit of Ünal & Söhne","transactionId":"t-1"}
                """)
    }

    @Test("What is unknown of a meeting is not written; without a time nothing is made")
    func sparse() async throws {
        let (calendar, transport) = try graphCalendar { _ in .json(201, graphEvent()) }
        var content = MeetingContent()
        content.subject = "A"
        let error = await failure {
            try await calendar.createEvent(
                content, zone: berlin, propertyValue: "1/A", transactionID: "t", in: mailbox)
        }
        #expect(error?.kind == .invalid)
        #expect(error?.message.hasPrefix("start: ") == true)
        #expect(transport.all.isEmpty)
        content.time = .allDay(
            start: try #require(CalendarDate("2026-12-31")), end: try #require(CalendarDate("2027-01-01")))
        _ = try await calendar.createEvent(
            content, zone: ZoneName("Mars/Olympus"), propertyValue: "1/A", transactionID: "t", in: mailbox)
        #expect(
            try text(transport.requests.first) == """
                {"end":{"dateTime":"2027-01-01T00:00:00","timeZone":"UTC"},"isAllDay":true,\
                "singleValueExtendedProperties":[{"id":"\(Self.property)","value":"1/A"}],\
                "start":{"dateTime":"2026-12-31T00:00:00","timeZone":"UTC"},"subject":"A","transactionId":"t"}
                """)
    }

    @Test("A change carries its groups and the etag it rests on, nothing else")
    func update() async throws {
        let (calendar, transport) = try graphCalendar { _ in .json(200, graphEvent(["@odata.etag": #"W/"e2""#])) }
        let property = ["singleValueExtendedProperties": [["id": Self.property, "value": "1300/ACT1"]]]
        let event = try await calendar.updateEvent(
            try await silent(property),
            [.subject: .subject("A\r\nB\u{7}"), .location: .location(""), .reminder: .reminder(.off)], zone: berlin,
            of: mailbox)
        #expect(event.etag == ETag(#"W/"e2""#))
        #expect(event.facts.activity?.description == "1300/ACT1", "as the read before it showed")
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1)
        #expect(request.method == .patch && request.target == "\(mailboxPath)/events/I%2B%2F%3D")
        #expect(request.headerFields["If-Match"] == #"W/"e1""#)
        #expect(try text(request) == #"{"isReminderOn":false,"location":{"displayName":""},"subject":"A B "}"#)
    }

    @Test("Our property is written and emptied under the etag; a removal goes under it too")
    func property() async throws {
        let (calendar, transport) = try graphCalendar { request in
            request.method == .delete ? .success(HTTPResponse(status: 204)) : .json(200, graphEvent())
        }
        let silent = try await silent()
        let named = try await calendar.setProperty("1300/ACT1", of: silent, of: mailbox)
        #expect(named.facts.activity?.description == "1300/ACT1")
        let emptied = try await calendar.setProperty(nil, of: silent, of: mailbox)
        #expect(emptied.facts.activity == nil)
        try await calendar.deleteEvent(silent, of: mailbox)
        #expect(
            try transport.requests.map(text) == [
                #"{"singleValueExtendedProperties":[{"id":"\#(Self.property)","value":"1300/ACT1"}]}"#,
                #"{"singleValueExtendedProperties":[{"id":"\#(Self.property)","value":""}]}"#, "",
            ])
        #expect(transport.requests.map(\.method) == [.patch, .patch, .delete])
        #expect(transport.requests.allSatisfy { $0.headerFields["If-Match"] == #"W/"e1""# })
        #expect(transport.requests.allSatisfy { $0.target == "\(mailboxPath)/events/I%2B%2F%3D" })
    }

    @Test("What would mail somebody, or is no value of its group, is refused before anything is sent, the field named")
    func refused() async throws {
        let (calendar, transport) = try graphCalendar { _ in .json(200, graphEvent()) }
        let silent = try await silent()
        let someone = EmailAddress("ann@x.example")
        let start = try instant("2026-12-01T08:00:00Z")
        let day = try #require(CalendarDate("2026-12-01"))
        let cases: [([FieldGroup: FieldValue], String)] = [
            ([.attendee(someone): .attendee(MeetingAttendee(.required)), .subject: .subject("A")], "attendees: "),
            ([.attendee(someone): .attendee(nil)], "attendees: "),
            ([.subject: .location("A")], "subject: "),
            ([:], "there is nothing"),
            ([.time: .time(.timed(start: start, end: start - 1, zone: nil))], "end: "),
            ([.time: .time(.allDay(start: day, end: day))], "end: "),
            ([.time: .time(.timed(start: .distantPast, end: .distantFuture, zone: nil))], "start: "),
            ([.reminder: .reminder(.minutes(-1))], "reminderMinutesBeforeStart: "),
            ([.reminder: .reminder(.minutes(.max))], "reminderMinutesBeforeStart: "),
            ([.body: .body(MeetingBody(String(repeating: "x", count: 4_000_000)))], "body: "),
        ]
        for (changes, message) in cases {
            let error = await failure { try await calendar.updateEvent(silent, changes, zone: berlin, of: mailbox) }
            #expect(error?.kind == .invalid)
            #expect(error?.isOutcomeUnknown == false)
            #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "none")")
        }
        #expect(transport.all.isEmpty)
    }

    @Test("A text of 2 MB goes out; control characters are blanks, in which LN holds them too")
    func large() async throws {
        let (calendar, transport) = try graphCalendar { _ in .json(200, graphEvent()) }
        let body = MeetingBody("a\u{0}b\tc\u{85}\u{1F}d\n" + String(repeating: "ä", count: 1_000_000))
        _ = try await calendar.updateEvent(try await silent(), [.body: .body(body)], zone: berlin, of: mailbox)
        #expect(try text(transport.requests.first).hasPrefix(#"{"body":{"content":"a b\tc  d\r\nää"#))
    }

    @Test(
        "What Exchange refuses is told with the field it names, and nothing that was written",
        arguments: [
            (#"The Event.Start property for an all-day event needs to be set to midnight."#, "“Start”"),
            (#"Invalid value specified for property 'location' in resource 'Event'."#, "“location”"),
        ])
    func refusedField(message: String, field: String) async throws {
        let (calendar, _) = try graphCalendar { _ in
            .json(400, #"{"error":{"code":"ErrorPropertyValidationFailure","message":"\#(message) secret"}}"#)
        }
        let silent = try await silent()
        let error = await failure {
            try await calendar.updateEvent(silent, [.subject: .subject("A")], zone: berlin, of: mailbox)
        }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains(field) == true && error?.message.contains("secret") == false)
    }

    @Test(
        "The outcome of a write is unknown where the answer is lost, late, or can't be read; known where it is refused",
        arguments: [
            (.failure(HTTPTransportError(.connectionLost, "m")), .transient, true),
            (.failure(HTTPTransportError(.timedOut, "m")), .transient, true),
            (.failure(HTTPTransportError(.bodyTooLarge, "m")), .transient, true),
            (.failure(HTTPTransportError(.cannotConnect, "m", isSurelyUnsent: true)), .transient, false),
            (.error(500, "x"), .transient, true), (.json(200, "<html>"), .transient, true),
            (.json(200, graphEvent(["iCalUId": nil])), .transient, true),
            (.error(412, "ErrorIrresolvableConflict"), .conflict, false),
            (.error(404, "ErrorItemNotFound"), .notFound, false),
            (.error(403, "ErrorAccessDenied"), .forbiddenMailbox, false),
        ] as [(ScriptedTransport.Answer, ExchangeError.Kind, Bool)])
    func outcome(answer: ScriptedTransport.Answer, kind: ExchangeError.Kind, isUnknown: Bool) async throws {
        let (calendar, _) = try graphCalendar { _ in answer }
        let (silent, content) = (try await silent(), try fullMeeting())
        let errors = [
            await failure {
                try await calendar.createEvent(
                    content, zone: berlin, propertyValue: "1/A", transactionID: "t", in: mailbox)
            },
            await failure {
                try await calendar.updateEvent(silent, [.subject: .subject("A")], zone: berlin, of: mailbox)
            },
            await failure { try await calendar.setProperty("1/A", of: silent, of: mailbox) },
        ]
        for error in errors {
            #expect(error?.kind == kind)
            #expect(error?.isOutcomeUnknown == isUnknown)
        }
    }

    @Test(
        "A second removal by an immutable id, which Graph refuses as forbidden, says that it is gone, not the mailbox")
    func deletedTwice() async throws {
        let (calendar, _) = try graphCalendar { _ in .error(403, "ErrorCannotDeleteObject") }
        let silent = try await silent()
        #expect(await failure { try await calendar.deleteEvent(silent, of: mailbox) }?.kind == .notFound)
    }

    // MARK: A create repeated

    private func repeated(
        _ status: Int, named: Bool, _ script: @escaping @Sendable (HTTPRequest) -> ScriptedTransport.Answer
    ) async throws -> (CreatedEvent?, ExchangeError?, [HTTPRequest]) {
        let existing = named ? #""@event.existingEventId":"E=","# : ""
        let refusal = #"{"error":{\#(existing)"code":"ErrorDuplicateTransactionId","message":"m"}}"#
        let (calendar, transport) = try graphCalendar { request in
            request.method == .post ? .json(status, refusal) : script(request)
        }
        var made: CreatedEvent?
        let content = try fullMeeting()
        let error = await failure {
            made = try await calendar.createEvent(
                content, zone: berlin, propertyValue: "1300/ACT1", transactionID: "t-1", in: mailbox)
        }
        return (made, error, transport.requests)
    }

    private static let named = graphEvent([
        "id": "E=", "singleValueExtendedProperties": [["id": property, "value": "1300/ACT1"]],
    ])

    @Test("A repeated create answers what the first one made", arguments: [400, 409], [true, false])
    func duplicate(status: Int, isNamed: Bool) async throws {
        let other = graphEvent([
            "id": "older", "transactionId": "t-0", "createdDateTime": "2020-01-01T00:00:00Z",
            "singleValueExtendedProperties": [["id": Self.property, "value": "1300/ACT1"]],
        ])
        let (made, error, requests) = try await repeated(status, named: isNamed) { request in
            request.path.hasSuffix("/events/E%3D")
                ? .json(200, Self.named) : .json(200, #"{"value":[\#(other),\#(Self.named)]}"#)
        }
        #expect(error == nil)
        guard case .made(let event) = made else { throw ExchangeError(.invalid, "not made") }
        #expect(event.key.item == ItemID("E="))
        #expect(event.facts.activity?.description == "1300/ACT1")
        #expect(requests.filter { $0.method == .post }.count == 1)
    }

    @Test("A repeated create whose event is gone, or in Deleted Items, says so", arguments: [true, false])
    func duplicateGone(isFound: Bool) async throws {
        for isNamed in [true, false] {
            let (made, error, _) = try await repeated(409, named: isNamed) { request in
                guard request.path.hasSuffix("/events/E%3D") else { return .json(200, #"{"value":[]}"#) }
                return isFound ? .json(200, Self.named) : .error(404, "ErrorItemNotFound")
            }
            #expect(error == nil)
            #expect(made == .madeAndDeleted)
        }
    }

    @Test("Where it can't be read what the first create made, nothing is claimed")
    func duplicateUnread() async throws {
        let (made, error, _) = try await repeated(400, named: true) { _ in .error(503, "x") }
        #expect(made == nil)
        #expect(error?.kind == .transient)
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
        let silent = try await silent()
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
