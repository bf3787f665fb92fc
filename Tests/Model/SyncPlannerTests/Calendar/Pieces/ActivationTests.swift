import SyncModel
import SyncPlanner
import Testing

@Suite("Nothing is written for a user whose plan nobody has approved (CAL-20, INV-7)")
struct ActivationTests {
    private static let organizer = AttendeeRow(number: 1, address: nil, isOrganizer: true)

    private var linkOnly: CalendarPolicy {
        var policy = CalendarPolicy()
        policy.isLinkOnly = true
        return policy
    }

    /// Two that a user has entered in both systems, and that differ in what is no sign of the same meeting.
    private func linked(attendees: [AttendeeRow] = []) -> Meeting {
        var ln = Fixture.content()
        ln.body = MeetingBody("Agenda")
        var exchange = Fixture.content(zone: "Europe/Berlin")
        exchange.body = MeetingBody("")
        exchange.location = "Room 4"
        var activity = Fixture.alone(.ln, content: ln)
        activity.activityFacts.rows = attendees
        guard
            case .link(let twin)? = Fixture.plan(
                activity, linkOnly, twins: [Fixture.alone(.exchange, content: exchange)]
            )
            .actions.first?.step
        else {
            Issue.record("not linked")
            return activity
        }
        return MeetingLink.joined(activity, twin)
    }

    private func settled(_ meeting: Meeting, _ policy: CalendarPolicy) -> Meeting {
        MeetingCommit.planned(Fixture.plan(meeting, policy), meeting, owner: "", deadline: Fixture.now)
    }

    private func approved(_ meeting: Meeting) -> Meeting { meeting.decided(.activation, .approve) }

    /// The write of an intent, carried out.
    private func written(_ meeting: Meeting, _ etag: ETag) throws -> Meeting {
        let intent = try #require(meeting.intent)
        guard case .update(let values) = intent.write.change,
            var content = meeting.observed[intent.write.side].content
        else { throw Failure.noUpdate }
        for (group, value) in values { content[group] = value }
        return MeetingCommit.answered(intent, .present(content, etag), meeting)
    }

    private enum Failure: Error { case noUpdate }

    @Test("Creations wait", arguments: Side.allCases)
    func creations(side: Side) {
        let meeting = Fixture.alone(side)
        #expect(Fixture.plan(meeting, linkOnly).question == .activation)
        #expect(Fixture.plan(approved(meeting), linkOnly).created != nil)
        #expect(Fixture.plan(meeting.decided(.activation, .refuse), linkOnly).rest != nil)
    }

    @Test("Changes and ends wait on either side, and nothing is lost or counts as agreed", arguments: Side.allCases)
    func changes(side: Side) {
        var changed = Fixture.linked()
        guard case .present(var content, let etag) = changed.observed[side] else { return }
        content.location = "Room 4"
        changed.observed[side] = .present(content, etag)
        var ended = Fixture.linked()
        ended.observed[side] = .gone(.absent)
        for meeting in [changed, ended] {
            let plan = Fixture.plan(meeting, linkOnly)
            #expect(plan.question == .activation && plan.write == nil && plan.conflicts.isEmpty)
            #expect(plan.base == meeting.base)
            #expect(Fixture.plan(approved(meeting), linkOnly).write == Fixture.plan(meeting).write)
        }
    }

    @Test("An end is not asked of invitation-worker, and what was asked before is not withdrawn")
    func invitations() throws {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.observed.ln = .gone(.absent)
        let ask = try #require(Fixture.plan(meeting).ask)
        #expect(Fixture.plan(meeting, linkOnly).question == .activation)
        meeting.asked = ask
        #expect(Fixture.plan(meeting, linkOnly).ask == ask)
        var changed = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { ln, _ in ln.subject = "New"
        }
        changed.activityFacts.rows = [Self.organizer]
        let plan = Fixture.plan(changed)
        #expect(plan.ask != nil && plan.marks.count == 1)
        changed.asked = plan.ask
        let repeated = Fixture.plan(changed, linkOnly)
        #expect(repeated.ask == changed.asked && repeated.marks.isEmpty)
    }

