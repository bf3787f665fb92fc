import SyncModel
import SyncPlanner
import Testing

@Suite("Private events of Outlook's (CAL-19)")
struct BusyBlockTests {
    static let secret = "SECRET"

    static func secretEvent(_ sensitivity: Sensitivity = .private) -> MeetingContent {
        var content = Fixture.content(
            zone: "Europe/Berlin", attendees: [EmailAddress("secret@x.org"): .init(.required)])
        content.subject = secret
        content.location = secret
        content.body = MeetingBody(secret)
        content.sensitivity = sensitivity
        return content
    }

    @Test("Only when it is and how it shows comes to LN", arguments: [Sensitivity.private, .confidential])
    func created(sensitivity: Sensitivity) {
        let meeting = Fixture.alone(.exchange, content: Self.secretEvent(sensitivity))
        let plan = Fixture.plan(meeting)
        #expect(plan.created?.subject == "Private" && plan.created?.time == Fixture.time())
        #expect(plan.created?.attendees == [:] && plan.created?.sensitivity == sensitivity)
        #expect(!"\(plan)".lowercased().contains("secret"))
        let written = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(!"\(written.base) \(String(describing: written.intent))".lowercased().contains("secret"))
    }

    @Test("Skipped by policy it rests; as normal it comes whole")
    func policies() {
        let meeting = Fixture.alone(.exchange, content: Self.secretEvent())
        var policy = CalendarPolicy()
        policy.privateEvents = .skip
        #expect(Fixture.plan(meeting, policy).rest == "private in Outlook")
        policy.privateEvents = .asNormal
        #expect(Fixture.plan(meeting, policy).created?.subject == Self.secret)
    }

    /// In step as a busy block.
    func block(_ change: (inout MeetingContent, inout MeetingContent) -> Void = { _, _ in }) -> Meeting {
        var meeting = Fixture.alone(.exchange, content: BusyBlock.reduced(Self.secretEvent()))
        let written = Fixture.plan(meeting).created ?? MeetingContent()
        var ln = written, exchange = BusyBlock.reduced(Self.secretEvent())
        meeting.activity = Fixture.activity
        meeting.base = .content(.init(ln: ln, exchange: exchange))
        change(&ln, &exchange)
        meeting.observed = Sides(ln: .present(ln, ETag("l")), exchange: .present(exchange, ETag("e")))
        return meeting
    }

    @Test("In step nothing is to be done")
    func inStep() { #expect(Fixture.plan(block()).actions.isEmpty) }

    @Test("LN's edits are put back, those of the time on record, and nothing goes to Exchange")
    func putBack() {
        let plan = Fixture.plan(
            block { ln, _ in
                ln.subject = "Mine"
                ln.time = Fixture.time(3600)
                ln.attendees = [Fixture.bob: MeetingAttendee(.required)]
            })
        #expect(plan.write?.side == .ln && plan.rules.last == "CAL-19")
        #expect(
            plan.updated == [
                .subject: .subject("Private"), .time: .time(Fixture.time()), .attendee(Fixture.bob): .attendee(nil),
            ])
        let lost = Dictionary(uniqueKeysWithValues: plan.conflicts.map { ($0.group, $0.lost) })
        #expect(lost[.time] == .some(.time(Fixture.time(3600))) && lost[.subject] == .some(nil))
    }

    @Test("Linked without a base, what LN loses is on record too, without its value")
    func putBackWithoutBase() {
        var meeting = block { ln, _ in ln.subject = "Mine" }
        meeting.base = .content(.unknown)
        meeting.check = true
        let plan = Fixture.plan(meeting)
        #expect(plan.updated == [.subject: .subject("Private")])
        #expect(plan.conflicts.map(\.group) == [.subject] && plan.conflicts.map(\.lost) == [nil])
    }

    @Test("An attendee whom LN has switched off is no attendee there any more either")
    func switchedOff() {
        let plan = Fixture.plan(
            block { ln, _ in ln.attendees = [Fixture.bob: MeetingAttendee(.required, isInvited: false)] })
        #expect(plan.updated == [.attendee(Fixture.bob): .attendee(nil)])
    }

    @Test("LN's text that waits is lost with its line, without its value, when the event turns private")
    func textThatWaits() {
        var meeting = Fixture.alone(.exchange)
        meeting.activity = Fixture.activity
        var open = Fixture.content()
        open.body = MeetingBody("Outlook's")
        var edited = open
        edited.body = MeetingBody("LN's")
        var base = MeetingBase.Content(ln: open, exchange: open)
        meeting.base = .content(base)
        meeting.observed = Sides(ln: .present(edited, ETag("l2")), exchange: .present(open, ETag("e")))
        let waits = Fixture.plan(meeting)
        #expect(waits.write == nil && waits.conflicts.isEmpty)
        meeting = MeetingCommit.planned(waits, meeting, owner: "", deadline: Fixture.now)
        base = meeting.base.content ?? base
        #expect(base.waiting == [.body])
        open.sensitivity = .private
        meeting.observed.exchange = .present(BusyBlock.reduced(open), ETag("e2"))
        let plan = Fixture.plan(meeting)
        #expect(plan.updated[.body] == .body(MeetingBody("")))
        #expect(plan.conflicts.map(\.group) == [.body] && plan.conflicts.map(\.lost) == [nil])
    }

