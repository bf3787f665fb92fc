import Foundation
import HTTPTypes
import LNSandbox
import LNTesting
import SyncModel
import SyncPlanner
import Testing

@testable import LNClient

@Suite("Writes of LN's activities")
struct ActivityWritingTests {
    private let code = ActivityCode("ACT000451")
    private let uid = ICalUID("040000008200E00074C5B7101A82E008")
    private let ann = EmailAddress("ann@contoso.example")

    private func ln(serviceIsEmployee: Bool = false) throws -> SandboxLN {
        try SandboxLN(CalendarShop.shop(serviceIsEmployee: serviceIsEmployee), time: ManualTime())
    }

    /// With deep inserts, as the service has them.
    private func checked(_ ln: SandboxLN, makerIdentity: String? = "lnapi_*") async throws -> LNClient {
        let client = try sandboxClient(ln, makerIdentity: makerIdentity)
        var unchecked: [String] = []
        let checked = client.with(try await client.report(on: LNEntitySet.ofActivities, unchecked: &unchecked).mapping)
        _ = ln.takeAsked()
        return checked
    }

    private func content(_ subject: String = "Site visit") throws -> MeetingContent {
        MeetingContent(
            time: .timed(start: try date("2026-12-12T13:00:00Z"), end: try date("2026-12-12T14:00:00Z"), zone: nil),
            subject: subject, location: "At theirs", body: MeetingBody("Shoes"), showAs: .workingElsewhere,
            sensitivity: .confidential, reminder: .minutes(30))
    }

    private let guests = [
        NewAttendee(EmailAddress("Bob@contoso.example"), name: "Bob Ray", response: .accepted),
        NewAttendee(EmailAddress("carl@customer.example"), attendance: .optional),
        NewAttendee(EmailAddress("dora@customer.example")),
        NewAttendee(EmailAddress("twin@customer.example"), name: "Twins"),
        NewAttendee(EmailAddress("ann@contoso.example")),
    ]

    private func create(_ client: LNClient) async throws -> LNActivity {
        try await client.createActivity(
            content(), kind: .appointment, meetingKey: uid, organizer: ann, attendees: guests)
    }