    @Test(
        "Two that are linked and differ: nothing is overwritten before somebody has approved it, then it is on record")
    func linkedDiffer() throws {
        let meeting = settled(linked(), linkOnly)
        #expect(meeting.hold == MeetingHold(.activation, shown: meeting.observed))
        #expect(meeting.intent == nil && meeting.base == .content(.unknown))
        let plan = Fixture.plan(approved(meeting), linkOnly)
        #expect(Set(plan.updated.keys) == [.body, .location] && plan.write?.side == .ln)
        #expect(plan.conflicts.contains(MeetingConflict(.body, lost: .body(MeetingBody("Agenda")), on: .ln)))
        let done = settled(try written(settled(approved(meeting), linkOnly), ETag("l2")), linkOnly)
        #expect(done.hold == nil && !done.isDue)
        #expect(done.base.content?.sides.ln.body == MeetingBody(""))
    }

    @Test(
        "What one of the sides has changed since it was shown is asked again", arguments: Side.allCases, [true, false])
    func changedSince(side: Side, isActivated: Bool) {
        let policy = isActivated ? CalendarPolicy() : linkOnly
        var meeting = approved(settled(linked(), linkOnly))
        guard case .present(var content, _) = meeting.observed[side] else { return }
        content.subject = "Another"
        meeting.observed[side] = .present(content, ETag("new"))
        let plan = Fixture.plan(meeting, policy)
        #expect(plan.question == .activation && plan.write == nil)
        #expect(settled(meeting, policy).hold == MeetingHold(.activation, shown: meeting.observed))
    }

    @Test("One approval holds for both sides and for attendees' rows")
    func bothSides() throws {
        var meeting = Fixture.linked { ln, exchange in
            ln.subject = "LN's"
            exchange.location = "Room 4"
        }
        meeting.activityFacts.rows = [Self.organizer]
        meeting = approved(meeting)
        var sides: [Side] = []
        for etag in ["1", "2"] {
            meeting = settled(meeting, linkOnly)
            sides.append(try #require(meeting.intent).write.side)
            meeting = try written(meeting, ETag(etag))
        }
        #expect(sides == [.exchange, .ln])
        let last = Fixture.plan(meeting, linkOnly)
        #expect(last.question == nil && !last.marks.isEmpty)
        #expect(settled(meeting, linkOnly).hold == nil)
        // Another changes the side that is not written meanwhile.
        var other = settled(approved(Fixture.linked { ln, _ in ln.subject = "LN's" }), linkOnly)
        guard case .present(var content, _) = other.observed.ln else { return }
        content.location = "Room 5"
        other.observed.ln = .present(content, ETag("new"))
        other = try written(other, ETag("e2"))
        #expect(Fixture.plan(other, linkOnly).question == .activation)
    }

    @Test("Attendees' rows alone wait too; what both sides agree upon is agreed, so that a later end is known for one")
    func marks() {
        var meeting = linked(attendees: [Self.organizer])
        meeting.observed.ln = .present(Fixture.content(), ETag("1"))
        meeting.observed.exchange = .present(Fixture.content(zone: "Europe/Berlin"), ETag("1"))
        #expect(!Fixture.plan(meeting).marks.isEmpty && Fixture.plan(meeting).write == nil)
        meeting = settled(meeting, linkOnly)
        #expect(meeting.hold?.question == .activation)
        #expect(Fixture.plan(approved(meeting), linkOnly).marks.map(\.number) == [1])
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(meeting, linkOnly).question == .activation)
        #expect(Fixture.plan(approved(meeting), linkOnly).ending == .notHeld)
    }

    @Test("What begins to wait is on record, though attendees' rows wait for the approval")
    func notes() {
        var meeting = Fixture.linked(birth: .exchange) { ln, _ in ln.body = MeetingBody("LN's") }
        guard case .present(var event, let etag) = meeting.observed.exchange else { return }
        event.body = MeetingBody("")
        meeting.observed.exchange = .present(event, etag)
        var agreed = Fixture.content()
        agreed.body = MeetingBody("")
        meeting.base = .content(.init(ln: agreed, exchange: event))
        meeting.activityFacts.rows = [Self.organizer]
        let plan = Fixture.plan(meeting, linkOnly)
        #expect(plan.question == .activation && plan.rules == ["CAL-10", "CAL-20"])
        #expect(plan.base.content?.waiting == [.body])
        #expect(Fixture.plan(settled(meeting, linkOnly), linkOnly).rules == ["CAL-20"], "once")
    }

