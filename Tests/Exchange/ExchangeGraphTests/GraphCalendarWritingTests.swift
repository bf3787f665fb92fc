import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry
import Testing

@Suite("Graph: writing events")
struct GraphCalendarWritingTests {
    private static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
    private static let prefer = #"IdType="ImmutableId", outlook.timezone="UTC""#
    private let berlin = ZoneName("Europe/Berlin")

    private func text(_ request: HTTPRequest?) throws -> String {
        String(decoding: try #require(request).body, as: UTF8.self)
    }

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
            try await silentEvent(property),
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
        let silent = try await silentEvent()
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
        let silent = try await silentEvent()
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
        _ = try await calendar.updateEvent(try await silentEvent(), [.body: .body(body)], zone: berlin, of: mailbox)
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
        let silent = try await silentEvent()
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
        let (silent, content) = (try await silentEvent(), try fullMeeting())
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
        let silent = try await silentEvent()
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

    @Test(
        "A repeated create whose event is gone, or in Deleted Items, says so; one that Graph does not name is only missing",
        arguments: [true, false])
    func duplicateGone(isFound: Bool) async throws {
        for isNamed in [true, false] {
            let (made, error, _) = try await repeated(409, named: isNamed) { request in
                guard request.path.hasSuffix("/events/E%3D") else { return .json(200, #"{"value":[]}"#) }
                return isFound ? .json(200, Self.named) : .error(404, "ErrorItemNotFound")
            }
            #expect(error == nil)
            #expect(made == (isNamed ? .madeAndDeleted : .madeAndMissing))
        }
    }

    @Test("Where it can't be read what the first create made, nothing is claimed")
    func duplicateUnread() async throws {
        let (made, error, _) = try await repeated(400, named: true) { _ in .error(503, "x") }
        #expect(made == nil)
        #expect(error?.kind == .transient)
    }
}
