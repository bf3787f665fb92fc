import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("A customer's meeting whose organizer has become a sync user (CAL-3)")
struct OrganizerTests {
    private static let ann = EmailAddress("ann@example.org"), host = EmailAddress("host@example.org")
    private static let guest = MeetingAttendee(.required)

    /// Ann's own copy shows Bob and the host; LN has the host as Meeting Organizer, Ann and Bob as attendees.
    private func taken(_ change: (inout MeetingContent, inout MeetingContent) -> Void = { _, _ in }) -> Meeting {
        var meeting = Fixture.linked(
            birth: .exchange, attendees: [Self.ann: Self.guest, Fixture.bob: Self.guest]
        ) { ln, exchange in
            exchange.attendees = [Self.host: Self.guest, Fixture.bob: Self.guest]
            change(&ln, &exchange)
        }
        meeting.wasExternal = true
        meeting.activityFacts.organizer = SyncUserID(UUID())
        return meeting
    }

    /// As LN has it when Ann is Meeting Organizer there: the host with *Invite* on where Outlook has him.
    private func appointed(_ meeting: Meeting) -> Meeting {
        var meeting = meeting
        let isInvited = meeting.observed.exchange.content?.attendees?[Self.host] != nil
        meeting.activityFacts.organizer = Fixture.user
        meeting.activityFacts.rows = [
            AttendeeRow(number: 1, address: Self.host, isInvited: isInvited, isSynchronized: true),
            AttendeeRow(number: 2, address: Self.ann, isOrganizer: true, isInvited: false, isSynchronized: true),
            AttendeeRow(number: 3, address: Fixture.bob, isSynchronized: true),
        ]
        guard case .present(var ln, _) = meeting.observed.ln else { return meeting }
        ln.attendees?[Self.ann] = nil
        ln.attendees?[Self.host] = MeetingAttendee(.required, isInvited: isInvited)
        meeting.observed.ln = .present(ln, ETag("l2"))
        return meeting
    }

    @Test("He becomes Meeting Organizer in LN before anything else, without a question")
    func appoints() {
        var meeting = taken { ln, _ in ln.subject = "New" }
        let plan = Fixture.plan(meeting)
        #expect(plan.actions == [MeetingAction(.appoint(Fixture.user), "CAL-3")])
        let row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(row.wasExternal && row.isDue && row.base == meeting.base)
        meeting.activityFacts.organizer = nil
        #expect(Fixture.plan(meeting).actions == plan.actions, "LN's is no sync user")
        meeting.wasExternal = false
        meeting.activityFacts.organizer = SyncUserID(UUID())
        #expect(Fixture.plan(meeting).question == .organizerChanged, "of no other meeting")
    }

    @Test("Then he is no attendee, who was LN's organizer is one or not as Outlook has it, and all is in step")
    func merges() {
        let meetings = [appointed(taken()), appointed(taken { _, exchange in exchange.attendees?[Self.host] = nil })]
        for meeting in meetings {
            let plan = Fixture.plan(meeting)
            #expect(plan.write == nil && plan.conflicts.isEmpty)
            let row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
            #expect(!row.wasExternal && row.base.content?.sides.exchange == meeting.observed.exchange.content)
            #expect(row.base.content?.sides.ln == meeting.observed.ln.content)
        }
    }

    @Test("What was entered in LN goes out, and an attendee who was taken away there is not taken back")
    func edits() {
        let plan = Fixture.plan(
            appointed(
                taken { ln, exchange in
                    ln.attendees?[Fixture.bob] = nil
                    exchange.location = "Room 4"
                }))
        #expect(plan.updated[.location] == .location("Room 4") && plan.updated[.attendee(Fixture.bob)] == nil)
        #expect(plan.conflicts.isEmpty)
    }

    @Test("An activity that went while it was a customer's meeting ends nothing")
    func deletedBefore() {
        var meeting = taken()
        meeting.observed.ln = .gone(.absent)
        let plan = Fixture.plan(meeting)
        #expect(plan.actions == [MeetingAction(.unlink, "CAL-3")])
        meeting.wasExternal = false
        #expect(Fixture.plan(meeting).ending == nil && Fixture.plan(meeting).question == .endOrKeep)
    }

