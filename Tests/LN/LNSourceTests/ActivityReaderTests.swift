import Foundation
import HTTPTypes
import LNClient
import LNSandbox
import LNTesting
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Testing
import WorkerTesting

@testable import LNSource

@Suite("The reader of LN's activities")
struct ActivityReaderTests {
    private let ann = ActivityBed.user("ann")
    private let bob = ActivityBed.user("bob")

    private func activity(_ code: String, _ fields: String, attendees: String = "") -> String {
        #",{"Activity":"\#(code)","Type":"Appointment","Subject":"\#(code)","Synchronize":"Yes",\#(fields),"AttendeeRefs":[{"Sequence":1,"Attendee":"E00001","Email":"ann@contoso.example","Attendance":"MeetingOrganizer"}\#(attendees)]}"#
    }

    private let times = #""StartDate":"2026-12-10T09:00:00Z","EndDate":"2026-12-10T10:00:00Z""#

    @Test(
        "A first sync sends each activity once, whole, under its owner's key; the organizer is a sync user by his address"
    )
    func firstSync() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            let sent = try bed.sent()
            #expect(sent.map(\.code).sorted() == ["ACT000451", "ACT000452"])
            #expect(sent.allSatisfy { $0.isBackfill })
            let meeting = try #require(try bed.newest("ACT000451"))
            #expect(meeting.key == MeetingRecordKey(owner: ann).description)
            #expect(meeting.event?.facts.organizer == ann && meeting.event?.isCreatedInLN == true)
            #expect(meeting.event?.content.attendees?.count == 2 && meeting.event?.facts.rows.count == 3)
            #expect(try bed.newest("ACT000452")?.event?.facts.organizer == bob)
        }
    }

    @Test("A pull over what is unchanged sends nothing, and asks as often for 300 activities as for two")
    func unchanged() async throws {
        var costs: [Int] = []
        for count in [0, 300] {
            let more = (0..<count).map { activity("ACT1" + String(10_000 + $0), times) }.joined()
            let bed = try await ActivityBed(CalendarShop.shop(more))
            try await bed.reading(pageSize: 100) {
                try await bed.firstSync()
                try await bed.pull()
                // What is as new as the newest is read again: so few are.
                bed.ln.control(.patch, "data/Activities/ACT000452", #"{"Subject":"Newest","Information":"New"}"#)
                bed.ln.control(.patch, "data/Attendees/ACT000451/2", #"{"Attendance":"Required"}"#)
                try await bed.pull()
                _ = bed.takeAsked()
                let before = try bed.sent().count
                try await bed.pull()
                #expect(try bed.sent().count == before)
            }
            costs.append(bed.takeAsked().count)
        }
        #expect(costs[0] > 0 && costs[0] == costs[1], "\(costs)")
    }

    @Test("An edit of the activity, of an attendee alone or of the text alone is found, each sent once")
    func edits() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            var count = try bed.sent().count
            for (path, body) in [
                ("Activities/ACT000451", #"{"Subject":"Moved"}"#),
                ("Attendees/ACT000451/2", #"{"Attendance":"Required"}"#),
                ("Activities/ACT000451", #"{"Information":"Other figures"}"#),
            ] {
                #expect(bed.ln.control(.patch, "data/\(path)", body).status == 200)
                try await bed.pull()
                #expect(try bed.sent(after: count) == ["ACT000451"], "\(path) \(body)")
                try await bed.pull()
                count += 1
                #expect(try bed.sent().count == count, "the overlap shows it again")
            }
            let newest = try #require(try bed.newest("ACT000451")?.event)
            #expect(newest.content.subject == "Moved" && newest.content.body?.text == "Other figures")
            #expect(newest.content.attendees?[EmailAddress("bob@contoso.example")]?.attendance == .required)
            #expect(try bed.newest("ACT000451")?.isBackfill == false)
        }
    }

    @Test(
        "A new attendee is found by the pull, a deleted one by the comparison; a deleted activity is proven by a keyed read"
    )
    func deleted() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            bed.ln.control(
                .post, "data/Attendees",
                #"{"Activity":"ACT000451","Sequence":11,"Type":"Other","Email":"x@y.example","Invite":"Yes"}"#)
            try await bed.pull()
            #expect(try bed.newest("ACT000451")?.event?.content.attendees?.count == 3)
            bed.ln.control(.delete, "data/Attendees/ACT000451/10")
            bed.ln.control(.delete, "data/Activities/ACT000452")
            let count = try bed.sent().count
            try await bed.pull()
            #expect(try bed.sent().count == count)
            try await bed.pull(.fullPull)
            #expect(try bed.sent(after: count).sorted() == ["ACT000451", "ACT000452"])
            #expect(try bed.newest("ACT000451")?.event?.content.attendees?.count == 2)
            let last = try #require(try bed.newest("ACT000452"))
            #expect(last.event == nil)
            try await bed.pull(.fullPull)
            #expect(try bed.sent().count == count + 2)
        }
    }

    @Test("While LN does not answer nothing is taken for deleted", arguments: ["status", "errorBody", "u14"])
    func unproven(kind: String) async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            bed.ln.control(.delete, "data/Activities/ACT000452")
            bed.ln.fault(kind, "Activities", count: 3)
            try await bed.pull(.fullPull)
            #expect(try bed.newest("ACT000452")?.event == nil)
            #expect(try bed.newest("ACT000451")?.event != nil)
            #expect(try bed.sent().filter { $0.event == nil }.count == 1)
        }
    }

    @Test("Who leaves the scope is told once with that state, and never deleted")
    func leavesScope() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            let count = try bed.sent().count
            bed.ln.control(.patch, "data/Activities/ACT000452", #"{"Synchronize":"No"}"#)
            try await bed.pull()
            try await bed.pull(.fullPull)
            #expect(try bed.sent(after: count) == ["ACT000452"])
            #expect(try bed.newest("ACT000452")?.event?.facts.isSynchronized == false)
        }
    }

    @Test("What calendar-worker has made is told when it leaves the scope before it was ever read")
    func leavesScopeUnread() async throws {
        let nobodys =
            #",{"Activity":"ACT000600","Type":"Appointment","Subject":"Cho alone","Synchronize":"Yes",\#(times),"AttendeeRefs":[{"Sequence":1,"Attendee":"E00003","Email":"cho@contoso.example","Attendance":"MeetingOrganizer"},{"Sequence":2,"Attendee":"E00001","Email":"ann@contoso.example","Invite":"No"}]}"#
        let bed = try await ActivityBed(CalendarShop.shop(nobodys))
        try await bed.reading {
            try await bed.firstSync()
            let key = ActivityKey(company: Company(1300), activity: ActivityCode("ACT000600"))
            var meeting = Meeting(owner: .user(ann), birth: .exchange)
            meeting.activity = key
            let row = MeetingRow(
                id: Identity.meeting(key), status: RowStatus(partition: 0, sequence: .none, priority: .live),
                meeting: meeting, mailbox: ann)
            #expect(try await bed.store.commit([.meeting(row)]) == .committed)
            let count = try bed.sent().count
            bed.ln.control(.patch, "data/Attendees/ACT000600/2", #"{"Attendance":"Optional"}"#)
            try await bed.pull()
            #expect(try bed.sent(after: count) == ["ACT000600"])
            #expect(try bed.newest("ACT000600")?.event?.facts.organizer == nil)
        }
    }

    @Test(
        "Nobody's activities, tasks, switched-off and past ones are not sent by a pull; a push names a past one, and it is"
    )
    func scope() async throws {
        let past = #""StartDate":"2026-11-01T09:00:00Z","EndDate":"2026-11-01T10:00:00Z""#
        let nobodys =
            #",{"Activity":"ACT000600","Type":"Appointment","Subject":"Cho alone","Synchronize":"Yes",\#(times),"AttendeeRefs":[{"Sequence":1,"Attendee":"E00003","Email":"cho@contoso.example","Attendance":"MeetingOrganizer"},{"Sequence":2,"Attendee":"E00002","Email":"bob@contoso.example","Invite":"No"}]}"#
        let bobs = nobodys.replacing("ACT000600", with: "ACT000601").replacing(
            #""Invite":"No""#, with: #""Invite":"Yes""#)
        let bed = try await ActivityBed(
            CalendarShop.shop(
                activity("ACT000602", past) + nobodys + bobs
                    + activity("ACT000603", times).replacing("Appointment", with: "Task")
                    + activity("ACT000604", times).replacing(#""Synchronize":"Yes""#, with: #""Synchronize":"No""#)))
        try await bed.reading {
            try await bed.firstSync()
            try await bed.pull(.fullPull)
            #expect(try Set(bed.sent().map(\.code)) == ["ACT000451", "ACT000452", "ACT000601"])
            let invited = try #require(try bed.newest("ACT000601"))
            #expect(invited.event?.facts.organizer == nil)
            #expect(
                invited.key == MeetingRecordKey(organizer: EmailAddress("cho@contoso.example")).description)
            let count = try bed.sent().count
            try await bed.push("ACT000602", "ACT000603", "ACT000604", "ACT999999")
            #expect(try bed.sent(after: count) == ["ACT000602"])
            #expect(try bed.newest("ACT000602")?.isBackfill == false)
            #expect(try bed.sent().filter(\.isNamed).map(\.code) == ["ACT000602"])

            // A pull follows it now, and does not say that anybody named it; named again it is sent again.
            bed.ln.control(.patch, "data/Activities/ACT000602", #"{"Subject":"Minutes"}"#)
            try await bed.pull()
            #expect(try bed.newest("ACT000602")?.event?.content.subject == "Minutes")
            #expect(try bed.newest("ACT000602")?.isNamed == false)
            try await bed.push("ACT000602", "ACT000451")
            #expect(try bed.sent(after: count) == ["ACT000602", "ACT000602", "ACT000602"])
            #expect(try bed.newest("ACT000602")?.isNamed == true)
        }
    }

    @Test("What was future and moves to the past is told once; what time passes over is not followed any more")
    func past() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            bed.ln.control(
                .patch, "data/Activities/ACT000451",
                #"{"StartDate":"2026-11-02T09:00:00Z","EndDate":"2026-11-02T10:00:00Z"}"#)
            let count = try bed.sent().count
            try await bed.pull()
            #expect(try bed.sent(after: count) == ["ACT000451"])
            try await bed.pull(.fullPull)
            _ = bed.takeAsked()
            try await bed.pull(.fullPull)
            #expect(
                bed.takeAsked().allSatisfy { !$0.query.contains("Activity eq 'ACT000451'") },
                "it is not asked for any more")
            bed.ln.control(.patch, "data/Activities/ACT000451", #"{"Subject":"History"}"#)
            try await bed.pull()
            #expect(try bed.sent().count == count + 1)
            bed.ln.control(
                .patch, "data/Activities/ACT000451",
                #"{"StartDate":"2026-12-12T09:00:00Z","EndDate":"2026-12-12T10:00:00Z"}"#)
            try await bed.pull()
            #expect(try bed.sent(after: count + 1) == ["ACT000451"])
        }
    }

    @Test(
        "Pushed activities are read at once: five hundred hints of one cost a few reads, and equal content is not sent again"
    )
    func pushes() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            try await bed.pull()
            let count = try bed.sent().count
            bed.ln.control(.patch, "data/Activities/ACT000451", #"{"Location":"Room 4"}"#)
            _ = bed.takeAsked()
            for _ in 0..<499 {
                try await bed.kafka.hint(
                    Hint(activitiesOf: Company(1300), action: .activities, [ActivityCode("ACT000451")], by: "LN"))
            }
            try await bed.push("ACT000451")
            #expect(try bed.sent(after: count) == ["ACT000451"])
            let reads = bed.takeAsked().filter { $0.query.contains("ACT000451") }.count
            #expect(reads >= 1 && reads < 100, "\(reads)")
            try await bed.hint(
                Hint(
                    activitiesOf: Company(1300), action: .activities, [ActivityCode("ACT000451")], isBackfill: true,
                    by: "replay"))
            #expect(
                try bed.sent(after: count) == ["ACT000451", "ACT000451"], "a replay's is sent whatever was sent before")
            #expect(try bed.newest("ACT000451")?.isBackfill == true)
            bed.ln.control(.delete, "data/Activities/ACT000451")
            try await bed.push("ACT000451")
            #expect(try bed.newest("ACT000451")?.event == nil)
        }
    }

    @Test("A user who is activated later gets his calendar, and nobody else's is sent again")
    func activated() async throws {
        let chos =
            #",{"Activity":"ACT000700","Type":"Appointment","Subject":"Cho","Synchronize":"Yes",\#(times),"AttendeeRefs":[{"Sequence":1,"Attendee":"E00003","Email":"cho@contoso.example","Attendance":"MeetingOrganizer"}]}"#
        let bed = try await ActivityBed(CalendarShop.shop(chos))
        try await bed.reading {
            try await bed.firstSync()
            try await bed.pull()
            let count = try bed.sent().count
            #expect(try bed.newest("ACT000700") == nil)
            bed.ln.control(.patch, "data/SyncUsers/cho", #"{"Active":"Yes"}"#)
            try await bed.eventually("his calendar is sent") { try bed.newest("ACT000700") != nil }
            try await bed.firstSync()
            #expect(try bed.sent(after: count) == ["ACT000700"])
            #expect(try bed.newest("ACT000700")?.event?.facts.organizer == ActivityBed.user("cho"))
            bed.ln.control(.patch, "data/SyncUsers/cho", #"{"Active":"No"}"#)
            try await bed.eventually("he is switched off") {
                try await bed.store.users().first { $0.code == LNUserCode("cho") }?.isActive == false
            }
            bed.ln.control(.patch, "data/Activities/ACT000700", #"{"Subject":"Cho is gone"}"#)
            try await bed.pull()
            #expect(try bed.newest("ACT000700")?.event?.facts.organizer == nil, "told once with that state")
        }
    }

    @Test("What was sent is sent again by no comparison; who is switched off and on again gets his calendar anew")
    func anew() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            bed.ln.control(.patch, "data/Activities/ACT000451", #"{"Location":"Room 4"}"#)
            try await bed.pull()
            #expect(try bed.newest("ACT000451")?.event?.content.location == "Room 4")
            let count = try bed.sent().count
            try await bed.pull(.fullPull)
            try await bed.push("ACT000451")
            #expect(try bed.sent(after: count) == [])
            for (word, isActive) in [("No", false), ("Yes", true)] {
                bed.ln.control(.patch, "data/SyncUsers/ann", #"{"Active":"\#(word)"}"#)
                try await bed.eventually("Active is \(word)") {
                    try await bed.store.users().first { $0.code == LNUserCode("ann") }?.isActive == isActive
                }
            }
            try await bed.firstSync()
            #expect(try bed.sent(after: count).contains("ACT000451"))
            #expect(try bed.newest("ACT000451")?.event?.content.location == "Room 4")
        }
    }

    @Test("An acknowledgement that is lost: the page is read and sent again, and the watermark waits for it")
    func lostAcknowledgement() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        try await bed.reading {
            try await bed.firstSync()
            try await bed.pull()
            let count = try bed.sent().count
            bed.ln.control(.patch, "data/Activities/ACT000451", #"{"Subject":"Twice"}"#)
            bed.kafka.loseAcknowledgements(1)
            try await bed.pull()
            #expect(try bed.sent(after: count) == ["ACT000451", "ACT000451"])
            let published = try await bed.store.published(Company(1300), ActivityPublisher.set, ["ACT000451"])
            #expect(published["ACT000451"]?.hash != nil)
        }
    }

    @Test(
        "While Synchronize Activities is off LN is asked for no activity, and contacts go on; on again, changes of the meantime come"
    )
    func switchedOff() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        bed.ln.control(.patch, "data/ComParameters", #"{"SynchronizeActivities":"No"}"#)
        try await bed.reading {
            try await bed.eventually("the contacts are sent") {
                let active = try await bed.store.users().filter(\.isActive)
                return !active.isEmpty && active.allSatisfy { $0.baseline == .done }
            }
            #expect(bed.takeAsked().isEmpty)
            #expect(try bed.sent().isEmpty)
            bed.ln.control(.patch, "data/ComParameters", #"{"SynchronizeActivities":"Yes"}"#)
            try await bed.firstSync()
            #expect(try bed.sent().count == 2)
        }
    }

    @Test(
        "A service without attendees stops activities with one clear error, never contacts; without times all is compared"
    )
    func lacking() async throws {
        let bed = try await ActivityBed(CalendarShop.shop())
        let mapping = try LNMapping(file: Data(#"{"sets":{"Attendees":{"name":"Guests"}}}"#.utf8))
        try await bed.reading(mapping: mapping) {
            try await bed.eventually("the error is in the journal") {
                try await bed.store.journal(JournalQuery(item: "ln/reader/1300/activity")).contains {
                    $0.draft.detail.contains("txcom.ExchangeSync/Guests: there is no such set")
                }
            }
            try await bed.eventually("the contacts are sent") {
                try await bed.store.users().filter(\.isActive).allSatisfy { $0.baseline == .done }
            }
            #expect(try bed.sent().isEmpty)
        }
        var installation = LNInstallation()
        installation.setsWithoutTimes = [.activities, .attendees, .activityTexts]
        let timeless = try await ActivityBed(CalendarShop.shop(), installation: installation)
        try await timeless.reading {
            try await timeless.firstSync()
            let count = try timeless.sent().count
            timeless.ln.control(.patch, "data/Attendees/ACT000451/2", #"{"Attendance":"Required"}"#)
            try await timeless.pull()
            try await timeless.eventually("the comparison finds it") {
                try timeless.sent(after: count) == ["ACT000451"]
            }
            let details = try await timeless.store.journal(JournalQuery(item: "ln/1300")).map(\.draft.detail)
            #expect(
                details.contains { $0.hasPrefix("txcom.ExchangeSync/Attendees: LastModificationDate: changed rows") })
        }
    }

    @Test("What can't be used of an activity is in the journal, naming the field, once")
    func remarks() async throws {
        let bad = activity(
            "ACT000800", #""StartDate":"2026-12-05T03:00:00Z","EndDate":"2026-12-05T02:00:00Z""#,
            attendees: #",{"Sequence":2,"Type":"Other","FullName":"X","Email":"not an address","Invite":"Yes"}"#)
        let bed = try await ActivityBed(CalendarShop.shop(bad))
        try await bed.reading {
            try await bed.firstSync()
            try await bed.pull(.fullPull)
            let details = try await bed.store.journal(JournalQuery(item: "activity/1300/ACT000800")).map(\.draft.detail)
            #expect(
                details.sorted() == [
                    "Email of attendee 2 is no e-mail address, and nobody can be invited at it: correct it",
                    "EndDate is before StartDate: correct one of them",
                ])
        }
    }

    @Test(
        "Of the published cases those are sent that an active user organizes or is invited to, and none that is over",
        .enabled(if: CalendarShop.cases != nil, "../shared/data is missing beside the checkout"))
    func cases() async throws {
        let file = try #require(CalendarShop.cases)
        let bed = try await ActivityBed(try LNShop(json: Data(contentsOf: file), modified: 1_793_000_000))
        bed.ln.control(.patch, "data/ComParameters", #"{"SynchronizeActivities":"Yes"}"#)
        try await bed.reading {
            try await bed.firstSync()
            let sent = try Set(bed.sent().map { String($0.code.suffix(2)) })
            // 07 is over, 09 switched off, 10 a task.
            let expected = Set((1...20).map { ($0 < 10 ? "0" : "") + "\($0)" }).subtracting(["07", "09", "10"])
            #expect(sent == expected)
            for code in ["ACT200004", "ACT200019", "ACT200020"] {
                #expect(try bed.newest(code)?.event?.facts.organizer == nil, "\(code)")
            }
            let count = try bed.sent().count
            try await bed.push("ACT200007")
            #expect(try bed.sent(after: count) == ["ACT200007"])
        }
    }
}
