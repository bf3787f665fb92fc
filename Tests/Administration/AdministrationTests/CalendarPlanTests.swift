import Administration
import Foundation
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A plan of calendars, and its approval (CAL-20, INV-7)")
struct CalendarPlanTests {
    private func plan(_ calendar: CalendarBed, unread: Int64? = 0) async throws -> CalendarPlan {
        try #require(
            try await calendar.bed.administration.calendarPlans(of: "anna", unread: { unread }, zone: calendar.zone)
                .first)
    }

    private func approve(_ calendar: CalendarBed, unread: Int64? = 0) async throws -> CalendarApproval {
        try #require(
            try await calendar.bed.administration.approveCalendarPlans(
                of: "anna", unread: { unread }, zone: calendar.zone
            )
            .approved.first)
    }

    @Test("It lists what would be linked, made, changed, ended and held, and who would be invited, and writes no row")
    func lists() async throws {
        let calendar = try await CalendarBed()
        let visit = calendar.content("Visit", hour: 1)
        var moved = visit
        moved.subject = "Visit of the plant"
        let rows = [
            calendar.activity(1, calendar.content("New in LN", attendees: ["bob@x.example", "anna@shop.example"])),
            calendar.event(2, calendar.content("New in Outlook", hour: 2)),
            calendar.activity(3, calendar.content("The same", hour: 3)),
            calendar.event(4, calendar.content("The same", hour: 3, zone: "Europe/Berlin")),
            calendar.linked(5, visit, ln: moved, exchange: visit),
            calendar.linked(6, visit, ln: visit, exchange: nil),
            calendar.linked(7, visit, ln: moved, exchange: nil),
            calendar.linked(8, visit, ln: visit, exchange: visit),
            calendar.event(9, calendar.content("Weekly", hour: 4)) { $0.meeting.eventFacts.isRecurring = true },
        ]
        for row in rows { try await calendar.put(row) }
        let plan = try await plan(calendar)
        func items(_ step: CalendarPlan.Step) -> [String] {
            plan.items.filter { $0.step == step }.map {
                "\($0.meeting.subject), \($0.rule)\($0.waitsForApproval ? " *" : ""): \($0.detail)"
            }
        }
        #expect(
            items(.link) == ["The same, CAL-5: with an event in Outlook"]
                || items(.link) == ["The same, CAL-5: with activity 1300/ACT000003"])
        #expect(items(.createInOutlook) == ["New in LN, CAL-6 *: an Appointment"])
        #expect(items(.createInLN) == ["New in Outlook, CAL-7 *: an Appointment"])
        #expect(items(.updateInOutlook) == ["Visit of the plant, CAL-9 *: Subject: Visit of the plant (was Visit)"])
        #expect(items(.endInLN) == ["Visit, CAL-14 *: Not Held"])
        #expect(items(.hold) == ["Visit of the plant, CAL-14: end or keep?"])
        #expect(items(.rest) == ["Weekly, CAL-17: recurrence"])
        #expect(plan.inStep == 1 && plan.isLinkOnly && plan.incomplete.isEmpty && plan.waiting == 4)
        #expect(plan.invited.map(\.email.rawValue) == ["anna@shop.example", "bob@x.example"])
        #expect(plan.items.first { $0.step == .createInOutlook }?.invited.count == 2)
        #expect(try await self.plan(calendar).id == plan.id, "the same values, the same plan")
        for row in rows {
            var stored = try await calendar.meeting(row)
            stored.status.version = 0
            #expect(stored == row)
        }
        let users = try await calendar.bed.store.users()
        #expect(users.map(\.calendar.isActivated) == [false])
    }

    @Test("One activity and two events alike, or two and one, are a question, and nothing of it is to be linked")
    func severalAlike() async throws {
        let calendar = try await CalendarBed()
        let (visit, lunch) = (calendar.content("Visit", hour: 1), calendar.content("Lunch", hour: 2))
        let (tea, other) = (calendar.content("Tea", hour: 3), calendar.content("Other", hour: 3))
        try await calendar.put(
            calendar.activity(1, visit), calendar.event(2, visit), calendar.event(3, visit),
            calendar.event(4, lunch), calendar.activity(5, lunch), calendar.activity(6, lunch),
            calendar.activity(7, tea), calendar.event(8, tea), calendar.event(9, other))
        let plan = try await plan(calendar)
        let asked = plan.items.filter { $0.step == .hold }
        #expect(asked.map(\.meeting.subject) == ["Visit", "Visit", "Visit", "Lunch", "Lunch", "Lunch"])
        #expect(Set(asked.map(\.detail)) == ["which of several?"] && Set(asked.map(\.rule)) == ["CAL-5"])
        #expect(plan.items.filter { $0.step == .link }.map(\.meeting.subject) == ["Tea"])
        #expect(plan.items.filter { $0.step == .createInLN }.map(\.meeting.subject) == ["Other"])
        #expect(plan.items.count == 8)
    }

    @Test("An approval makes what is unchanged since the plan was shown, lists what is not, and ends link-only")
    func approval() async throws {
        let calendar = try await CalendarBed()
        let unchanged = calendar.activity(1, calendar.content("Unchanged"), CalendarBed.held(.activation))
        let changed = calendar.activity(2, calendar.content("Old", hour: 1), CalendarBed.held(.activation))
        try await calendar.put(unchanged, changed)
        let plan = try await plan(calendar)
        #expect(plan.waiting == 2)
        var now = try await calendar.meeting(changed)
        now.meeting.observed.ln = .present(calendar.content("New", hour: 1), ETag("l2b"))
        let late = calendar.event(3, calendar.content("Late", hour: 2))
        try await calendar.put(now, late)
        let approval = try await approve(calendar)
        #expect(approval.approved.map(\.id) == [unchanged.id] && approval.isActivatedNow && approval.plan == plan.id)
        #expect(approval.shownTo == "smith")
        #expect(differences(approval) == ["Late new: was not in the plan", "New changed: has changed since"])
        #expect(approval.differences.map(\.waits) == [true, true])
        let approved = try await calendar.meeting(unchanged)
        #expect(approved.meeting.hold?.decision == .approve && approved.status.state == .due)
        // The others are asked about with what they are now, though he is activated.
        for row in [changed, late] {
            let asked = try await calendar.meeting(row)
            #expect(asked.meeting.hold == MeetingHold(.activation, shown: asked.meeting.observed))
        }
        #expect(try await calendar.bed.store.users().map(\.calendar.isActivated) == [true])
        #expect(
            try await calendar.bed.journal().first?.detail
                == "plan \(plan.id), by smith: 1 meeting approved as shown, 2 not: they are otherwise than the plan showed them"
        )
        let second = try await self.plan(calendar)
        #expect(!second.isLinkOnly && second.waiting == 2)
        #expect(try await approve(calendar).approved.count == 2)
        #expect(try await self.plan(calendar).waiting == 0)
    }

    private func differences(_ approval: CalendarApproval) -> [String] {
        approval.differences.map { "\($0.meeting.subject) \($0.kind.rawValue): \($0.detail)" }.sorted()
    }

    @Test("What stood in the plan that was shown, and is not made any more, is named with what becomes of it")
    func goneSince() async throws {
        let calendar = try await CalendarBed()
        let kept = calendar.activity(1, calendar.content("Kept"), CalendarBed.held(.activation))
        let rests = calendar.activity(2, calendar.content("Rests", hour: 1), CalendarBed.held(.activation))
        let ended = calendar.activity(3, calendar.content("Ended", hour: 2), CalendarBed.held(.activation))
        let twin = calendar.activity(4, calendar.content("Twin", hour: 3), CalendarBed.held(.activation))
        try await calendar.put(kept, rests, ended, twin)
        #expect(try await plan(calendar).waiting == 4)
        var (off, gone) = (try await calendar.meeting(rests), try await calendar.meeting(ended))
        off.meeting.activityFacts.isSynchronized = false
        gone.meeting.observed.ln = .gone(.absent)
        try await calendar.put(off, gone, calendar.event(4, calendar.content("Twin", hour: 3)))
        let approval = try await approve(calendar)
        #expect(approval.approved.map(\.subject) == ["Kept"])
        let told = differences(approval)
        #expect(told.count == 3, "\(told)")
        #expect(told.first { $0.contains("has ended since") } != nil, "\(told)")
        #expect(told.contains("Rests gone: is not written any more: leave, *Synchronize* is off in LN"), "\(told)")
        #expect(told.contains { $0.hasPrefix("Twin gone: is ") && $0.contains("with") }, "\(told)")
        #expect(approval.differences.map(\.waits) == [false, false, false])
    }

    @Test("What calendar-worker finds otherwise when it reads a meeting anew is told beside what it has made")
    func outcome() async throws {
        let calendar = try await CalendarBed()
        let rows = (1...5).map {
            calendar.activity($0, calendar.content("Visit \($0)", hour: Double($0)), CalendarBed.held(.activation))
        }
        for row in rows { try await calendar.put(row) }
        _ = try await plan(calendar)
        let approval = try await approve(calendar)
        func outcome() async throws -> CalendarApproval.Outcome {
            try await calendar.bed.administration.outcome(of: approval, zone: calendar.zone)
        }
        let before = try await outcome()
        #expect(before.written == 0 && before.open == 5 && before.differences.isEmpty)
        var done: [MeetingRow] = []
        for row in rows { done.append(try await calendar.meeting(row)) }
        for index in done.indices { done[index].status.due = nil }
        // Made; changed in LN before that; gone from LN; refused; not tried yet.
        done[0].status.state = .settled
        done[0].meeting.hold = nil
        done[0].meeting.observed.exchange = .present(calendar.content("Visit 1", hour: 1), ETag("e1"))
        done[1].meeting.observed.ln = .present(calendar.content("Changed", hour: 2), ETag("l2b"))
        CalendarBed.held(.activation)(&done[1])
        done[2].status.state = .tombstone
        done[2].meeting.observed.ln = .gone(.absent)
        done[3].status.state = .refused
        done[3].status.reason = "the mailbox is full"
        for row in done.prefix(4) { try await calendar.put(row) }
        let found = try await outcome()
        #expect(found.written == 1 && found.open == 1)
        #expect(
            found.differences.map { "\($0.kind.rawValue): \($0.detail)" } == [
                "changed: was changed before it was written", "gone: ended before it was written",
                "gone: is not written: the mailbox is full",
            ])
    }

    /// What was a customer's meeting and is anna's by now: another stands in for her in LN (CAL-3).
    private func taken(_ calendar: CalendarBed, ln: Bool) -> MeetingRow {
        let visit = calendar.content("Visit")
        return calendar.linked(1, visit, ln: ln ? visit : nil, exchange: visit) { row in
            row.meeting.wasExternal = true
            row.meeting.activityFacts.organizer = nil
            CalendarBed.held(.activation)(&row)
        }
    }

    @Test("Of who became Meeting Organizer in LN by an approval it is told that what else differs is asked next")
    func appointed() async throws {
        let calendar = try await CalendarBed()
        let row = taken(calendar, ln: true)
        try await calendar.put(row)
        #expect(try await plan(calendar).items.map(\.step) == [.updateInLN])
        let approval = try await approve(calendar)
        var done = try await calendar.meeting(row)
        CalendarBed.held(.activation)(&done)
        func told(_ organizer: SyncUserID?) async throws -> [CalendarApproval.Difference] {
            done.meeting.activityFacts.organizer = organizer
            try await calendar.put(done)
            done = try await calendar.meeting(row)
            return try await calendar.bed.administration.outcome(of: approval, zone: calendar.zone).differences
        }
        #expect(try await told(nil).map(\.detail) == ["was changed before it was written"])
        let appointed = try await told(calendar.anna.id)
        #expect(
            appointed.map(\.detail) == ["LN has its Meeting Organizer now: what else differs waits for the next plan"])
        #expect(appointed.map(\.waits) == [true])
    }

    @Test("What would be parted waits for the approval, and is done when it is parted")
    func parted() async throws {
        let calendar = try await CalendarBed()
        let row = taken(calendar, ln: false)
        try await calendar.put(row)
        let item = try #require(try await plan(calendar).items.first)
        #expect(item.step == .unlink && item.waitsForApproval)
        #expect(item.detail == "both sides stay as they are, and are not kept in step any more")
        let approval = try await approve(calendar)
        #expect(approval.approved.map(\.id) == [row.id])
        var done = try await calendar.meeting(row)
        done.meeting.isUnlinked = true
        done.meeting.hold = nil
        done.status.state = .resting
        try await calendar.put(done)
        let outcome = try await calendar.bed.administration.outcome(of: approval, zone: calendar.zone)
        #expect(outcome.written == 1 && outcome.differences.isEmpty)
    }

    @Test("What is all sent only after it was asked whose meetings are does not make a plan whole")
    func sentMeanwhile() async throws {
        let calendar = try await CalendarBed(isRead: false)
        let administration = calendar.bed.administration
        func readMeanwhile() async throws -> Int64? {
            let done = CalendarBaseline.done(begun: Date(timeIntervalSince1970: 1))
            var anna = try #require(try await calendar.bed.store.users().first)
            anna.calendar.baselines = Sides(ln: done, exchange: done)
            #expect(try await calendar.bed.store.commit([.user(anna)]) == .committed)
            return 0
        }
        let plan = try #require(
            try await administration.calendarPlans(of: "anna", unread: readMeanwhile, zone: calendar.zone).first)
        #expect(plan.incomplete.count == 2, "\(plan.incomplete)")
        #expect(try await self.plan(calendar).incomplete.isEmpty)
    }

    @Test("Without a plan that somebody has seen, or before all is read, nothing is approved")
    func refused() async throws {
        let calendar = try await CalendarBed()
        try await calendar.put(calendar.activity(1, calendar.content("Visit")))
        let unseen = await #expect(throws: AdministrationError.self) { try await approve(calendar) }
        #expect(unseen?.description.contains("of anna was approved: nobody has seen his plan") == true)
        _ = try await plan(calendar)
        let unmerged = [
            (3 as Int64?, "3 records of calendar-worker are to be read"),
            (1, "1 record of calendar-worker is to be read"),
            (nil, "Kafka can't be asked"),
        ]
        for (unread, text) in unmerged {
            let early = await #expect(throws: AdministrationError.self) { try await approve(calendar, unread: unread) }
            #expect(early?.description.contains(text) == true)
        }
        #expect(try await calendar.bed.store.users().map(\.calendar.isActivated) == [false])
        #expect(try await approve(calendar).approved.count == 1)
        let twice = await #expect(throws: AdministrationError.self) { try await approve(calendar) }
        #expect(twice?.description.contains("since the last approval") == true)

        let unread = try await CalendarBed(isRead: false, isStarted: false)
        #expect(
            try await plan(unread).incomplete == [
                "synchronisation is stopped: lnsync start", "his activities were not read from LN yet",
                "his calendar was not read from Exchange yet",
            ])
    }

    @Test("What is linked waits with all that would be overwritten, on which side, and with attendees' rows")
    func overwritten() async throws {
        let calendar = try await CalendarBed()
        var (ln, exchange) = (calendar.content("Visit"), calendar.content("Visit"))
        (ln.body, exchange.body) = (MeetingBody("Agenda"), MeetingBody(""))
        (ln.location, exchange.location) = ("Hall", "Room 4")
        // Linked by calendar-worker, and by none yet.
        func differ(_ row: inout MeetingRow) {
            row.meeting.base = .content(.unknown)
            row.meeting.generation = 0
            CalendarBed.held(.activation)(&row)
        }
        let linked = calendar.linked(1, ln, ln: ln, exchange: exchange, differ)
        let marks = calendar.linked(2, ln, ln: ln, exchange: ln) { row in
            row.meeting.activityFacts.rows = [AttendeeRow(number: 1, address: nil, isOrganizer: true)]
            CalendarBed.held(.activation)(&row)
        }
        let (old, both) = (calendar.content("Both", hour: 2), calendar.content("Both", hour: 2))
        var (subject, place) = (old, both)
        subject.subject = "New"
        place.location = "Room 4"
        try await calendar.put(
            linked, marks, calendar.linked(3, old, ln: subject, exchange: place, CalendarBed.held(.activation)),
            calendar.activity(4, ln) { $0.meeting.observed.ln = .present(Self.later(ln, calendar), ETag("l4")) },
            calendar.event(5, Self.later(exchange, calendar)))
        let plan = try await plan(calendar)
        let told = plan.items.map {
            "\($0.step.word)\($0.waitsForApproval ? " *" : ""), \($0.rule): \($0.detail)"
        }
        let overwritten = "Location: Room 4 (was Hall); Text: empty (was Agenda)"
        #expect(told.count == 4, "\(told)")
        #expect(told.contains("change in LN *, CAL-9: \(overwritten)"), "\(told)")
        #expect(told.contains("change in LN *, CAL-6: Synchronized of attendees"), "\(told)")
        #expect(
            told.contains("change in Outlook *, CAL-9: Subject: New (was Both); then LN gets Location: Room 4"),
            "\(told)")
        #expect(
            told.contains { $0.hasPrefix("link, CAL-5: with ") && $0.hasSuffix("; then LN gets \(overwritten)") },
            "\(told)")
        #expect(try await approve(calendar).approved.count == 3)
    }

    private static func later(_ content: MeetingContent, _ calendar: CalendarBed) -> MeetingContent {
        var later = content
        later.time = calendar.content("", hour: 5).time
        return later
    }

    @Test("Before what is one meeting is linked a new user's plan is not whole: what follows could not be compared")
    func unlinked() async throws {
        let calendar = try await CalendarBed()
        let rows = [calendar.activity(1, calendar.content("Visit")), calendar.event(2, calendar.content("Visit"))]
        try await calendar.put(rows[0])
        var due = rows[1]
        due.status.state = .due
        due.status.due = calendar.now
        try await calendar.put(due)
        #expect(try await plan(calendar).incomplete == ["1 meeting is to be linked first"])
        let early = await #expect(throws: AdministrationError.self) { try await approve(calendar) }
        #expect(early?.description.contains("1 meeting is to be linked first") == true)
    }

    @Test("An end that was approved is carried out when both sides are gone, or the cancellation is asked for")
    func ends() async throws {
        let calendar = try await CalendarBed()
        let visit = calendar.content("Visit", attendees: ["bob@x.example"])
        let rows = [
            calendar.linked(1, visit, ln: visit, exchange: nil), calendar.linked(2, visit, ln: nil, exchange: visit),
            calendar.linked(3, visit, ln: visit, exchange: nil),
        ]
        for row in rows { try await calendar.put(row) }
        #expect(try await plan(calendar).items.map(\.step) == [.endInOutlook, .endInLN, .endInLN])
        let approval = try await approve(calendar)
        #expect(Set(approval.ends) == Set(rows.map(\.id)) && approval.approved.count == 3)
        var done: [MeetingRow] = []
        for row in rows { done.append(try await calendar.meeting(row)) }
        done[0].status.state = .tombstone
        done[0].meeting.observed.ln = .gone(.notHeld(ETag("l3")))
        for index in [1, 2] { done[index].status.state = .settled }
        done[1].meeting.asked = InvitationAsk(
            MeetingWrite(
                .end(.removed), on: .exchange, etag: ETag("e2"), source: nil, generation: 1, sequence: .none),
            tellsNobody: false)
        done[2].meeting.observed.exchange = .present(visit, ETag("e3"))
        for index in done.indices {
            done[index].status.due = nil
            done[index].meeting.hold = nil
            try await calendar.put(done[index])
        }
        let outcome = try await calendar.bed.administration.outcome(of: approval, zone: calendar.zone)
        #expect(outcome.written == 2 && outcome.differences.map(\.detail) == ["is there again"])
    }

    @Test(
        "Of all users each whose plan is whole is approved; whose is not, or whose nobody has seen, is named with the reason"
    )
    func allUsers() async throws {
        let calendar = try await CalendarBed()
        let administration = calendar.bed.administration
        var zoe = SyncUser("zoe")
        zoe.calendar.baselines = calendar.anna.calendar.baselines
        #expect(try await calendar.bed.store.commit([.user(SyncUser("bea")), .user(zoe)]) == .committed)
        let row = calendar.activity(1, calendar.content("Visit"), CalendarBed.held(.activation))
        try await calendar.put(row)
        let plans = try await administration.calendarPlans(of: nil, unread: { 0 }, zone: calendar.zone)
        #expect(plans.map(\.incomplete.isEmpty) == [true, false, true])
        func approve() async throws -> CalendarApprovals {
            try await administration.approveCalendarPlans(of: nil, unread: { 0 }, zone: calendar.zone)
        }
        let all = try await approve()
        #expect(
            all.approved.map(\.user.rawValue) == ["anna", "zoe"] && all.approved.first?.approved.map(\.id) == [row.id])
        #expect(all.obstacles.map(\.user.rawValue) == ["bea"])
        #expect(
            all.obstacles.first?.error.contains("of bea was approved: his plan is not whole. his activities") == true)
        #expect(
            try await calendar.bed.store.users().filter(\.calendar.isActivated).map(\.code.rawValue).sorted() == [
                "anna", "zoe",
            ])
        let again = try await approve()
        #expect(again.approved.isEmpty && again.obstacles.map(\.user.rawValue) == ["anna", "bea", "zoe"])
        #expect(again.obstacles.first?.error.contains("nobody has seen his plan since the last approval") == true)
        await #expect(throws: AdministrationError.self) {
            try await administration.approveCalendarPlans(of: "bea", unread: { 0 }, zone: calendar.zone)
        }
    }

    @Test(
        "What is refused is told with its reason, and waits for no approval; what a person discarded is told as decided"
    )
    func notTried() async throws {
        let calendar = try await CalendarBed(isActivated: true)
        let (visit, fair) = (calendar.content("Visit"), calendar.content("Fair", hour: 2))
        var changed = fair
        changed.location = "Hall"
        let refused = calendar.event(1, visit) { row in
            row.meeting.hold = MeetingHold(.activation, shown: row.meeting.observed, decision: .approve)
            row.status.state = .refused
            row.status.reason = "no employee has the e-mail address anna@shop.example"
        }
        let discarded = calendar.linked(2, fair, ln: changed, exchange: nil) { row in
            row.meeting.hold = MeetingHold(.manyEnds, shown: row.meeting.observed, decision: .refuse)
            row.status.state = .resting
        }
        try await calendar.put(refused, discarded)
        let entry = JournalDraft(
            user: calendar.anna.id, item: refused.journalItem, rule: "CAL-7", action: "refused", detail: "")
        #expect(try await calendar.bed.store.commit([.journal(entry)]) == .committed)
        let plan = try await plan(calendar)
        #expect(
            plan.items.map { "\($0.step.word), \($0.rule): \($0.detail)" } == [
                "refused, CAL-7: no employee has the e-mail address anna@shop.example",
                "leave, CAL-14: discarded by a person (too many ends in Outlook), until one of the sides changes",
            ])
        #expect(plan.waiting == 0 && plan.inStep == 0)
        #expect(try await approve(calendar).approved.isEmpty)
        #expect(try await calendar.meeting(refused).status.state == .refused)
        // What one side has changed since is asked anew.
        var now = try await calendar.meeting(discarded)
        now.meeting.observed.ln = .present(changed, ETag("l3"))
        try await calendar.put(now)
        #expect(try await self.plan(calendar).items.map(\.step) == [.hold, .refused])
    }

    @Test("Where nobody is active nothing is approved, and it is said")
    func nobody() async throws {
        let calendar = try await CalendarBed()
        var anna = try #require(try await calendar.bed.store.users().first)
        anna.isActive = false
        #expect(try await calendar.bed.store.commit([.user(anna)]) == .committed)
        let refused = await #expect(throws: AdministrationError.self) {
            try await calendar.bed.administration.approveCalendarPlans(of: nil, unread: { 0 }, zone: calendar.zone)
        }
        #expect(refused?.description.contains("no user is active") == true)
    }

    @Test("What its owner hides stands in no plan, nor who takes part")
    func hidden() async throws {
        let calendar = try await CalendarBed()
        var secret = calendar.content("Operation", attendees: ["doctor@x.example", "nurse@x.example"])
        secret.sensitivity = .private
        var (ln, exchange) = (secret, secret)
        ln.attendees?[EmailAddress("nurse@x.example")] = nil
        exchange.attendees?[EmailAddress("doctor@x.example")] = nil
        ln.subject = "Operation on Monday"
        let known = calendar.linked(2, secret, ln: ln, exchange: secret)
        let linked = calendar.linked(3, secret, ln: secret, exchange: exchange) {
            $0.meeting.base = .content(.unknown)
        }
        try await calendar.put(calendar.activity(1, secret), known, linked)
        let plan = try await plan(calendar)
        #expect(Set(plan.items.map(\.meeting.subject)) == ["private"] && plan.items.count == 3)
        #expect(plan.invited.isEmpty && plan.hiddenInvitations == 2)
        for word in ["Operation", "doctor", "nurse"] { #expect(!"\(plan)".contains(word), "\(plan)") }
        #expect(
            plan.items.filter { $0.step == .updateInLN }.map(\.detail) == [
                "an attendee; then LN gets Synchronized of attendees"
            ])
    }
}
