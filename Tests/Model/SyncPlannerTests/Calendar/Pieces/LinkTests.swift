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

    func activity(_ name: String, naming uid: ICalUID? = nil) -> Meeting {
        var meeting = Fixture.alone(.ln)
        meeting.activity = ActivityKey(company: Company(1300), activity: ActivityCode(name))
        meeting.activityFacts.meetingKey = uid
        return meeting
    }

    func alone(_ side: Side, _ name: String) -> Meeting { side == .ln ? activity(name) : event(name) }

    @Test("Two alike on its own side are as much a question as two on the other", arguments: Side.allCases)
    func rivals(side: Side) {
        let (one, other, twin) = (alone(side, "one"), alone(side, "other"), alone(side.other, "twin"))
        #expect(Fixture.plan(one, twins: [twin]).actions == [MeetingAction(.link(twin), "CAL-5")])
        #expect(Fixture.plan(one, twins: [twin, other]).question == .twins)
        #expect(Fixture.plan(one, twins: [other, twin]).question == .twins)
        #expect(Fixture.plan(twin, twins: [one, other]).question == .twins)
        #expect(Fixture.plan(one.decided(.twins, .approve), twins: [twin, other]).created != nil)
        #expect(Fixture.plan(one.decided(.twins, .refuse), twins: [twin, other]).rest != nil)
        #expect(Fixture.plan(one, twins: [other]).created != nil, "what is on its own side alone is no twin")
    }

    @Test("What can't be the twin's other half is no rival, and names come before looks")
    func noRivals() {
        let (one, twin) = (event("one"), activity("twin"))
        var linked = event("linked"), parted = event("parted"), copy = event("copy"), stranger = event("stranger")
        var series = event("series"), gone = event("gone"), off = activity("off")
        linked.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT9"))
        linked.observed.ln = twin.observed.ln
        parted.isUnlinked = true
        copy.isCopy = true
        stranger.owner = .external
        series.eventFacts.isRecurring = true
        gone.observed.exchange = .gone(.cancelled)
        off.activityFacts.isSynchronized = false
        let named = event("named", naming: linked.activity)
        let others = [
            event("time") { $0.time = Fixture.time(60) }, event("subject") { $0.subject = "B" }, linked, parted, copy,
            stranger, series, gone, named,
        ]
        #expect(Fixture.plan(one, twins: others + [twin]).actions == [MeetingAction(.link(twin), "CAL-5")])
        #expect(Fixture.plan(twin, twins: [one, off]).actions == [MeetingAction(.link(one), "CAL-5")])
        let own = activity("own", naming: one.event?.uid)
        #expect(Fixture.plan(one, twins: [own, event("other")]).actions == [MeetingAction(.link(own), "CAL-5")])
        let made = event("made", naming: twin.activity)
        #expect(Fixture.plan(one, twins: [twin, made]).question == .twins, "the twin is another's by name")
        #expect(Fixture.plan(made, twins: [twin, one]).actions == [MeetingAction(.link(twin), "CAL-5")])
    }

    @Test("A rival that is being written is waited for, but not by what has begun to be made itself")
    func writtenRival() {
        let (one, twin) = (event("one"), activity("twin"))
        let begun = MeetingCommit.planned(Fixture.plan(one), one, owner: "", deadline: Fixture.now)
        let other = MeetingCommit.planned(
            Fixture.plan(event("other")), event("other"), owner: "", deadline: Fixture.now)
        #expect(begun.intent != nil && other.intent != nil)
        #expect(Fixture.plan(one, twins: [twin, other]).actions == [MeetingAction(.waitForTwin, "CAL-5")])
        #expect(Fixture.plan(begun, twins: [twin, other]).question == .twins)
    }

    @Test("What a person has decided of several holds where one is left too; what has changed since is linked")
    func decidedAndLeft() {
        let (one, twin) = (event("one"), activity("twin"))
        #expect(Fixture.plan(one.decided(.twins, .approve), twins: [twin]).created != nil)
        #expect(Fixture.plan(one.decided(.twins, .refuse), twins: [twin]).rest != nil)
        #expect(Fixture.plan(one, twins: [twin.decided(.twins, .refuse)]).question == .twins)
        var changed = twin.decided(.twins, .refuse)
        changed.observed.ln = .present(Fixture.content(), ETag("2"))
        #expect(Fixture.plan(one, twins: [changed]).actions == [MeetingAction(.link(changed), "CAL-5")])
    }

    @Test("Whatever there is, one links to the other only where the other links to the one")
    func symmetry() {
        var copy = event("copy", naming: activity("A1").activity)
        copy.isCopy = true
        let pool = [
            activity("A1"), activity("A2"), activity("A3", naming: ICalUID("a")), event("a"), event("b"),
            event("c", naming: activity("A1").activity), event("d") { $0.subject = "B" }, copy,
        ]
        func names(_ meeting: Meeting) -> [Meeting] {
            let (activity, uid) = (meeting.eventFacts.activity, meeting.activityFacts.meetingKey)
            return pool.filter { activity != nil && $0.activity == activity || uid != nil && $0.event?.uid == uid }
        }
        var links = 0
        for members in 0..<(1 << pool.count) {
            let items = pool.indices.filter { members & (1 << $0) != 0 }.map { pool[$0] }
            // Who names what is not there may have the looks of another, which can't tell.
            guard items.allSatisfy({ $0.isCopy || names($0).allSatisfy(items.contains) }) else { continue }
            func verdict(_ meeting: Meeting) -> TwinSearch.Verdict {
                TwinSearch.verdict(for: meeting, among: items.filter { $0 != meeting }, LNLimits())
            }
            for meeting in items {
                guard case .link(let twin) = verdict(meeting) else { continue }
                links += 1
                #expect(verdict(twin) == .link(meeting), "\(items.map(\.event?.uid)) \(items.map(\.activity))")
            }
        }
        #expect(links > 20)
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

    @Test(
        "An event that names another activity than it has names its own from then on, unless it has attendees or is a copy"
    )
    func namedActivity() {
        var meeting = Fixture.linked(birth: .exchange)
        meeting.eventFacts.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT0"))
        #expect(Fixture.plan(meeting).actions == [MeetingAction(.nameActivity(Fixture.activity), "CAL-5")])
        var copy = meeting
        copy.isCopy = true
        #expect(Fixture.plan(copy).actions.isEmpty)
        meeting.eventFacts.activity = ActivityKey(company: Company(2000), activity: ActivityCode("ACT0"))
        #expect(Fixture.plan(meeting).actions.isEmpty, "another company's is not ours")
        meeting.eventFacts.activity = Fixture.activity
        #expect(Fixture.plan(meeting).actions.isEmpty)
        meeting = Fixture.linked(birth: .exchange, attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.eventFacts.activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT0"))
        #expect(Fixture.plan(meeting).actions.isEmpty)
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