    @Test("Its new time comes to LN")
    func moved() {
        let plan = Fixture.plan(block { _, exchange in exchange.time = Fixture.time(3600, zone: "Europe/Berlin") })
        #expect(plan.updated == [.time: .time(Fixture.time(3600))] && plan.write?.side == .ln)
    }

    @Test("Its new time comes to LN though it is no longer private before LN has it")
    func movedAndShown() throws {
        var meeting = block { _, exchange in exchange.time = Fixture.time(3600, zone: "Europe/Berlin") }
        let plan = Fixture.plan(meeting)
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        // LN was not reached: it has what it had, in the version that the write names.
        try #require(meeting.intent?.write.etag == meeting.observed.ln.etag)
        var shown = Self.secretEvent(.normal)
        shown.time = Fixture.time(3600, zone: "Europe/Berlin")
        meeting.observed.exchange = .present(shown, ETag("e2"))
        let again = Fixture.plan(meeting)
        #expect(again.updated[.time] == .time(Fixture.time(3600)))
        #expect(again.updated[.subject] == .subject(Self.secret) && again.conflicts.isEmpty)
    }

    @Test(
        "One that turns private later is overwritten in LN and in the row, whatever the policy for new ones",
        arguments: [PrivatePolicy.skip, .busyBlock])
    func turnsPrivate(privateEvents: PrivatePolicy) throws {
        var policy = CalendarPolicy()
        policy.privateEvents = privateEvents
        var meeting = Fixture.alone(.exchange)
        meeting.activity = Fixture.activity
        var open = Self.secretEvent()
        open.sensitivity = .normal
        meeting.base = .content(.init(ln: policy.limits.narrow(open), exchange: open))
        meeting.observed = Sides(
            ln: .present(policy.limits.narrow(open), ETag("l")),
            exchange: .present(BusyBlock.reduced(Self.secretEvent()), ETag("e")))
        let plan = Fixture.plan(meeting, policy)
        #expect(plan.updated[.subject] == .subject("Private") && plan.updated[.body] == .body(MeetingBody("")))
        #expect(plan.updated[.attendee(EmailAddress("secret@x.org"))] == .attendee(nil))
        #expect(plan.conflicts.isEmpty)
        // After the write nothing of it is left.
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        let intent = try #require(meeting.intent)
        var ln = policy.limits.narrow(open)
        for (group, value) in plan.updated { ln[group] = value }
        meeting = MeetingCommit.answered(intent, .present(ln, ETag("l2")), meeting)
        #expect(!"\(meeting)".lowercased().contains("secret"))
        #expect(Fixture.plan(meeting, policy).actions.isEmpty)
    }

    @Test("What a user puts back in LN before a write's outcome is known is on record")
    func putBackBeforeKnown() {
        var meeting = Fixture.alone(.exchange)
        meeting.activity = Fixture.activity
        var open = Fixture.content()
        open.sensitivity = .normal
        var hidden = open
        hidden.sensitivity = .private
        meeting.base = .content(.init(ln: open, exchange: open))
        meeting.observed = Sides(
            ln: .present(open, ETag("l")), exchange: .present(BusyBlock.reduced(hidden), ETag("e2")))
        let plan = Fixture.plan(meeting)
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        var edited = open
        for (group, value) in plan.updated where group != .sensitivity { edited[group] = value }
        meeting.observed.ln = .present(edited, ETag("l9"))
        let again = Fixture.plan(meeting)
        #expect(again.updated == [.sensitivity: .sensitivity(.private)])
        #expect(again.conflicts == [MeetingConflict(.sensitivity, lost: .sensitivity(.normal), on: .ln)])
    }

    @Test("One that is no longer private comes whole")
    func turnsOpen() {
        let meeting = block { _, exchange in
            exchange = Self.secretEvent()
            exchange.sensitivity = .normal
        }
        let plan = Fixture.plan(meeting)
        #expect(plan.updated[.subject] == .subject(Self.secret) && plan.conflicts.isEmpty)
    }

    @Test("LN's deletion of a busy block ends nothing in Outlook; its own end ends the activity")
    func ends() {
        var meeting = block()
        meeting.observed.ln = .gone(.absent)
        #expect(Fixture.plan(meeting).actions == [MeetingAction(.unlink, "CAL-19")])
        meeting = block()
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(meeting).ending == .notHeld)
    }
}