    @Test("For a user whose plan nobody has approved that waits too, and goes on where LN has it back (CAL-20)")
    func deletedBeforeApproval() {
        var policy = CalendarPolicy()
        policy.isLinkOnly = true
        var meeting = taken()
        let planned = meeting.observed.ln
        meeting.observed.ln = .gone(.notHeld(ETag("l2")))
        let held = Fixture.plan(meeting, policy)
        #expect(held.question == .activation)
        var row = MeetingCommit.planned(held, meeting, owner: "", deadline: Fixture.now)
        #expect(!row.isUnlinked && row.wasExternal && row.base == meeting.base)
        let approved = row.decided(.activation, .approve)
        #expect(Fixture.plan(approved, policy).actions == [MeetingAction(.unlink, "CAL-3")])
        row.observed.ln = planned
        let back = row.decided(.activation, .approve)
        #expect(Fixture.plan(back, policy).actions == [MeetingAction(.appoint(Fixture.user), "CAL-3")])
    }

    @Test(
        "For a user whose plan nobody has approved he waits for that too, and what follows is asked about by itself (CAL-20)"
    )
    func linkOnly() {
        var policy = CalendarPolicy()
        policy.isLinkOnly = true
        let meeting = taken { _, exchange in exchange.location = "Room 4" }
        let held = Fixture.plan(meeting, policy)
        #expect(held.question == .activation)
        #expect(MeetingCommit.planned(held, meeting, owner: "", deadline: Fixture.now).wasExternal)
        let approved = meeting.decided(.activation, .approve)
        let plan = Fixture.plan(approved, policy)
        #expect(plan.actions == [MeetingAction(.appoint(Fixture.user), "CAL-3")])
        let row = MeetingCommit.planned(plan, appointed(approved), owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(row, policy).question == .activation)
        #expect(Fixture.plan(row, CalendarPolicy()).question == .activation, "though he is activated by now")
        #expect(
            Fixture.plan(row.decided(.activation, .approve), policy).updated == [.location: .location("Room 4")])
    }

    /// A customer's meeting, Ann's: LN has another Meeting Organizer than the host by now, who is an attendee with *Invite* off.
    private func another(_ change: (inout MeetingContent, inout MeetingContent) -> Void = { _, _ in }) -> Meeting {
        var meeting = Fixture.linked(
            birth: .exchange, attendees: [Self.ann: Self.guest, Fixture.bob: Self.guest]
        ) { ln, exchange in
            ln.attendees?[Self.host] = MeetingAttendee(.required, isInvited: false)
            exchange.attendees?[Self.host] = Self.guest
            change(&ln, &exchange)
        }
        meeting.owner = .external
        meeting.activityFacts.organizer = nil
        meeting.activityFacts.rows = [
            AttendeeRow(number: 1, address: Self.host, isInvited: false, isSynchronized: true),
            AttendeeRow(number: 2, address: Self.ann, isSynchronized: true),
            AttendeeRow(number: 3, address: Fixture.bob, isSynchronized: true),
            AttendeeRow(number: 4, address: EmailAddress("nils@example.org"), isOrganizer: true, isInvited: false),
        ]
        return meeting
    }

    @Test("Who was LN's organizer of a customer's meeting is invited where Outlook has him, and nothing is lost")
    func invited() {
        let meeting = another()
        let invited: [FieldGroup: FieldValue] = [.attendee(Self.host): .attendee(Self.guest)]
        let plan = Fixture.plan(meeting)
        #expect(plan.updated == invited && plan.write?.side == .ln && plan.conflicts.isEmpty)
        // The outcome is not known, and it was not written.
        let row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(row).updated == invited && Fixture.plan(row).conflicts.isEmpty)

        let absent = Fixture.plan(another { _, exchange in exchange.attendees?[Self.host] = nil })
        #expect(absent.write == nil && absent.conflicts.isEmpty)
    }

    @Test("Who never had Invite on, as one who has opted out, is not invited by that")
    func optedOut() {
        var meeting = another()
        guard case .content(var base) = meeting.base else { return }
        base.sides.ln.attendees?[Self.host] = MeetingAttendee(.required, isInvited: false)
        base.sides.exchange.attendees?[Self.host] = Self.guest
        meeting.base = .content(base)
        #expect(Fixture.plan(meeting).write == nil)
    }

    @Test("Both sides of a customer's meeting are read: its event reads by who organizes it in LN")
    func reads() {
        var meeting = another()
        meeting.observed = Sides(
            ln: .present(meeting.base.content!.sides.ln, ETag("l1")),
            exchange: .present(meeting.base.content!.sides.exchange, ETag("e1")))
        #expect(MeetingPlanner.reads(meeting) == Set(Side.allCases))
        meeting.owner = .user(Fixture.user)
        #expect(MeetingPlanner.reads(meeting).isEmpty)
    }

    @Test("What rests stays to be corrected")
    func rests() {
        var meeting = taken()
        meeting.activityFacts.isSynchronized = false
        let plan = Fixture.plan(meeting)
        #expect(plan.rest != nil)
        #expect(MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now).wasExternal)
    }
}

