import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import Testing

@Suite("Graph: events as they are read")
struct GraphEventReadingTests {
    /// Read by key, in the default calendar.
    private func read(_ changes: [String: Any?] = [:]) async throws -> ExchangeEvent {
        let event = graphEvent(changes)
        let (calendar, _) = try graphCalendar { request in
            request.path.hasSuffix("/calendar/events") ? .json(200, #"{"value":[\#(event)]}"#) : .json(200, event)
        }
        return try await calendar.event(ItemID("I+/="), of: mailbox)
    }

    private static let property = "String {AC68CD6D-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"

    @Test("An event is read in the canonical form; members nobody knows are passed over")
    func whole() async throws {
        let event = try await read(["singleValueExtendedProperties": [["id": Self.property, "value": "1300/ACT1"]]])
        #expect(event.key == EventKey(item: ItemID("I+/="), uid: ICalUID("040000008200E0")))
        #expect(event.etag == ETag(#"W/"e1""#))
        #expect(event.kind == .single)
        #expect(
            event.content
                == MeetingContent(
                    time: .timed(
                        start: try instant("2026-12-01T08:00:00Z"), end: try instant("2026-12-01T09:00:00Z"),
                        zone: ZoneName("Europe/Berlin")),
                    subject: "Visit", location: "HQ", body: MeetingBody("One\ntwo & three"), reminder: .minutes(30)))
        #expect(
            event.facts
                == EventFacts(
                    categories: ["Infor LN"],
                    activity: ActivityKey(company: Company(1300), activity: ActivityCode("ACT1"))))
        #expect(event.organizer == EmailAddress("anna.o'neil+x@shop.example"))
        #expect(event.isOrganizer && !event.isCancelled && event.response == .none)
        #expect(abs(event.created.timeIntervalSince(try instant("2026-11-20T10:00:00Z")) - 0.1234567) < 0.001)
        #expect(event.remarks == [])
        #expect(event.silent?.item == ItemID("I+/="))
    }

    @Test("Texts are in NFC with LF; HTML is read as text, and says whether it holds more")
    func texts() async throws {
        let plain = try await read([
            "subject": "Cafe\u{301}\r\nbar", "location": ["displayName": NSNull()],
            "body": ["contentType": "Text", "content": "a\r\nb\rc  \u{1F600}"],
        ])
        #expect(plain.content.subject.map { Array($0.unicodeScalars) } == Array("Caf\u{E9}\nbar".unicodeScalars))
        #expect(plain.content.location == "")
        #expect(plain.content.body == MeetingBody("a\nb\nc  \u{1F600}"))
        let rich = try await read([
            "body": ["contentType": "html", "content": "<p>A <b>e&#x301;</b></p><table><tr><td>1</table>"]
        ])
        #expect(rich.content.body == MeetingBody("A \u{E9}\n1", isRich: true))
        #expect(try await read(["body": NSNull()]).content.body == MeetingBody(""))
        #expect(try await read(["subject": NSNull()]).content.subject == "")
    }

    @Test(
        "Values nobody knew of are read as the nearest; a sensitivity as one that hides",
        arguments: [
            ("free", .free, "normal", .normal), ("Tentative", .tentative, "PERSONAL", .personal),
            ("oof", .outOfOffice, "private", .private),
            ("workingElsewhere", .workingElsewhere, "confidential", .confidential),
            ("unknown", .busy, "secret", .private), ("somethingNew", .busy, nil, .normal),
            (nil, .busy, "normal", .normal),
        ] as [(String?, ShowAs, String?, Sensitivity)])
    func values(showAs: String?, shown: ShowAs, sensitivity: String?, hidden: Sensitivity) async throws {
        let event = try await read(["showAs": showAs ?? NSNull(), "sensitivity": sensitivity ?? NSNull()])
        #expect(event.content.showAs == shown)
        #expect(event.content.sensitivity == hidden)
    }

    @Test("A reminder is off, or so many minutes before, never after")
    func reminder() async throws {
        #expect(try await read(["isReminderOn": false]).content.reminder == .off)
        #expect(try await read(["isReminderOn": NSNull()]).content.reminder == .off)
        #expect(try await read(["reminderMinutesBeforeStart": -5]).content.reminder == .minutes(0))
        #expect(try await read(["reminderMinutesBeforeStart": NSNull()]).content.reminder == .minutes(15))
    }

    // MARK: Time

    @Test(
        "Zones are IANA's; one that nobody knows is UTC, and told with the field and the fix",
        arguments: [
            ("W. Europe Standard Time", "Europe/Berlin", false), ("Europe/Amsterdam", "Europe/Amsterdam", false),
            ("India Standard Time", "Asia/Kolkata", false), ("UTC", "Etc/UTC", false),
            ("tzone://Microsoft/Custom", "Etc/UTC", true), ("w. europe standard time", "Etc/UTC", true),
            ("Mars/Olympus", "Etc/UTC", true), (nil, nil, false), ("", nil, false),
        ] as [(String?, String?, Bool)])
    func zone(wire: String?, name: String?, isTold: Bool) async throws {
        let event = try await read(["originalStartTimeZone": wire ?? NSNull()])
        #expect(
            event.content.time
                == .timed(
                    start: try instant("2026-12-01T08:00:00Z"), end: try instant("2026-12-01T09:00:00Z"),
                    zone: name.map { ZoneName($0) }))
        #expect(event.remarks.isEmpty != isTold)
        for remark in event.remarks {
            #expect(remark.rule == "CAL-18" && remark.text.hasPrefix("originalStartTimeZone: "))
            #expect(remark.text.contains("choose a time zone"))
        }
    }

    @Test(
        "A server that answers in another zone than asked is understood all the same; one that nobody knows is not guessed at"
    )
    func otherZone() async throws {
        let local: [String: Any?] = [
            "start": ["dateTime": "2026-10-25T02:30:00", "timeZone": "W. Europe Standard Time"],
            "end": ["dateTime": "2026-10-25T03:30:00.5000000", "timeZone": "W. Europe Standard Time"],
        ]
        #expect(
            try await read(local).content.time
                == .timed(
                    start: try instant("2026-10-25T00:30:00Z"), end: try instant("2026-10-25T02:30:00Z"),
                    zone: ZoneName("Europe/Berlin")))
        let error = await failure {
            try await read(["start": ["dateTime": "2026-10-25T02:30:00", "timeZone": "Mars"]])
        }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("“start”") == true)
    }

    @Test("An all-day event is dates, whatever the zones say")
    func allDay() async throws {
        for zone in ["UTC", "Tonga Standard Time", "tzone://Microsoft/Custom"] {
            let event = try await read([
                "isAllDay": true, "originalStartTimeZone": zone,
                "start": ["dateTime": "2027-03-28T00:00:00.0000000", "timeZone": "UTC"],
                "end": ["dateTime": "2027-03-30T00:00:00.0000000", "timeZone": "UTC"],
            ])
            #expect(
                event.content.time
                    == .allDay(
                        start: try #require(CalendarDate("2027-03-28")), end: try #require(CalendarDate("2027-03-30"))))
            #expect(event.remarks == [])
        }
    }

    // MARK: People

    @Test(
        "Attendees are named by their address in lower case, without the organizer; whoever has none is passed over and told"
    )
    func attendees() async throws {
        let event = try await read([
            "attendees": [
                attendee("Ann@X.example", "Required", "accepted"),
                attendee("room@x.example", "resource", "notResponded"),
                attendee(" bob@x.example ", "optional", "tentativelyAccepted"),
                attendee("ann@x.example", "optional", "declined"),
                attendee("anna.o'neil+x@SHOP.example"), attendee("dan@x.example", "somethingNew", "declined"),
                attendee(nil), attendee(""), attendee("/o=ExchangeLabs/ou=x/cn=Recipients/cn=left"),
                attendee("a b@x.example"), attendee("a@b@c"), attendee("\"q\"@out.example"),
            ]
        ])
        #expect(
            event.content.attendees == [
                EmailAddress("ann@x.example"): MeetingAttendee(.required),
                EmailAddress("room@x.example"): MeetingAttendee(.resource),
                EmailAddress("bob@x.example"): MeetingAttendee(.optional),
                EmailAddress("dan@x.example"): MeetingAttendee(.required),
            ])
        #expect(
            event.facts.responses == [
                EmailAddress("ann@x.example"): .accepted, EmailAddress("bob@x.example"): .tentative,
                EmailAddress("dan@x.example"): .declined,
            ])
        #expect(event.remarks.count == 1)
        #expect(event.remarks.first?.rule == "CAL-8")
        #expect(event.remarks.first?.text.hasPrefix("attendees: 6 of 12 ") == true)
        #expect(event.silent == nil)
    }

    @Test("An address that is too long for LN is told as that, not as none")
    func tooLong() async throws {
        let event = try await read([
            "attendees": [
                attendee("ann@x.example"), attendee(nil), attendee(String(repeating: "x", count: 91) + "@x.example"),
            ]
        ])
        #expect(event.content.attendees == [EmailAddress("ann@x.example"): MeetingAttendee(.required)])
        #expect(
            event.remarks.map(\.text) == [
                "attendees: 1 of 3 have no usable e-mail address and are passed over; give them one in Outlook",
                "attendees: the e-mail addresses of 1 of 3 are longer than 100 bytes, which is all that LN holds, and are passed over; "
                    + "give them shorter ones in Outlook",
            ])
    }

    @Test("An event whose attendees can't be named, or were not shown, is never taken for one without attendees")
    func unnamed() async throws {
        let lists: [Any] = [
            [attendee(nil)], [attendee("/o=x/cn=left")], [attendee("anna.o'neil+x@shop.example")], NSNull(),
        ]
        for list in lists {
            let event = try await read(["attendees": list])
            #expect(event.content.attendees == nil)
            #expect(event.silent == nil)
        }
    }

    @Test("A hidden list is whole in the organizer's copy, and unknown in an attendee's")
    func hidden() async throws {
        let rows = [attendee("ann@x.example")]
        let whole = try await read(["hideAttendees": true, "attendees": rows])
        #expect(whole.content.attendees?.count == 1)
        for rows in [rows, []] {
            let copy = try await read(["hideAttendees": true, "isOrganizer": false, "attendees": rows])
            #expect(copy.content.attendees == nil && copy.silent == nil)
        }
    }

    @Test("501 attendees are read")
    func many() async throws {
        let rows = (0..<501).map { attendee("a\($0)@x.example") }
        #expect(try await read(["attendees": rows]).content.attendees?.count == 501)
    }

    @Test("An attendee's copy has his own answer; others' answers are the organizer's to tell")
    func copy() async throws {
        let event = try await read([
            "isOrganizer": false,
            "responseStatus": ["response": "tentativelyAccepted", "time": "2026-11-20T10:00:00Z"],
            "organizer": ["emailAddress": ["address": "Cust@Other.example"]], "isCancelled": true, "isDraft": true,
            "attendees": [attendee(mailbox.rawValue, "required", "declined")], "isOnlineMeeting": true,
        ])
        #expect(event.organizer == EmailAddress("cust@other.example"))
        #expect(!event.isOrganizer && event.isCancelled && event.facts.isDraft && event.facts.isOnline)
        #expect(event.response == .tentative)
        #expect(event.facts.responses == [:])
    }

    @Test("Somebody else's event has an organizer even where his address is none of ours or missing")
    func organizer() async throws {
        let left = ["emailAddress": ["address": "/O=x/CN=left"]]
        #expect(try await read(["isOrganizer": false, "organizer": left]).organizer == EmailAddress("/o=x/cn=left"))
        #expect(try await read(["isOrganizer": false, "organizer": NSNull()]).organizer == EmailAddress(""))
        #expect(try await read(["organizer": NSNull()]).organizer == nil)
    }

    // MARK: Series

    @Test("A master, an occurrence and an exception are told apart")
    func series() async throws {
        let master = try await read(["type": "seriesMaster", "recurrence": ["pattern": ["type": "daily"]]])
        #expect(master.kind == .master && master.facts.isRecurring)
        let exception = try await read([
            "type": "exception", "seriesMasterId": "M", "originalStart": "2026-12-02T08:00:00Z",
        ])
        #expect(
            exception.kind
                == .occurrence(master: ItemID("M"), originalStart: try instant("2026-12-02T08:00:00Z")))
        let occurrence = try await read(["type": "occurrence", "seriesMasterId": "M"])
        #expect(
            occurrence.kind
                == .occurrence(master: ItemID("M"), originalStart: try instant("2026-12-01T08:00:00Z")))
        #expect(try await read(["type": NSNull()]).kind == .single)
        #expect(try await read(["type": NSNull(), "recurrence": [:] as [String: Any]]).kind == .master)
    }

    @Test("An occurrence is not looked for in a list, which has masters only")
    func occurrenceInCalendar() async throws {
        let event = graphEvent(["type": "occurrence", "seriesMasterId": "M"])
        let (calendar, transport) = try graphCalendar { _ in .json(200, event) }
        _ = try await calendar.event(ItemID("I+/="), of: mailbox)
        #expect(transport.requests.count == 1)
    }

    // MARK: Where something is missing

    @Test(
        "An event without what it must have is refused, the member named",
        arguments: ["id", "iCalUId", "start", "end"])
    func missing(member: String) async throws {
        let error = await failure { try await read([member: nil]) }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("“\(member)”") == true)
    }

    @Test("Without its annotation the change key is the etag")
    func changeKey() async throws {
        #expect(try await read(["@odata.etag": nil]).etag == ETag(#"W/"e1""#))
        let error = await failure { try await read(["@odata.etag": nil, "changeKey": nil]) }
        #expect(error?.message.contains("“@odata.etag”") == true)
    }

    @Test(
        "Our property names an activity, or nothing where it is empty or another's",
        arguments: [
            ("1300/ACT1", true), ("1300/A/1", true), ("", false), ("1300", false), ("1300/", false), ("x/ACT1", false),
            ("01300/ACT1", false), ("10000/ACT1", false), ("-1/ACT1", false), ("/ACT1", false),
        ])
    func property(value: String, isOne: Bool) async throws {
        let event = try await read(["singleValueExtendedProperties": [["id": Self.property, "value": value]]])
        #expect(event.facts.activity?.description == (isOne ? value : nil))
    }
}
