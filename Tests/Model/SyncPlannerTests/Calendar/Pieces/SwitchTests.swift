import SyncModel
import SyncPlanner
import Testing

@Suite("What is not made, or waits for a person")
struct SwitchTests {
    @Test("A series rests: it is never imported and nothing is deleted for it (CAL-17)")
    func recurrence() {
        var meeting = Fixture.alone(.exchange)
        meeting.eventFacts.isRecurring = true
        #expect(Fixture.plan(meeting).rest == "recurrence")
        meeting = Fixture.linked()
        meeting.eventFacts.isRecurring = true
        for side in Side.allCases {
            var ended = meeting
            ended.observed[side] = .gone(.absent)
            #expect(Fixture.plan(ended).rest == "recurrence")
        }
    }

    @Test("With *Synchronize* off nothing is written (SET-3)")
    func off() {
        var meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        meeting.activityFacts.isSynchronized = false
        #expect(Fixture.plan(meeting).rules == ["SET-3"])
        meeting.activityFacts.isSynchronized = true
        #expect(Fixture.plan(meeting).write != nil)
    }

    @Test("An organizer who is no sync user can't invite (CAL-2)")
    func nobody() {
        var meeting = Fixture.alone(.ln)
        meeting.owner = .nobody
        meeting.activityFacts.organizer = nil
        #expect(Fixture.plan(meeting).rules == ["CAL-2"])
    }

    @Test(
        "Another organizer in LN is held; approved, the old event goes and the new one is made in his calendar (CAL-15)"
    )
    func organizer() throws {
        let new = SyncUserID("00000000-0000-0000-0000-000000000001")
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.activityFacts.organizer = new
        #expect(Fixture.plan(meeting).question == .organizerChanged)
        let approved = meeting.decided(.organizerChanged, .approve)
        let plan = Fixture.plan(approved)
        let ask = try #require(plan.ask)
        #expect(ask.write.change == .end(.replaced))
        meeting = MeetingCommit.planned(plan, approved, owner: "", deadline: Fixture.now)
        var claimed = try #require(MeetingCommit.claimed(ask, meeting, owner: "", deadline: Fixture.now))
        // The same whether the answer is known or not.
        var unknown = claimed
        unknown.observed.exchange = .gone(.absent)
        claimed = MeetingCommit.answered(try #require(claimed.intent), .gone(.absent), claimed)
        for row in [claimed, unknown] {
            let create = Fixture.plan(row)
            #expect(create.created != nil)
            #expect(MeetingCommit.planned(create, row, owner: "", deadline: Fixture.now).owner == new.map { .user($0) })
        }
    }

    @Test(
        "What comes to LN: by category, by known contact, no drafts; only linked where LN can't keep the key (CAL-1, CAL-7)"
    )
    func inbound() {
        var policy = CalendarPolicy(), meeting = Fixture.alone(.exchange)
        policy.inbound = .category("CRM")
        #expect(Fixture.plan(meeting, policy).rules == ["CAL-1"])
        meeting.eventFacts.categories = ["CRM"]
        #expect(Fixture.plan(meeting, policy).created != nil)
        policy.inbound = .knownContact
        #expect(Fixture.plan(meeting, policy).rules == ["CAL-1"])
        meeting.eventFacts.hasKnownContact = true
        #expect(Fixture.plan(meeting, policy).created != nil)
        policy.createsActivities = false
        #expect(Fixture.plan(meeting, policy).rules == ["CAL-7"])
        meeting.eventFacts.isDraft = true
        #expect(Fixture.plan(meeting).rest == "a draft in Outlook")
    }

    @Test("An event that leaves the filter rests; one that was born in LN has none (CAL-4)", arguments: Side.allCases)
    func leavesFilter(birth: Side) {
        var policy = CalendarPolicy()
        policy.inbound = .category("CRM")
        let plan = Fixture.plan(Fixture.linked(birth: birth) { ln, _ in ln.location = "Room 4" }, policy)
        #expect(plan.rules == (birth == .exchange ? ["CAL-4"] : ["CAL-9"]))
    }

    @Test("An echo of our own write changes nothing; with anything else open it does (CAL-13)")
    func echo() {
        let meeting = Fixture.linked()
        guard case .present(let content, _) = meeting.observed.exchange else { return }
        func intake(_ row: Meeting, _ counter: Int64 = 1) -> MeetingIntake {
            MeetingIntake(
                MeetingObservation(.exchange, ReadSequence(epoch: 1, counter: counter), .present(content, ETag("new"))),
                into: row)
        }
        guard case .echo(let row) = intake(meeting) else {
            Issue.record("no echo")
            return
        }
        #expect(intake(row) == .older)
        for open in [\Meeting.check, \.isDue] {
            var other = meeting
            other[keyPath: open] = true
            if open == \Meeting.check { guard case .merged = intake(other) else { Issue.record("an echo"); continue } }
        }
        guard case .merged = intake(meeting.decided(.endOrKeep, .keep)) else {
            Issue.record("an echo in spite of a hold")
            return
        }
    }
}