    @Test("What was begun is finished, and nothing else with it")
    func begun() throws {
        var meeting = Fixture.linked { _, exchange in exchange.location = "Room 4" }
        // Begun before the user was link-only; of unknown outcome.
        meeting = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        #expect(meeting.intent != nil && meeting.hold == nil)
        #expect(Fixture.plan(meeting, linkOnly).write == meeting.intent?.write)
        guard case .present(var content, _) = meeting.observed.exchange else { return }
        content.subject = "Another"
        meeting.observed.exchange = .present(content, ETag("e2"))
        #expect(Fixture.plan(meeting, linkOnly).question == .activation)
        let create = Fixture.alone(.ln)
        let created = MeetingCommit.planned(Fixture.plan(create), create, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(created, linkOnly).write == created.intent?.write)
    }

    @Test("An approval lasts over a write of unknown outcome, while nobody changes a side")
    func unknownOutcome() throws {
        var meeting = Fixture.linked { ln, exchange in
            ln.subject = "LN's"
            exchange.location = "Room 4"
        }
        meeting = settled(approved(meeting), linkOnly)
        #expect(meeting.intent?.write.side == .exchange)
        var event = try #require(meeting.observed.exchange.content)
        event.subject = "LN's"
        meeting.observed.exchange = .present(event, ETag("e2"))
        let plan = Fixture.plan(meeting, linkOnly)
        #expect(plan.write?.side == .ln && plan.updated == [.location: .location("Room 4")])
        let second = try written(settled(meeting, linkOnly), ETag("l2"))
        #expect(second.hold == MeetingHold(.activation, shown: second.observed, decision: .approve))
        // Written, and changed by a user since.
        var edited = meeting
        event.location = "Room 5"
        edited.observed.exchange = .present(event, ETag("e3"))
        #expect(Fixture.plan(edited, linkOnly).question == .activation)
        meeting.observed.ln = .present(try #require(meeting.observed.ln.content), ETag("l2"))
        #expect(Fixture.plan(meeting, linkOnly).question == .activation)
    }

    @Test("Another question comes first and stays; who has decided it has seen what is written")
    func otherQuestions() {
        let several = [Fixture.alone(.exchange), Fixture.alone(.exchange)]
        let alone = Fixture.alone(.ln)
        #expect(Fixture.plan(alone, linkOnly, twins: several).question == .twins)
        #expect(Fixture.plan(alone.decided(.twins, .approve), linkOnly, twins: several).created != nil)
        var ended = Fixture.linked()
        ended.observed.exchange = .gone(.absent)
        var many = ended
        many.hold = MeetingHold(.manyEnds, shown: many.observed)
        #expect(Fixture.plan(many, linkOnly).question == .manyEnds)
        #expect(Fixture.plan(many, CalendarPolicy()).question == .manyEnds)
        #expect(Fixture.plan(ended.decided(.manyEnds, .approve), linkOnly).ending == .notHeld)
        #expect(Fixture.plan(ended.decided(.manyEnds, .refuse), linkOnly).rest != nil)
        var changed = Fixture.linked { ln, _ in ln.subject = "New" }
        changed.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(changed, linkOnly).question == .endOrKeep)
        #expect(Fixture.plan(changed.decided(.endOrKeep, .keep), linkOnly).created != nil)
        #expect(Fixture.plan(changed.decided(.endOrKeep, .end), linkOnly).ending == .notHeld)
    }

    @Test("Once activated, what nobody has decided stays held; what is in step is not asked about any more")
    func afterActivation() {
        let meeting = settled(linked(), linkOnly)
        #expect(Fixture.plan(meeting).question == .activation)
        #expect(Fixture.plan(linked()).write != nil)
        var inStep = Fixture.linked()
        inStep.hold = MeetingHold(.activation, shown: inStep.observed)
        #expect(Fixture.plan(inStep).actions.isEmpty)
    }
}
