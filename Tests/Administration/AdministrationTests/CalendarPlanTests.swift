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
            try await calendar.bed.administration.calendarPlans(of: "anna", unread: unread, zone: calendar.zone).first)
    }

    private func approve(_ calendar: CalendarBed, unread: Int64? = 0) async throws -> CalendarApproval {
        try #require(
            try await calendar.bed.administration.approveCalendarPlans(of: "anna", unread: unread, zone: calendar.zone)
                .first)
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
        #expect(items(.updateInOutlook) == ["Visit of the plant, CAL-9: Subject: Visit of the plant"])
        #expect(items(.endInLN) == ["Visit, CAL-14: Not Held"])
        #expect(items(.hold) == ["Visit of the plant, CAL-14: end or keep?"])
        #expect(items(.rest) == ["Weekly, CAL-17: recurrence"])
        #expect(plan.inStep == 1 && plan.isLinkOnly && plan.incomplete.isEmpty && plan.waiting == 2)
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
        #expect(approval.applied == 1 && approval.isActivatedNow && approval.plan == plan.id)
        #expect(approval.shownTo == "smith")
        #expect(approval.notApplied.map(\.subject).sorted() == ["Late", "New"])
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
                == "plan \(plan.id), by smith: 1 meeting made, 2 not, for they changed")
        let second = try await self.plan(calendar)
        #expect(!second.isLinkOnly && second.waiting == 2)
        #expect(try await approve(calendar).applied == 2)
        #expect(try await self.plan(calendar).waiting == 0)
    }

    @Test("Without a plan that somebody has seen, or before all is read, nothing is approved")
    func refused() async throws {
        let calendar = try await CalendarBed()
        try await calendar.put(calendar.activity(1, calendar.content("Visit")))
        let unseen = await #expect(throws: AdministrationError.self) { try await approve(calendar) }
        #expect(unseen?.description.contains("nobody has seen a plan of anna") == true)
        _ = try await plan(calendar)
        for (unread, text) in [(3 as Int64?, "3 records of calendar-worker"), (nil, "Kafka can't be asked")] {
            let early = await #expect(throws: AdministrationError.self) { try await approve(calendar, unread: unread) }
            #expect(early?.description.contains(text) == true)
        }
        #expect(try await calendar.bed.store.users().map(\.calendar.isActivated) == [false])
        #expect(try await approve(calendar).applied == 1)
        let twice = await #expect(throws: AdministrationError.self) { try await approve(calendar) }
        #expect(twice?.description.contains("since the last approval") == true)

        let unread = try await CalendarBed(isRead: false, isStarted: false)
        #expect(
            try await plan(unread).incomplete == [
                "synchronisation is stopped: lnsync start", "his activities were not read from LN yet",
                "his calendar was not read from Exchange yet",
            ])
    }

    @Test("What its owner hides stands in no plan")
    func hidden() async throws {
        let calendar = try await CalendarBed()
        var secret = calendar.content("Operation", attendees: ["doctor@x.example"])
        secret.sensitivity = .private
        try await calendar.put(calendar.activity(1, secret))
        let plan = try await plan(calendar)
        #expect(plan.items.map(\.meeting.subject) == ["private"])
        #expect(!"\(plan)".contains("Operation"))
    }
}
