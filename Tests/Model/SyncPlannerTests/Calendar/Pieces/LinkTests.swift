import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Link before create (CAL-5)")
struct LinkTests {
    func event(_ name: String, naming activity: ActivityKey? = nil, _ change: (inout MeetingContent) -> Void = { _ in })
        -> Meeting
    {
        var content = Fixture.content(zone: "Europe/Berlin")
        change(&content)
        var meeting = Fixture.alone(.exchange, content: content)
        meeting.event = EventKey(item: ItemID(name), uid: ICalUID(name))
        meeting.eventFacts.activity = activity
        return meeting
    }

    @Test("A create asks for a search first", arguments: Side.allCases)
    func search(side: Side) {
        #expect(Fixture.plan(Fixture.alone(side), twins: nil).actions == [MeetingAction(.search, "CAL-5")])
        #expect(Fixture.plan(Fixture.alone(side), twins: []).created != nil)
    }

    @Test("Our property comes first, then the meeting key, then organizer, subject and time")
    func order() {
        var activity = Fixture.alone(.ln)
        let named = event("named", naming: Fixture.activity), alike = event("alike")
        let other = event("other") { $0.subject = "Another" }
        activity.activityFacts.meetingKey = ICalUID("other")
        #expect(Fixture.plan(activity, twins: [alike, other, named]).actions == [MeetingAction(.link(named), "CAL-5")])
        #expect(Fixture.plan(activity, twins: [alike, other]).actions == [MeetingAction(.link(other), "CAL-5")])
        #expect(Fixture.plan(activity, twins: [alike]).actions == [MeetingAction(.link(alike), "CAL-5")])
        #expect(
            Fixture.plan(alike, twins: [Fixture.alone(.ln)]).actions == [
                MeetingAction(.link(Fixture.alone(.ln)), "CAL-5")
            ])
    }

    @Test("Alike is what the narrower side could not tell apart")
    func alike() {
        var policy = CalendarPolicy()
        policy.limits.subject = 5
        let twin = event("long") { $0.subject = "Visit to Delft" }
        #expect(
            Fixture.plan(Fixture.alone(.ln), policy, twins: [twin]).actions == [MeetingAction(.link(twin), "CAL-5")])
    }

    @Test("Another time, subject or organizer, a linked, a parted and a copied one are no twins")
    func noTwins() {
        var linked = event("linked"), parted = event("parted"), copy = event("copy"), stranger = event("stranger")
        linked.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT9"))
        parted.isUnlinked = true
        copy.isCopy = true
        stranger.owner = .external
        let named = event("named", naming: ActivityKey(company: Company(1300), activity: ActivityCode("ACT9")))
        let others = [
            event("time") { $0.time = Fixture.time(60) }, event("subject") { $0.subject = "B" }, linked, parted, copy,
            stranger, named,
        ]
        #expect(Fixture.plan(Fixture.alone(.ln), twins: others).created != nil)
    }

    @Test("Several are held; approved it is none of them")
    func several() {
        let twins = [event("a"), event("b")]
        #expect(Fixture.plan(Fixture.alone(.ln), twins: twins).question == .twins)
        #expect(Fixture.plan(Fixture.alone(.ln).decided(.twins, .approve), twins: twins).created != nil)
        #expect(Fixture.plan(Fixture.alone(.ln).decided(.twins, .refuse), twins: twins).rest != nil)
    }

    @Test("A twin whose row is being written is waited for")
    func waits() {
        var twin = event("a")
        twin = MeetingCommit.planned(Fixture.plan(twin), twin, owner: "", deadline: Fixture.now + 60)
        #expect(twin.intent != nil)
        #expect(Fixture.plan(Fixture.alone(.ln), twins: [twin]).actions == [MeetingAction(.waitForTwin, "CAL-5")])
    }

    @Test(
        "Linking writes nothing; then Exchange's value wins in each group that differs, LN's on record, and nothing mails"
    )
    func linking() {
        let twin = event("a") { $0.location = "Room 4" }
        var row = MeetingLink.joined(Fixture.alone(.ln), twin)
        #expect(row.intent == nil && row.asked == nil && row.isDue)
        #expect(row.event == twin.event && row.activity == Fixture.activity && row.owner == .user(Fixture.user))
        #expect(MeetingPlanner.reads(row) == Set(Side.allCases))
        let plan = Fixture.plan(row)
        #expect(plan.write?.side == .ln && plan.updated == [.location: .location("Room 4")])
        #expect(plan.conflicts == [MeetingConflict(.location, lost: .location("Room 3"), on: .ln)])
        row = MeetingLink.joined(twin, Fixture.alone(.ln))
        #expect(Fixture.plan(row).updated == plan.updated)
        #expect(twin.birth == .exchange && row.birth == .ln, "where it was made LN tells, whichever row goes on")
    }

    @Test("Before it is made again, a meeting that is kept is linked to what names it")
    func madeAgain() {
        var meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        meeting.observed.exchange = .gone(.absent)
        meeting = meeting.decided(.endOrKeep, .keep)
        var other = Fixture.alone(.ln)
        other.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT2"))
        other.activityFacts.meetingKey = Fixture.event.uid
        let copy = event("copy", naming: Fixture.activity)
        #expect(Fixture.plan(meeting, twins: [other]).created != nil)
        #expect(Fixture.plan(meeting, twins: [other, copy]).actions == [MeetingAction(.link(copy), "CAL-5")])
        let row = MeetingLink.joined(meeting, copy)
        #expect(row.event == copy.event && row.activity == Fixture.activity && row.observed.ln == meeting.observed.ln)
    }

    @Test("What was taken for a copy is the activity's event once that has no other, from either side")
    func successor() {
        var meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        var copy = event("copy", naming: Fixture.activity)
        copy.isCopy = true
        #expect(Fixture.plan(copy, twins: [meeting]).created != nil, "while that has its own it is a copy")
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(copy, twins: [meeting]).actions == [MeetingAction(.link(meeting), "CAL-5")])
        let kept = meeting.decided(.endOrKeep, .keep)
        #expect(Fixture.plan(kept, twins: [copy]).actions == [MeetingAction(.link(copy), "CAL-5")])
        for row in [MeetingLink.joined(copy, meeting), MeetingLink.joined(kept, copy)] {
            #expect(row.activity == Fixture.activity && row.event == copy.event && row.hold == nil && !row.isCopy)
            #expect(row.observed == Sides(ln: meeting.observed.ln, exchange: copy.observed.exchange))
        }
        // One that has an activity by now, or is getting one, and one beside that which the activity names in LN.
        var paired = copy
        paired.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT9"))
        #expect(Fixture.plan(kept, twins: [paired]).created != nil)
        let begun = MeetingCommit.planned(Fixture.plan(copy), copy, owner: "", deadline: Fixture.now)
        #expect(begun.intent != nil && Fixture.plan(begun, twins: [meeting]).created != nil)
        #expect(Fixture.plan(kept, twins: [begun]).actions == [MeetingAction(.waitForTwin, "CAL-5")])
        meeting.activityFacts.meetingKey = ICalUID("other")
        #expect(Fixture.plan(copy, twins: [meeting]).created != nil)
        meeting.activityFacts.meetingKey = copy.event?.uid
        #expect(Fixture.plan(copy, twins: [meeting]).actions == [MeetingAction(.link(meeting), "CAL-5")])
        meeting.isUnlinked = true
        #expect(Fixture.plan(copy, twins: [meeting]).created != nil, "what was parted stays so")
    }

    @Test("A create of unknown outcome finds what it made by our property")
    func unknownOutcome() {
        var row = Fixture.alone(.ln)
        row = MeetingCommit.planned(Fixture.plan(row), row, owner: "", deadline: Fixture.now)
        let made = event("made", naming: Fixture.activity)
        let plan = Fixture.plan(row, twins: [made])
        #expect(plan.actions == [MeetingAction(.link(made), "CAL-5")])
        row = MeetingCommit.planned(plan, row, owner: "", deadline: Fixture.now)
        // Judged by the intent: a user's edit since then is an edit, not a value without a base.
        guard case .present(var content, _) = row.observed.exchange else { return }
        content.subject = "Edited"
        row.observed.exchange = .present(content, ETag("2"))
        #expect(Fixture.plan(row).updated == [.subject: .subject("Edited")])
        #expect(Fixture.plan(row).write?.side == .ln)
    }

    @Test(
        "An item goes to the row that has it, else to the row that it names, else it is a meeting or a copy of its own")
    func places() {
        let alone = Fixture.alone(.ln), linked = Fixture.linked()
        let new = EventKey(item: ItemID("N"), uid: ICalUID("N"))
        #expect(MeetingPlace(event: Fixture.event, naming: nil, among: [linked]) == .known(0))
        #expect(MeetingPlace(event: new, naming: Fixture.activity, among: [alone]) == .named(0))
        #expect(MeetingPlace(event: new, naming: Fixture.activity, among: [linked]) == .new(isCopy: true))
        #expect(MeetingPlace(event: new, naming: nil, among: [alone, linked]) == .new(isCopy: false))
        var ended = linked
        ended.observed.exchange = .gone(.absent)
        #expect(MeetingPlace(event: new, naming: Fixture.activity, among: [ended]) == .named(0))
        let other = ActivityKey(company: Company(1300), activity: ActivityCode("ACT2"))
        #expect(MeetingPlace(activity: other, naming: ICalUID("U1"), among: [Fixture.alone(.exchange)]) == .named(0))
        #expect(MeetingPlace(activity: other, naming: ICalUID("U1"), among: [linked]) == .new(isCopy: true))
    }

    @Test("An activity that names another event than it has names its own from then on; one that names none stays so")
    func named() {
        var meeting = Fixture.linked(birth: .exchange)
        meeting.activityFacts.meetingKey = ICalUID("gone")
        let plan = Fixture.plan(meeting)
        #expect(plan.actions == [MeetingAction(.nameEvent(Fixture.event.uid), "CAL-7")])
        #expect(Fixture.plan(MeetingCommit.marked(plan, meeting)).actions.isEmpty)
        meeting.activityFacts.meetingKey = nil
        #expect(Fixture.plan(meeting).actions.isEmpty)
        meeting = Fixture.linked(birth: .exchange) { _, exchange in exchange.subject = "New" }
        meeting.activityFacts.meetingKey = ICalUID("gone")
        #expect(Fixture.plan(meeting).write?.side == .ln && Fixture.plan(meeting).namedEvent == nil, "one by one")
    }

    /// Linked, and never compared: text, place and an attendee differ.
    private var differing: Meeting {
        var ln = Fixture.content(attendees: [Fixture.bob: MeetingAttendee(.required)])
        ln.body = MeetingBody("Agenda")
        var exchange = Fixture.content(zone: "Europe/Berlin", attendees: [:])
        exchange.body = MeetingBody("")
        exchange.location = "Room 4"
        var meeting = Fixture.linked()
        meeting.base = .content(.unknown)
        meeting.observed = Sides(ln: .present(ln, ETag("l")), exchange: .present(exchange, ETag("e")))
        return meeting
    }

    @Test("Where they differ Exchange's values are written to LN, also once more where the first write was lost")
    func lostWrite() {
        var meeting = differing
        let first = Fixture.plan(meeting)
        #expect(first.write?.side == .ln && first.updated[.attendee(Fixture.bob)] == .attendee(nil))
        #expect(first.updated[.location] == .location("Room 4") && first.updated[.body] == .body(MeetingBody("")))
        let lost = Set(first.conflicts.map(\.group))
        #expect(lost == [.location, .body, .attendee(Fixture.bob)])
        meeting = MeetingCommit.planned(first, meeting, owner: "", deadline: Fixture.now)
        // Nothing of it was written, and LN has another version since.
        guard case .present(var ln, _) = meeting.observed.ln else { return }
        meeting.observed.ln = .present(ln, ETag("l2"))
        #expect(Fixture.plan(meeting).updated == first.updated && Fixture.plan(meeting).write?.side == .ln)
        // A part of it was.
        ln.location = "Room 4"
        meeting.observed.ln = .present(ln, ETag("l3"))
        let rest = Fixture.plan(meeting)
        #expect(rest.write?.side == .ln && rest.updated[.location] == nil)
        #expect(rest.updated[.attendee(Fixture.bob)] == .attendee(nil))
        // All of it, and it is answered.
        meeting = MeetingCommit.planned(rest, meeting, owner: "", deadline: Fixture.now)
        ln.attendees = [:]
        ln.body = MeetingBody("")
        if let intent = meeting.intent {
            meeting = MeetingCommit.answered(intent, .present(ln, ETag("l4")), meeting)
        }
        #expect(Fixture.plan(meeting).actions.isEmpty && meeting.base.content?.differing == [])
    }

    @Test("An end of one that was never compared is asked about, and what is decided is done", arguments: Side.allCases)
    func decidedEnd(side: Side) {
        var meeting = differing
        meeting.observed[side] = .gone(.absent)
        #expect(Fixture.plan(meeting).question == .endOrKeep)
        #expect(Fixture.plan(meeting.decided(.endOrKeep, .end)).ending != nil)
        #expect(Fixture.plan(meeting.decided(.endOrKeep, .keep)).created != nil)
    }
}