@Suite("Another Meeting Organizer in LN (CAL-15, CAL-2)")
struct OtherOrganizerTests {
    private static let host = EmailAddress("Host@example.org"), owner = EmailAddress("ann@example.org")

    private static let policy = {
        var policy = CalendarPolicy()
        policy.owner = owner
        return policy
    }()

    /// LN has somebody as Meeting Organizer who is no active sync user; who was it is an attendee.
    private func taken(by organizer: EmailAddress?) -> Meeting {
        var meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        meeting.activityFacts.organizer = nil
        meeting.activityFacts.rows = [
            AttendeeRow(number: 1, address: Self.owner, isSynchronized: true),
            AttendeeRow(number: 2, address: organizer, isOrganizer: true),
        ]
        return meeting
    }

    @Test("Who is no sync user is asked about too, before anything is written")
    func asks() {
        let plan = Fixture.plan(taken(by: Self.host), Self.policy)
        #expect(plan.question == .organizerChanged)
        #expect(plan.rules == ["CAL-15"])
    }

    @Test("Where it is the owner himself, or nobody can tell, there is nothing to ask")
    func owners() {
        for organizer in [EmailAddress("ANN@example.org"), nil] {
            #expect(Fixture.plan(taken(by: organizer), Self.policy).updated[.subject] == .subject("New"))
        }
        #expect(
            Fixture.plan(taken(by: Self.host)).updated[.subject] == .subject("New"), "whose calendar it is nobody knows"
        )
    }

    @Test(
        "Approved, the event goes from the former organizer's calendar, and is made in nobody's until he is a sync user"
    )
    func approved() {
        let meeting = taken(by: Self.host)
        var row = MeetingCommit.planned(
            Fixture.plan(meeting, Self.policy), meeting, owner: "", deadline: Fixture.now)
        row = row.decided(.organizerChanged, .approve)
        let plan = Fixture.plan(row, Self.policy)
        #expect(plan.ending == .replaced)
        row = MeetingCommit.planned(plan, row, owner: "w", deadline: Fixture.now)
        guard let intent = row.intent else {
            Issue.record("nothing is written")
            return
        }
        row = MeetingCommit.answered(intent, .gone(.absent), row)
        let rest = Fixture.plan(row, Self.policy)
        #expect(rest.write == nil && rest.rules == ["CAL-2"])
        // He is one now.
        let host = SyncUserID(UUID())
        row.activityFacts.organizer = host
        let made = Fixture.plan(row, Self.policy)
        #expect(made.created?.subject == "New")
        #expect(MeetingCommit.planned(made, row, owner: "w", deadline: Fixture.now).owner == .user(host))
    }

    @Test("Refused, both sides stay as they are")
    func refused() {
        let meeting = taken(by: Self.host)
        let row = MeetingCommit.planned(
            Fixture.plan(meeting, Self.policy), meeting, owner: "", deadline: Fixture.now
        ).decided(.organizerChanged, .refuse)
        let plan = Fixture.plan(row, Self.policy)
        #expect(plan.write == nil && plan.question == nil && plan.rules == ["CAL-15"])
    }
}
