import Foundation
import SyncEvents
import SyncModel
import SyncStore
import Testing

@Suite("Calendars, as an administrator types it")
struct CalendarCommandTests {
    private struct Plan: Decodable {
        struct Item: Decodable {
            struct Meeting: Decodable { let subject: String }
            let step: String
            let meeting: Meeting
        }
        let isLinkOnly: Bool
        let items: [Item]
    }

    private struct Holds: Decodable {
        struct Hold: Decodable {
            let id: String
            let question: String
        }
        let meetings: [Hold]
    }

    private struct Failure: Decodable { let error: String }

    private static let anna = LNUserCode("anna")

    private func shop() async throws -> AdministeredShop {
        let shop = try await AdministeredShop()
        var anna = SyncUser(
            id: SyncUserID(Self.anna), code: Self.anna, name: "Anna Berg", email: EmailAddress("anna@shop.example"),
            isActive: true)
        anna.baseline = .done
        let done = CalendarBaseline.done(begun: Date(timeIntervalSince1970: 1))
        anna.calendar.baselines = Sides(ln: done, exchange: done)
        let interval = try #require(PullInterval(15, .minute))
        try await shop.commit([
            .user(anna), try .setting(.control, Control(isStarted: true), by: "test"),
            try .setting(
                .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: true), by: "LN"),
            try .setting(
                .syncSettings,
                SyncSettings(contactPullInterval: interval, calendarPullInterval: interval, isPushEnabled: false),
                by: "LN"),
        ])
        return shop
    }

    /// An activity of anna's that is tomorrow.
    private func row(_ number: Int, _ subject: String, _ change: (inout MeetingRow) -> Void = { _ in }) -> MeetingRow {
        let key = ActivityKey(company: Company(1300), activity: ActivityCode("ACT00000\(number)"))
        var meeting = Meeting(owner: .user(SyncUserID(Self.anna)), birth: .ln)
        meeting.activity = key
        meeting.activityFacts.organizer = SyncUserID(Self.anna)
        let start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 60).rounded() * 60 + 86400)
        let content = MeetingContent(time: .timed(start: start, end: start + 3600, zone: nil), subject: subject)
        meeting.observed.ln = .present(content, ETag("l\(number)"))
        var status = RowStatus(partition: 0, sequence: ReadSequence(epoch: 1, counter: 1), priority: .live)
        status.state = .held
        meeting.hold = MeetingHold(.activation, shown: meeting.observed)
        var row = MeetingRow(
            id: Identity.meeting(key), status: status, meeting: meeting, mailbox: SyncUserID(Self.anna))
        change(&row)
        return row
    }

    @Test("A plan is shown with what waits, approved once it was seen, and then nothing waits")
    func plan() async throws {
        let shop = try await shop()
        try await shop.commit([.meeting(row(1, "Plant visit"))])
        #expect(try await shop.lnsync("plan").status == 64)
        let early = try await shop.lnsync("plan", "--user", "anna", "--approve", "--json")
        #expect(early.status == 1)
        #expect(try early.json(Failure.self).error.contains("of anna was approved: nobody has seen his plan"))
        #expect(try await shop.lnsync("status").output.contains("1 meeting of anna waits for the approval of his plan"))
        let shown = try await shop.lnsync("plan", "--all")
        #expect(shown.status == 1)
        for text in ["link-only: waits for approval", "make in Outlook *", "Plant visit", "--user anna --approve"] {
            #expect(shown.output.contains(text), "\(shown.output)")
        }
        let plans = try await shop.lnsync("plan", "--user", "anna", "--json").json([Plan].self)
        #expect(plans.map(\.isLinkOnly) == [true] && plans[0].items.map(\.meeting.subject) == ["Plant visit"])
        let approved = try await shop.lnsync("plan", "--user", "anna", "--approve", "--no-wait")
        #expect(approved.status == 0 && approved.output.contains("1 meeting is to be written"), "\(approved.output)")
        #expect(try await shop.lnsync("plan", "--all", "--json").json([Plan].self).map(\.isLinkOnly) == [false])
        await shop.close()
    }

    @Test("What became of an approval is the answer, on standard output: as a whole for people, or as JSON")
    func approvalOutput() async throws {
        let shop = try await shop()
        try await shop.commit([.meeting(row(1, "Plant visit"))])
        _ = try await shop.lnsync("plan", "--user", "anna")
        try await shop.commit([.meeting(row(2, "Late"))])
        let told = try await shop.answer("plan", "--user", "anna", "--approve", "--no-wait")
        for text in [
            "1 meeting is to be written", "otherwise than in the plan, and not approved", "was not in the plan",
        ] {
            #expect(told.contains(text), "\(told)")
        }
        _ = try await shop.lnsync("plan", "--user", "anna")
        let json = try await shop.lnsync("plan", "--user", "anna", "--approve", "--no-wait", "--json").output
        #expect(json.hasPrefix("[{") && json.split(separator: "\n").count == 1, "\(json)")
        await shop.close()
    }

    @Test("Where no user is active no plan is approved, and it is said")
    func nobody() async throws {
        let shop = try await shop()
        var anna = try #require(try await shop.users().first)
        anna.isActive = false
        try await shop.commit([.user(anna)])
        let refused = try await shop.lnsync("plan", "--all", "--approve")
        #expect(
            refused.status == 1 && refused.output.contains("nothing was approved: no user is active"),
            "\(refused.output)")
        let asJSON = try await shop.lnsync("plan", "--all", "--approve", "--json")
        #expect(asJSON.status == 1)
        #expect(try asJSON.json(Failure.self).error.contains("no user is active"))
        await shop.close()
    }

    @Test(
        "A question about a meeting is listed in 120 columns, shown with both sides, decided; the meeting is explained")
    func hold() async throws {
        let shop = try await shop()
        let row = row(1, "Plant visit with a subject that goes on and on, as subjects of people do who write a lot") {
            row in
            row.meeting.event = EventKey(item: ItemID("AAMk-item"), uid: ICalUID("040000008200E00074C5B7101A82E008"))
            row.meeting.generation = 1
            if let content = row.meeting.observed.ln.content {
                row.meeting.base = .content(.init(ln: content, exchange: content))
            }
            row.meeting.hold = MeetingHold(.endOrKeep, shown: row.meeting.observed)
        }
        let hold = Hold(
            id: UUID(), kind: Hold.kind(of: .endOrKeep), subject: row.mailbox.description,
            keys: [row.id.description], detail: "", opened: Date())
        let long = Hold(
            id: UUID(), kind: "removals", subject: "1300", keys: ["C1", "C2"],
            detail: String(repeating: "More contacts than usual left the scope within an hour. ", count: 6),
            opened: Date())
        var folder = Hold(
            id: UUID(), kind: Hold.vanishedFolder, subject: row.mailbox.description, keys: ["folder"], detail: "gone",
            opened: Date())
        folder.state = .discarded
        folder.decidedBy = "administrator.of.the.installation"
        var anna = try #require(try await shop.users().first)
        anna.email = EmailAddress("anna.with.a.name.that.goes.on.and.on@subsidiary.with.a.long.name.shop.example")
        try await shop.commit([.user(anna), .meeting(row), .hold(hold), .hold(long), .hold(folder)])
        let listed = try await shop.lnsync("holds", "list")
        #expect(listed.status == 1 && listed.output.contains("end or keep?"), "\(listed.output)")
        #expect(listed.output.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(listed.output)")
        let all = try await shop.lnsync("holds", "list", "--all").output
        #expect(all.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(all)")
        #expect(all.contains("(discarded by administrator.of.the.installation)"), "\(all)")
        let holds = try await shop.lnsync("holds", "list", "--json").json(Holds.self).meetings
        let id = hold.id.uuidString.lowercased()
        #expect(holds.map(\.id) == [id] && holds.map(\.question) == ["endOrKeep"])
        let shown = try await shop.lnsync("holds", "show", String(id.prefix(8)))
        #expect(shown.output.contains("Plant visit") && shown.output.contains("approve ends it in"), "\(shown.output)")
        let explained = try await shop.lnsync("item", "explain", "1300/ACT000001")
        for text in ["LAST IN STEP", "Plant visit", "held: waits for a decision"] {
            #expect(explained.output.contains(text), "\(explained.output)")
        }
        let discarded = try await shop.lnsync("holds", "discard", id).output
        #expect(
            discarded.contains("discarded: end or keep?") && discarded.contains("is only asked for"), "\(discarded)")
        #expect(try await shop.lnsync("holds", "list", "--json").json(Holds.self).meetings.isEmpty)
        var ended = self.row(2, "Plant visit")
        (ended.meeting.observed.ln, ended.status.state) = (.gone(.notHeld(ETag("l3"))), .tombstone)
        ended.meeting.hold = nil
        try await shop.commit([.meeting(ended)])
        let endedText = try await shop.lnsync("item", "explain", "1300/ACT000002").output
        #expect(endedText.hasPrefix("Appointment 1300/ACT000002\n"), "\(endedText)")
        let unknown = try await shop.lnsync("item", "explain", "1300/ACT999999", "--json")
        #expect(unknown.status == 1)
        #expect(try unknown.json(Failure.self).error.contains("no activity “1300/ACT999999” is known"))
        await shop.close()
    }
}