    /// CAL-7 of what `create` made.
    private func expectMade(_ activity: LNActivity, _ ln: SandboxLN) {
        let code = activity.key.activity.rawValue
        #expect(ln.value("CreatedInInforLN", of: code, in: .activities) == "No")
        #expect(ln.value("Synchronize", of: code, in: .activities) == "Yes")
        #expect(activity.facts.meetingKey == uid && activity.organizer == ann && !activity.isCreatedInLN)
        #expect(activity.content.subject == "Site visit" && activity.content.showAs == .busy)
        #expect(activity.content.sensitivity == .confidential && activity.content.reminder == .minutes(30))
        let rows = ln.attendees(of: code).map { key in
            [
                "Type", "Attendee", "Email", "Attendance", "AttendanceStatus", "Invite", "Synchronized",
                "SentToSynchronizer",
            ]
            .map { ln.value($0, of: key, in: .attendees) ?? "" }.joined(separator: " ")
        }
        #expect(
            rows.sorted() == [
                "Contact C00000001 carl@customer.example Optional None Yes Yes No",
                "Contact C00000002 dora@customer.example Required None No Yes No",
                "Employee E00001 ann@contoso.example MeetingOrganizer None No Yes No",
                "Employee E00002 Bob@contoso.example Required Accepted Yes Yes No",
                "Other  twin@customer.example Required None Yes Yes No",
            ])
    }

    @Test(
        "An event of Outlook's becomes an activity of its organizer's, in one insert: employees, contacts, others; who opted out without Invite"
    )
    func create() async throws {
        let ln = try ln()
        let client = try await checked(ln)
        let activity = try await create(client)
        expectMade(activity, ln)
        let asked = ln.takeAsked()
        let writes = asked.filter { $0.method != "GET" }
        #expect(writes.map(\.method) == ["POST"] && writes[0].identity == "lnapi_ann")
    }

    @Test("Without deep inserts the activity comes first and its attendees one by one")
    func createInPieces() async throws {
        let ln = try ln()
        let activity = try await create(try sandboxClient(ln))
        expectMade(activity, ln)
        #expect(
            ln.takeAsked().filter { $0.method == "POST" }.map(\.resource) == ["Activities"]
                + Array(repeating: "Attendees", count: 4))
    }

    @Test("Made by the service account, LN's own organizer row gives way to the organizer and goes")
    func automaticOrganizer() async throws {
        let ln = try ln(serviceIsEmployee: true)
        let client = try await checked(ln, makerIdentity: nil)
        expectMade(try await create(client), ln)
    }

    @Test("Who has no usable address gets no row, and whose form differs gets one", arguments: [true, false])
    func unusableAddresses(isDeep: Bool) async throws {
        let ln = try ln()
        let client = isDeep ? try await checked(ln) : try sandboxClient(ln)
        let more = ["a@b@c", "\"q\"@out.example", "x@", " BOB@contoso.example "].map { NewAttendee(EmailAddress($0)) }
        func create() async throws -> LNActivity {
            try await client.createActivity(
                content(), kind: .appointment, meetingKey: uid, organizer: ann, attendees: guests + more)
        }
        expectMade(try await create(), ln)
        let again = try await create()
        expectMade(again, ln)
        let updated = try await client.updateActivity(
            again, [.attendee(EmailAddress("a@b@c")): .attendee(MeetingAttendee(.required))])
        expectMade(updated, ln)
    }

    @Test("Whose address LN made another of when it took him with the activity is not added again")
    func changedAddress() async throws {
        let ln = try ln()
        let client = try await checked(ln)
        let made = try await create(client)
        let twin = try #require(made.facts.rows.first { $0.address == EmailAddress("twin@customer.example") })
        for email in ["tw?n@customer.example", "tw in"] {
            ln.control(.patch, "data/Attendees/\(made.key.activity)/\(twin.number)", #"{"Email":"\#(email)"}"#)
            let kept = try #require(try await client.activity(made.key.activity))
            let complete = try await client.complete(kept, ann, guests, isNew: true)
            #expect(complete.facts.rows.count == made.facts.rows.count)
        }
    }

    @Test(
        "Whose answer is lost is told so, and the next attempt finds and completes what was made",
        arguments: [true, false])
    func lostAnswer(isDeep: Bool) async throws {
        let ln = try ln()
        let client = isDeep ? try await checked(ln) : try sandboxClient(ln)
        ln.fault("lostAnswer", "Activities", method: "POST")
        let error = await #expect(throws: LNError.self) { try await create(client) }
        #expect(error?.isOutcomeUnknown == true && error?.isRetriable == true)
        expectMade(try await create(client), ln)
        #expect(ln.sandbox.shop.count(.activities) == 3)
        // A gateway that gave up says as little.
        ln.fault("statusAfter", "Activities('ACT000451')", method: "PATCH", status: 504)
        let activity = try #require(try await client.activity(code))
        let gateway = await #expect(throws: LNError.self) {
            try await client.updateActivity(activity, [.subject: .subject("Anew")])
        }
        #expect(gateway?.isOutcomeUnknown == true)
        #expect(ln.value("Subject", of: "ACT000451", in: .activities) == "Anew")
    }

    @Test("An attendee whose row fails in the middle: the rest is unknown, and the next attempt adds who is missing")
    func half() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        ln.fault("status", "Attendees", method: "POST")
        let error = await #expect(throws: LNError.self) { try await create(client) }
        #expect(error?.isOutcomeUnknown == true)
        expectMade(try await create(client), ln)
        #expect(ln.sandbox.shop.count(.activities) == 3)
    }

    @Test(
        "Whom a user takes out of what was made, and whose answer was lost, the next attempt does not add again",
        arguments: [true, false])
    func takenOut(isDeep: Bool) async throws {
        let ln = try ln()
        let client = isDeep ? try await checked(ln) : try sandboxClient(ln)
        // The first write of all, or the last: the organizer's row.
        ln.fault("lostAnswer", isDeep ? "Activities" : "Attendees", method: isDeep ? "POST" : "PATCH")
        let error = await #expect(throws: LNError.self) { try await create(client) }
        #expect(error?.isOutcomeUnknown == true)
        let made = try #require(try await client.activities(naming: uid).first)
        let bob = try #require(made.facts.rows.first { $0.address == EmailAddress("bob@contoso.example") })
        #expect(ln.control(.delete, "data/Attendees/\(made.key.activity)/\(bob.number)").status == 204)
        let activity = try await create(client)
        #expect(activity.key == made.key && activity.organizer == ann)
        #expect(activity.facts.rows.count == guests.count - 1)
        #expect(!activity.facts.rows.contains { $0.address == bob.address })
    }

    @Test("What was surely not written is not unknown: refused, throttled, and an error under 200; U14 is gone through")
    func known() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let activity = try #require(try await client.activity(code))
        for (kind, status, code) in [
            ("errorBody", 503, LNError.Code.refused), ("status", 429, .throttled), ("status", 403, .forbidden),
        ] {
            ln.fault(kind, "Activities", method: "PATCH", status: status)
            let error = await #expect(throws: LNError.self) {
                try await client.updateActivity(activity, [.subject: .subject("x")])
            }
            #expect(error?.code == code && error?.isOutcomeUnknown == false, "\(kind) \(status)")
        }
        ln.fault("u14", "Activities", method: "PATCH")
        #expect(try await client.updateActivity(activity, [.subject: .subject("Through")]).content.subject == "Through")
    }

    @Test("Only changed fields are written, with the version that was read; who was faster wins")
    func update() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let activity = try #require(try await client.activity(code))
        _ = ln.takeAsked()
        let time = MeetingTime.timed(
            start: try date("2026-12-10T11:00:00Z"), end: try date("2026-12-10T12:30:00Z"), zone: ZoneName("Asia/Tokyo")
        )
        let updated = try await client.updateActivity(
            activity, [.time: .time(time), .subject: .subject("Later"), .reminder: .reminder(.off)])
        #expect(updated.content.subject == "Later" && updated.content.reminder == .off)
        #expect(
            try updated.content.time
                == .timed(start: date("2026-12-10T11:00:00Z"), end: date("2026-12-10T12:30:00Z"), zone: nil))
        #expect(updated.content.location == "Room 3" && updated.etag != activity.etag)
        #expect(ln.takeAsked().map(\.method) == ["PATCH", "GET"])
        let error = await #expect(throws: LNError.self) {
            try await client.updateActivity(activity, [.subject: .subject("Too late")])
        }
        #expect(error?.code == .changedMeanwhile && error?.isOutcomeUnknown == false)
        #expect(ln.value("Subject", of: "ACT000451", in: .activities) == "Later")
    }

    @Test("Days and a call's duration are written in LN's form")
    func times() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let first = try #require(CalendarDate("2026-12-24"))
        let behind = try #require(CalendarDate("2026-12-27"))
        let activity = try #require(try await client.activity(code))
        let days = try await client.updateActivity(activity, [.time: .time(.allDay(start: first, end: behind))])
        #expect(days.content.time == .allDay(start: first, end: behind))
        #expect(ln.value("EndDate", of: "ACT000451", in: .activities) == "2026-12-27T00:00:00Z")
        let call = try #require(try await client.activity(ActivityCode("ACT000452")))
        let longer = MeetingTime.timed(
            start: try date("2026-12-11T10:00:00Z"), end: try date("2026-12-11T10:45:00Z"), zone: nil)
        let changed = try await client.updateActivity(call, [.time: .time(longer), .location: .location("nowhere")])
        #expect(changed.content.time == longer && changed.content.location == "")
        #expect(ln.value("DurationMinutes", of: "ACT000452", in: .activities) == "45")
        let refused = await #expect(throws: LNError.self) {
            try await client.updateActivity(changed, [.time: .time(.allDay(start: first, end: behind))])
        }
        #expect(refused?.code == .refused)
    }

    @Test("Attendees are added, changed and switched off row by row, each with its version")
    func attendees() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let activity = try #require(try await client.activity(code))
        let updated = try await client.updateActivity(
            activity,
            [
                .attendee(EmailAddress("bob@contoso.example")): .attendee(MeetingAttendee(.required)),
                .attendee(EmailAddress("carl@customer.example")): .attendee(nil),
                .attendee(EmailAddress("dora@customer.example")): .attendee(MeetingAttendee(.optional)),
                .attendee(EmailAddress("new@elsewhere.example")): .attendee(MeetingAttendee(.resource)),
            ])
        #expect(
            updated.content.attendees == [
                EmailAddress("bob@contoso.example"): MeetingAttendee(.required),
                EmailAddress("dora@customer.example"): MeetingAttendee(.optional, isInvited: false),
                EmailAddress("new@elsewhere.example"): MeetingAttendee(.resource),
            ])
        #expect(ln.value("Invite", of: "ACT000451/10", in: .attendees) == "No")
        ln.control(.patch, "data/Attendees/ACT000451/2", #"{"Attendance":"Optional"}"#)
        let error = await #expect(throws: LNError.self) {
            try await client.updateActivity(
                updated, [.attendee(EmailAddress("bob@contoso.example")): .attendee(nil)])
        }
        #expect(error?.code == .changedMeanwhile)
        #expect(ln.value("Invite", of: "ACT000451/2", in: .attendees) == "Yes")
    }

    @Test("Of who leaves an activity that is hidden, no row is left, invited or not")
    func hiddenAttendees() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        ln.control(.patch, "data/Attendees/ACT000451/10", #"{"Invite":"No","Synchronized":"Yes"}"#)
        let activity = try #require(try await client.activity(code))
        let everybody = try #require(activity.content.attendees).keys
        #expect(activity.content.attendees?[EmailAddress("carl@customer.example")]?.isInvited == false)
        let changes = everybody.map { (FieldGroup.attendee($0), FieldValue.attendee(nil)) }
        let updated = try await client.updateActivity(
            activity, Dictionary(uniqueKeysWithValues: changes), whoLeaves: .isDeleted)
        #expect(updated.content.attendees == [:])
        #expect(ln.value("Email", of: "ACT000451/10", in: .attendees) == nil)
    }

    @Test("Flags and answers are turned on once; what a row shows already is not written")
    func marks() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let activity = try #require(try await client.activity(code))
        let marks = [
            AttendeeMark(number: 1, isSynchronized: true), AttendeeMark(number: 2, isSent: true, response: .tentative),
            AttendeeMark(number: 99, isSent: true),
        ]
        let marked = try await client.mark(marks, of: activity)
        #expect(marked.facts.rows[0].isSynchronized && marked.facts.rows[1].isSent)
        #expect(marked.facts.rows[1].response == .tentative && !marked.facts.rows[1].isSynchronized)
        #expect(marked.content == activity.content && marked.etag != activity.etag)
        _ = ln.takeAsked()
        #expect(try await client.mark(marks, of: marked) == marked)
        #expect(ln.takeAsked().isEmpty)
        let named = try await client.mark([], naming: uid, of: marked)
        #expect(named.facts.meetingKey == uid && named.content == activity.content)
        _ = ln.takeAsked()
        #expect(try await client.mark([], naming: uid, of: named) == named)
        #expect(ln.takeAsked().isEmpty)
        await #expect(throws: LNError.self) {
            try await client.mark([AttendeeMark(number: 2, response: .accepted)], of: activity)
        }
    }

    @Test("An activity ends as Not Held and comes back, or is deleted; one that is gone has ended")
    func ends() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let activity = try #require(try await client.activity(code))
        try await client.endActivity(activity, .notHeld)
        let ended = try #require(try await client.activity(code))
        #expect(ended.isNotHeld && ended.content.subject == "Quarterly review")
        var content = ended.content
        content.subject = "On again"
        content.attendees = [EmailAddress("bob@contoso.example"): MeetingAttendee(.optional)]
        let revived = try await client.reviveActivity(ended, content)
        #expect(!revived.isNotHeld && revived.content.subject == "On again")
        #expect(revived.content.attendees == content.attendees)
        let stale = await #expect(throws: LNError.self) { try await client.endActivity(activity, .removed) }
        #expect(stale?.code == .changedMeanwhile)
        try await client.endActivity(revived, .removed)
        #expect(try await client.activity(code) == nil)
        try await client.endActivity(revived, .removed)
        await #expect(throws: LNError.self) { try await client.endActivity(revived, .notHeld) }
    }

    @Test(
        "Another becomes Meeting Organizer in his own row; a row of his as a contact or other gives way",
        arguments: [true, false])
    func appoints(isOther: Bool) async throws {
        let ln = try ln()
        let client = try await checked(ln)
        let activity = try await create(client)
        let code = activity.key.activity.rawValue
        let row = try #require(
            ln.attendees(of: code).first { ln.value("Email", of: $0, in: .attendees) == "Bob@contoso.example" })
        if isOther {
            let fields = #"{"Type": "Other", "Attendee": "", "FullName": "Bob Ray", "Email": "Bob@contoso.example"}"#
            #expect(ln.control(.patch, "data/Attendees/\(row.replacing(" ", with: "/"))", fields).status == 200)
        }
        let read = try #require(try await client.activity(activity.key.activity))
        let appointed = try await client.appointOrganizer(
            EmailAddress("bob@contoso.example"), of: read, whoWasIsInvited: isOther)
        #expect(appointed.organizer?.folded == "bob@contoso.example")
        let rows = ln.attendees(of: code).map { key in
            ["Type", "Attendee", "Attendance", "Invite"].map { ln.value($0, of: key, in: .attendees) ?? "" }
                .joined(separator: " ")
        }
        #expect(
            rows.sorted() == [
                "Contact C00000001 Optional Yes", "Contact C00000002 Required No",
                "Employee E00001 Required \(isOther ? "Yes" : "No")",
                "Employee E00002 MeetingOrganizer No", "Other  Required Yes",
            ])
    }

    @Test("What LN refuses comes as one error with LN's words and the fields that were written")
    func refusals() async throws {
        let ln = try ln()
        let client = try await checked(ln)
        let activity = try #require(try await client.activity(code))
        let long = await #expect(throws: LNError.self) {
            try await client.updateActivity(activity, [.subject: .subject(String(repeating: "x", count: 300))])
        }
        #expect(long?.code == .refused && long?.isRetriable == false)
        #expect(long?.message.contains("Subject has more than 120 characters") == true)
        #expect(long?.message.contains("written were Subject") == true)
        let nobody = await #expect(throws: LNError.self) {
            try await client.createActivity(
                content(), kind: .appointment, meetingKey: uid, organizer: EmailAddress("gone@contoso.example"),
                attendees: [])
        }
        #expect(nobody?.message.contains("no employee has the e-mail address gone@contoso.example") == true)
        #expect(nobody?.message.contains("fill or correct his E-Mail in Employees – People (bpmdm0101m000)") == true)
        #expect(ln.sandbox.shop.count(.activities) == 2)
        let mapping = try LNMapping(file: Data(#"{"sets":{"Activities":{"properties":{"ExchangeId":null}}}}"#.utf8))
        let keyless = await #expect(throws: LNError.self) { try await create(sandboxClient(ln, mapping: mapping)) }
        #expect(keyless?.code == .configuration)
    }
}
