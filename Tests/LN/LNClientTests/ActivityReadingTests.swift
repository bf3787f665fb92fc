import Foundation
import HTTPTypes
import LNSandbox
import LNTesting
import SyncModel
import SyncPlanner
import Telemetry
import Testing

@testable import LNClient

func sandboxClient(
    _ ln: SandboxLN, mapping: LNMapping = .standard, makerIdentity: String? = "lnapi_*"
) throws -> LNClient {
    let credentials = try IONAPIFile(
        ln.sandbox.answer(
            HTTPRequest(method: .get, scheme: "http", authority: "ln.example", target: "/sandbox/ionapi")
        ).body)
    var configuration = LNClient.Configuration(company: Company(1300)) { credentials }
    configuration.mapping = mapping
    configuration.makerIdentity = makerIdentity
    return LNClient(configuration, transport: ln, time: ManualTime(), log: .silent)
}

func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

@Suite("Reads of LN's activities")
struct ActivityReadingTests {
    private func ln(_ more: String = "", _ installation: LNInstallation = LNInstallation()) throws -> SandboxLN {
        try SandboxLN(CalendarShop.shop(more), time: ManualTime(), installation: installation)
    }

    @Test("An appointment comes with its text and attendees in one request, in the model's form")
    func appointment() async throws {
        let ln = try ln()
        let activity = try #require(try await sandboxClient(ln).activity(ActivityCode("ACT000451")))
        #expect(ln.takeAsked().count == 1)
        #expect(activity.key == ActivityKey(company: Company(1300), activity: ActivityCode("ACT000451")))
        #expect(
            try activity.content
                == MeetingContent(
                    time: .timed(start: date("2026-12-10T09:00:00Z"), end: date("2026-12-10T10:00:00Z"), zone: nil),
                    subject: "Quarterly review", location: "Room 3", body: MeetingBody("Bring figures"),
                    showAs: .outOfOffice, reminder: .minutes(15),
                    attendees: [
                        EmailAddress("bob@contoso.example"): MeetingAttendee(.optional),
                        EmailAddress("carl@customer.example"): MeetingAttendee(.required),
                    ]))
        #expect(activity.organizer == EmailAddress("ann@contoso.example"))
        #expect(activity.facts.kind == .appointment && activity.facts.isSynchronized && !activity.facts.isHeld)
        #expect(activity.facts.rows.map(\.number) == [1, 2, 10])
        #expect(activity.facts.rows[0].isOrganizer && !activity.facts.rows[0].isInvited)
        #expect(activity.rowETags.count == 3 && activity.isCreatedInLN && !activity.isNotHeld)
        #expect(activity.remarks.isEmpty)
    }

    @Test("A call ends when its duration is over, and has no location")
    func call() async throws {
        let call = try #require(try await sandboxClient(ln()).activity(ActivityCode("ACT000452")))
        #expect(call.facts.kind == .call)
        #expect(
            try call.content.time
                == .timed(start: date("2026-12-11T09:00:00Z"), end: date("2026-12-11T09:30:00Z"), zone: nil))
        #expect(call.content.location == "" && call.content.body == MeetingBody(""))
    }

    @Test(
        "Every edit of the activity, its text or an attendee gives another etag; an attendee's alone leaves LN's own as it was"
    )
    func etags() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let code = ActivityCode("ACT000451")
        let before = try #require(try await client.activity(code))
        #expect(try await client.activity(code)?.etag == before.etag)
        ln.control(.patch, "data/Attendees/ACT000451/2", #"{"Attendance":"Required"}"#)
        let second = try #require(try await client.activity(code))
        #expect(second.etag != before.etag && second.header == before.header)
        ln.control(.patch, "data/Activities/ACT000451", #"{"Information":"Bring more"}"#)
        let third = try #require(try await client.activity(code))
        #expect(third.etag != second.etag && third.content.body?.text == "Bring more")
    }

    @Test(
        "One that is deleted is proven to be absent; a task is none of ours, and a service that was taken away proves nothing"
    )
    func absent() async throws {
        let ln = try ln(
            #",{"Activity":"ACT000460","Type":"Task","Subject":"Work","StartDate":"2026-12-10T09:00:00Z","EndDate":"2026-12-10T10:00:00Z"}"#
        )
        let client = try sandboxClient(ln)
        #expect(try await client.activity(ActivityCode("ACT999999")) == nil)
        let task = await #expect(throws: LNError.self) { try await client.activity(ActivityCode("ACT000460")) }
        #expect(task?.code == .refused)
        let page = try await client.read([ActivityCode("ACT000460"), ActivityCode("ACT000451"), ActivityCode("ACT9")])
        #expect(page.activities.count == 1 && Set(page.keys.map(\.rawValue)) == ["ACT000451", "ACT000460"])
        let mapping = try LNMapping(file: Data(#"{"sets":{"Activities":{"service":"txcom.Gone"}}}"#.utf8))
        let gone = await #expect(throws: LNError.self) {
            try await sandboxClient(ln, mapping: mapping).activity(ActivityCode("ACT000451"))
        }
        #expect(gone?.code == .notFound)
    }

    @Test("Changed attendees come page by page, those with one time and one activity too")
    func attendeeChanges() async throws {
        var installation = LNInstallation()
        installation.pageCap = 2
        let ln = try ln("", installation)
        let client = try sandboxClient(ln)
        var found: [String] = []
        var after: LNContinuation?
        repeat {
            let page = try await client.activityChanges(
                in: .attendees, since: Date(timeIntervalSince1970: 0), after: after, limit: 2)
            found += page.elements.map { "\($0.code)/\($0.part ?? 0)" }
            after = page.next
        } while after != nil
        #expect(found.sorted() == ["ACT000451/1", "ACT000451/10", "ACT000451/2", "ACT000452/1"])
    }

    @Test("An attendee's edit moves his row's time alone, a text's edit that of the text")
    func changes() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        let since = try date("2026-11-20T00:00:00Z")
        ln.control(.patch, "data/Attendees/ACT000451/2", #"{"Attendance":"Required"}"#)
        ln.control(.patch, "data/Activities/ACT000452", #"{"Subject":"Call again"}"#)
        #expect(
            try await client.activities(changedSince: since, limit: 50).activities.map(\.key.activity.rawValue) == [
                "ACT000452"
            ])
        let attendees = try await client.activityChanges(in: .attendees, since: since, limit: 50)
        #expect(attendees.elements.map { $0.part } == [2])
        ln.control(.patch, "data/Activities/ACT000451", #"{"Information":"More"}"#)
        let texts = try await client.activityChanges(in: .activityTexts, since: since, limit: 50)
        #expect(texts.elements.map(\.code.rawValue) == ["ACT000451"])
        #expect(try await client.activities(changedSince: since, limit: 50).activities.count == 1)
    }

    @Test("Without AttendeeRefs attendees are read by key; an organizer without an address is found by his employee")
    func withoutNavigation() async throws {
        let more =
            #",{"Activity":"ACT000470","Type":"Appointment","Subject":"Cho's","StartDate":"2026-12-10T09:00:00Z","EndDate":"2026-12-10T10:00:00Z","Synchronize":"Yes","AttendeeRefs":[{"Sequence":1,"Attendee":"E00003","Email":"","Attendance":"MeetingOrganizer"}]}"#
        let ln = try ln(more)
        let mapping = try LNMapping(
            file: Data(#"{"sets":{"Activities":{"properties":{"AttendeeRefs":null}}}}"#.utf8))
        let client = try sandboxClient(ln, mapping: mapping)
        let page = try await client.activities(endingAfter: date("2026-11-26T00:00:00Z"), after: nil, limit: 50)
        #expect(page.activities.map { $0.facts.rows.count } == [3, 1, 1])
        let last = try #require(page.activities.last)
        #expect(last.organizer == EmailAddress("cho@contoso.example"))
        #expect(last.facts.rows[0].address == nil)
    }

    @Test("An attendee's address is the same whatever its form; a malformed one of the organizer's is his employee's")
    func addressForms() async throws {
        let more =
            #",{"Activity":"ACT000470","Type":"Appointment","Subject":"Cho's","StartDate":"2026-12-10T09:00:00Z","EndDate":"2026-12-10T10:00:00Z","Synchronize":"Yes","AttendeeRefs":[{"Sequence":1,"Attendee":"E00003","Email":"cho@@contoso","Attendance":"MeetingOrganizer"},{"Sequence":2,"Type":"Other","Email":" Zoe\u0308@X.example ","Invite":"Yes"},{"Sequence":3,"Type":"Other","Email":"\"q\"@out.example","Invite":"Yes"}]}"#
        let activity = try #require(try await sandboxClient(try ln(more)).activity(ActivityCode("ACT000470")))
        #expect(activity.organizer == EmailAddress("cho@contoso.example"))
        let address = try #require(activity.facts.rows[1].address)
        #expect(Array(address.rawValue.utf8) == Array("zo\u{EB}@x.example".utf8))
        #expect(activity.content.attendees?.keys.map(\.self) == [address])
        #expect(activity.remarks.map { $0.prefix(19) } == ["Email of attendee 1", "Email of attendee 3"])
    }

    @Test("Values that nobody knows are taken for the nearest, or left out, and remarked upon; the page goes on")
    func strangeValues() async throws {
        let ln = ScriptedLN()
        ln.answer(
            200,
            #"{"value":[{"@odata.etag":"W/\"1\"","Activity":"ACT1","Type":"Appointment","Subject":"a\u0000b\r\nc ","Location":"","StartDate":"2026-12-10T09:00:59Z","EndDate":"2026-12-10T09:30:30Z","AllDay":"Maybe","Status":"Postponed","ShowTimeAs":"Elsewhere","Sensitivity":"TopSecret","Reminder":"No","ReminderMinutes":0,"Information":"e\u0301","CreatedInInforLN":"Yes","Synchronize":"Yes","ExchangeId":"","LastModificationDate":"2026-11-01T00:00:00Z","AttendeeRefs":[{"@odata.etag":"W/\"2\"","Activity":"ACT1","Sequence":1,"Type":"Robot","Attendee":"","FullName":"","Email":"no address","Attendance":"Guest","AttendanceStatus":"Perhaps","Invite":"Yes","Synchronized":"No","SentToSynchronizer":"No"}]},{"@odata.etag":"W/\"3\"","Activity":"ACT2","Type":"Seminar","StartDate":"1970-01-01T00:00:00Z"},{"@odata.etag":"W/\"4\"","Activity":"ACT3","Type":"Call","Subject":"","Location":"","StartDate":"1970-01-01T00:00:00Z","EndDate":"1970-01-01T00:00:00Z","DurationMinutes":0,"AllDay":"No","Status":"NotHeld","ShowTimeAs":"Busy","Sensitivity":"Normal","Reminder":"No","ReminderMinutes":0,"Information":"","CreatedInInforLN":"No","Synchronize":"Yes","ExchangeId":"uid","AttendeeRefs":[]}]}"#
        )
        let activities = try await client(ln).activities(changedSince: .distantPast, limit: 50).activities
        #expect(activities.map(\.key.activity.rawValue) == ["ACT1", "ACT3"])
        let strange = activities[0]
        #expect(strange.content.subject == "a b c" && strange.content.body?.text == "\u{E9}")
        #expect(
            try strange.content.time
                == .timed(start: date("2026-12-10T09:00:00Z"), end: date("2026-12-10T09:30:00Z"), zone: nil))
        #expect(strange.content.showAs == .busy && strange.content.sensitivity == .private)
        #expect(!strange.isNotHeld && !strange.facts.isHeld)
        #expect(strange.facts.rows[0].address == nil && strange.facts.rows[0].attendance == .required)
        #expect(strange.remarks.count == 3 && strange.remarks.contains { $0.contains("Email of attendee 1") })
        let empty = activities[1]
        #expect(empty.content.time == nil && empty.isNotHeld && !empty.isCreatedInLN)
        #expect(empty.facts.meetingKey == ICalUID("uid") && empty.remarks == ["StartDate is empty: fill it"])
    }

    @Test("A text of two megabytes is left out and remarked upon")
    func longText() async throws {
        let ln = try ln()
        let text = String(repeating: "0123456789", count: 200_000)
        ln.control(.patch, "data/Activities/ACT000451", #"{"Information":"\#(text)"}"#)
        let activity = try #require(try await sandboxClient(ln).activity(ActivityCode("ACT000451")))
        #expect(activity.content.body == nil && activity.content.subject == "Quarterly review")
        #expect(activity.remarks.first?.hasPrefix("Information has 2000000 bytes") == true)
        #expect(activity.facts.hasLongText)
    }

    @Test("LN's limits are those of $metadata; a mapping without ExchangeId keeps no meeting keys")
    func limits() async throws {
        let ln = try ln()
        let client = try sandboxClient(ln)
        #expect(try await client.activityLimits() == LNLimits(subject: 120, location: 60))
        var unchecked: [String] = []
        let report = try await client.report(on: LNEntitySet.ofActivities, unchecked: &unchecked)
        #expect(report.gaps.isEmpty && report.error == nil && report.mapping.takesDeepInserts)
        #expect(report.mapping.keepsMeetingKeys)
        let mapping = try LNMapping(file: Data(#"{"sets":{"Activities":{"properties":{"ExchangeId":null}}}}"#.utf8))
        #expect(!mapping.keepsMeetingKeys)
    }

    @Test(
        "Who asks for the limits first asks for nothing afterwards that the service does not have, and his copies neither"
    )
    func fit() async throws {
        var installation = LNInstallation()
        installation.setsWithoutTimes = [.activities, .attendees]
        let ln = try ln("", installation)
        let client = try sandboxClient(ln)
        let before = await #expect(throws: LNError.self) { try await client.activity(ActivityCode("ACT000451")) }
        #expect(before?.message.contains("LastModificationDate") == true)
        _ = try await client.activityLimits()
        #expect(try await client.activity(ActivityCode("ACT000451"))?.modified == nil)
    }

    @Test("An activity is found by the event it names, and by its start")
    func twins() async throws {
        let more =
            #",{"Activity":"ACT000480","Type":"Appointment","Subject":"Made","StartDate":"2026-12-20T09:00:00Z","EndDate":"2026-12-20T10:00:00Z","Synchronize":"Yes","ExchangeId":"040000'8200E"}"#
        let client = try sandboxClient(ln(more))
        #expect(
            try await client.activities(naming: ICalUID("040000'8200E")).map(\.key.activity.rawValue) == ["ACT000480"])
        #expect(try await client.activities(naming: ICalUID("other")).isEmpty)
        #expect(
            try await client.activities(startingAt: date("2026-12-10T09:00:00Z")).map(\.key.activity.rawValue) == [
                "ACT000451"
            ])
    }
}
