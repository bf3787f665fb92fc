import Foundation
import SyncEvents
import SyncModel
import Testing

@Suite("Meetings' events")
struct MeetingEventTests {
    private static let user = SyncUserID(LNUserCode("hsato"))
    private static let activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT000451"))

    @Test(
        "Members and values of a later program are read over: busy, private, optional, no answer, nobody's, not synchronized"
    )
    func later() throws {
        let event = Data(
            #"""
            {"user":"635dead9-7352-5783-a8bb-3672c0cfb3b0","event":{"item":"i","uid":"u","series":"s"},"occurrence":"","etag":"e",
             "content":{"showAs":"doNotDisturb","sensitivity":"secret","colour":"red",
               "attendees":{"bea@shop.example":{"attendance":"informed","isInvited":true,"seat":4}}},
             "facts":{"isRecurring":false,"isOnline":false,"isDraft":false,"categories":[],"hasKnownContact":false,
               "responses":{"bea@shop.example":"delegated"},"isHidden":true},
             "owner":{"kind":"room","room":"Elbe"},"isCancelled":false,"response":"delegated","address":"hsato@shop.example","more":[1]}
            """#.utf8)
        let read = try EventData.decode(EventChanged.self, from: event)
        #expect(read.content.showAs == .busy)
        #expect(read.content.sensitivity == .private)
        #expect(read.content.attendees == [EmailAddress("bea@shop.example"): MeetingAttendee(.optional)])
        #expect(read.content.subject == nil && read.content.time == nil)
        #expect(read.facts.responses.values.map(\.self) == [.none] && read.response == .none)
        #expect(read.owner == .nobody)

        let activity = Data(
            #"""
            {"activity":{"company":1300,"activity":"ACT1"},"etag":"e","content":{},"isNotHeld":false,"isCreatedInLN":true,"by":"x",
             "facts":{"kind":"visit","isSynchronized":true,"isHeld":false,"rows":[]}}
            """#.utf8)
        let visit = try EventData.decode(ActivityChanged.self, from: activity)
        #expect(visit.facts.kind == .appointment && !visit.facts.isSynchronized)
    }

    @Test("A hint without a kind is about contacts, as all hints were once; its key says whose it is")
    func hints() throws {
        let old = try EventData.decode(Hint.self, from: Data(#"{"company":1300,"action":"pull","by":"x"}"#.utf8))
        #expect(old == Hint(company: Company(1300), action: .pull, by: "x"))
        #expect(old.key == "1300/contact")
        let hint = Hint(activitiesOf: Company(1300), action: .activities, [Self.activity.activity], by: "push")
        #expect(hint.key == "1300/activity")
        #expect(try EventData.decode(Hint.self, from: EventData.encode(hint)) == hint)
        #expect(throws: EventDataError.self) {
            try EventData.decode(Hint.self, from: Data(#"{"company":1300,"action":"dance","by":"x"}"#.utf8))
        }
    }

    @Test("Both sides of a meeting have one key: its owner's, else the organizer's in any case, else the activity's")
    func recordKeys() {
        let organizer = EmailAddress("Kunde@Customer.example")
        func key(_ owner: SyncUserID?, _ organizer: EmailAddress?) -> String {
            MeetingRecordKey(owner: owner, organizer: organizer, Self.activity).description
        }
        #expect(key(Self.user, organizer) == "635dead9-7352-5783-a8bb-3672c0cfb3b0")
        #expect(key(nil, organizer) == MeetingRecordKey(organizer: EmailAddress("kunde@customer.example")).description)
        #expect(key(nil, nil) == MeetingRecordKey(Self.activity).description)
        #expect(key(nil, EmailAddress("")) == key(nil, nil))
        // For ever: a record's place and a row's partition follow from them.
        #expect(key(nil, organizer) == "50e9f33d-72dc-5954-b517-2d11022a2e20")
        #expect(key(nil, nil) == "7cf8a335-55fe-5400-a673-0b09275d067f")
    }

    @Test("Derived ids never change")
    func identities() {
        #expect(Identity.meeting(Self.activity).description == "a654921e-e1a1-5b5e-a98e-b89145a4c8a5")
        let single = Identity.meeting(ICalUID("040000008200E0"), occurrence: "")
        let occurrence = Identity.meeting(ICalUID("040000008200E0"), occurrence: "2026-12-01T09:00:00Z")
        #expect(single.description == "2ab3768c-d578-56b1-b25b-7a3edb6b301f")
        #expect(occurrence.description == "334d6ca6-9fc3-5d4b-939e-83228da4c524")
        #expect(Identity.transaction(single, generation: 1) == "8d0c2bb8-0f37-5d0d-8fc8-1bb5b304d939")
        #expect(Identity.transaction(single, generation: 2) != Identity.transaction(single, generation: 1))
        #expect(Identity.transaction(occurrence, generation: 1) != Identity.transaction(single, generation: 1))
        #expect(Identity.invitationRequest(single, revision: 7) == "fd676aed-0e85-5161-b8a4-3c6dcc7f90f8")
    }

    @Test("What an event is about stands in its subject, whatever an iCalUId looks like")
    func subjects() {
        func subject(_ type: EventType, _ text: String) -> MeetingSubject? {
            MeetingSubject(Envelope(id: "1", source: "x", type: type, time: Date(), subject: text))
        }
        let subjects: [(EventType, MeetingSubject, String)] = [
            (.activityChanged, .activity(Self.activity), "1300/ACT000451"),
            (.activityDeleted, .activity(Self.activity), "1300/ACT000451"),
            (.eventChanged, .event(ICalUID("a/b c/ü"), occurrence: ""), "-/a/b c/ü"),
            (
                .eventDeleted, .event(ICalUID("-/x"), occurrence: "2026-12-01T09:00:00Z"),
                "2026-12-01T09:00:00Z/-/x"
            ),
        ]
        for (type, expected, text) in subjects {
            #expect(expected.description == text)
            #expect(subject(type, text) == expected)
        }
        for text in ["", "/", "1300", "1300/", "/ACT1", "x/ACT1"] { #expect(subject(.activityChanged, text) == nil) }
        for text in ["", "-", "-/", "/u"] { #expect(subject(.eventChanged, text) == nil) }
        #expect(subject(.contactChanged, "1300/C1") == nil)
    }

    @Test(
        "Whether an event waits behind live ones, and whether push named it, is told by a header, and by no other value than true"
    )
    func backfill() throws {
        var envelope = Envelope(
            id: "1", source: "x", type: .eventChanged, time: Date(timeIntervalSince1970: 0), subject: "-/u")
        #expect(!envelope.headers.contains { $0.name == "ce_backfill" })
        #expect(!envelope.headers.contains { $0.name == "ce_named" })
        envelope.isBackfill = true
        envelope.isNamed = true
        let headers = Dictionary(envelope.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { one, _ in one })
        #expect(try Envelope { headers[$0] } == envelope)
        #expect(try !Envelope { $0 == "ce_backfill" ? "yes" : headers[$0] }.isBackfill)
        #expect(try !Envelope { $0 == "ce_named" ? "yes" : headers[$0] }.isNamed)
    }

    @Test("A time comes back as it was written, to the digit that Exchange has")
    func instants() throws {
        for seconds in [
            0, 817_120_800, 817_120_800.5, 817_120_800.000_000_1, 817_120_800.999_999_9, -63_114_076_800.25,
        ] {
            let start = Date(timeIntervalSinceReferenceDate: seconds)
            let time = MeetingTime.timed(start: start, end: start, zone: nil)
            #expect(try EventData.decode(MeetingTime.self, from: EventData.encode(time)) == time, "\(seconds)")
        }
        func start(_ text: String) throws -> Date? {
            let json = Data(#"{"start":"\#(text)","end":"2026-12-01T09:00:00Z"}"#.utf8)
            guard case .timed(let start, _, _) = try EventData.decode(MeetingTime.self, from: json) else { return nil }
            return start
        }
        #expect(try start("2026-12-01T10:00:00+01:00") == start("2026-12-01T09:00:00.0000000Z"))
        for text in ["", "soon", "2026-12-01", "2026-12-01T10:00:00.Z", "2026-13-01T10:00:00Z"] {
            #expect(throws: EventDataError.self, "\(text)") { try start(text) }
        }
    }

    @Test(
        "A request carries what the row asks for, with what the event holds then, and a revision that rises with the row"
    )
    func requests() throws {
        var meeting = Meeting(owner: .user(Self.user), birth: .ln)
        meeting.activity = Self.activity
        let time = MeetingTime.timed(
            start: Date(timeIntervalSince1970: 0), end: Date(timeIntervalSince1970: 60), zone: nil)
        let (anna, bea) = (EmailAddress("anna@shop.example"), EmailAddress("bea@shop.example"))
        var now = MeetingContent(time: time, subject: "before", attendees: [anna: MeetingAttendee(.required)])
        now.location = nil
        meeting.observed.exchange = .present(now, ETag("8"))
        var status = RowStatus(partition: 3, sequence: .none, priority: .live)
        status.version = 16
        var row = MeetingRow(
            id: Identity.meeting(Self.activity), status: status, meeting: meeting, mailbox: Self.user)
        #expect(InvitationRequest(row) == nil)
        func request(_ change: MeetingWrite.Change) throws -> InvitationRequest {
            row.meeting.asked = InvitationAsk(
                MeetingWrite(change, on: .exchange, etag: ETag("8"), source: nil, generation: 2, sequence: .none),
                tellsNobody: false)
            let request = try #require(InvitationRequest(row))
            #expect(request.revision == 17 && request.generation == 2 && request.etag == ETag("8"))
            #expect(request.key == Self.user.description)
            #expect(try EventData.decode(InvitationRequest.self, from: EventData.encode(request)) == request)
            return request
        }
        let update = try request(
            .update([
                .subject: .subject("after"), .attendee(anna): .attendee(nil),
                .attendee(bea): .attendee(MeetingAttendee(.optional)),
            ]))
        var wanted = now
        wanted.subject = "after"
        wanted.attendees = [bea: MeetingAttendee(.optional)]
        #expect(update.wanted == wanted)
        #expect(try request(.create(now)).wanted == now)
        #expect(try request(.end(.removed)).wanted == nil)
        row.meeting.observed.exchange = .gone(.absent)
        #expect(
            try request(.update([.attendee(bea): .attendee(MeetingAttendee(.optional))])).wanted?.attendees?.count == 1)
    }
}
