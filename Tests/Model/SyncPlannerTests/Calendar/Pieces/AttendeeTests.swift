import SyncModel
import SyncPlanner
import Testing

@Suite("Attendees, their flags and answers (CAL-6, CAL-8, CAL-16)")
struct AttendeeTests {
    static let ann = EmailAddress("ann@example.org")

    func row(
        _ number: Int, _ address: EmailAddress?, organizer: Bool = false, invited: Bool = true, sent: Bool = false,
        synchronized: Bool = false, _ response: AttendeeResponse = .none
    ) -> AttendeeRow {
        AttendeeRow(
            number: number, address: address, isOrganizer: organizer, isInvited: invited, isSent: sent,
            isSynchronized: synchronized, response: response)
    }

    @Test("Who belongs to the event: Invite or Synchronized on, an address, and not the organizer")
    func members() {
        let members = AttendeeSet.members(
            of: [
                row(1, Self.ann, organizer: true), row(2, EmailAddress("Bob@Example.org")), row(3, nil),
                row(4, EmailAddress("off@example.org"), invited: false),
                row(5, EmailAddress("sync@example.org"), invited: false, synchronized: true), row(6, Fixture.bob),
                row(7, EmailAddress("ANN@example.org")),
            ], organizer: nil)
        #expect(members.keys.sorted() == [Fixture.bob, EmailAddress("sync@example.org")])
        #expect(members[EmailAddress("sync@example.org")]?.isInvited == false)
        // The organizer's row may have no address of its own.
        let rows = [row(1, nil, organizer: true), row(2, Self.ann), row(3, Fixture.bob)]
        #expect(
            AttendeeSet.members(of: rows, organizer: EmailAddress("Ann@Example.org")).keys.sorted() == [Fixture.bob])
    }

    @Test("Whom an LN user deletes or switches off leaves the event; whom LN never had stays, and comes to LN")
    func leaving() {
        let both = [Fixture.bob: MeetingAttendee(.required), Self.ann: MeetingAttendee(.optional)]
        for off in [nil, MeetingAttendee(.required, isInvited: false)] {
            let plan = Fixture.plan(Fixture.linked(attendees: both) { ln, _ in ln.attendees?[Fixture.bob] = off })
            #expect(plan.ask?.write.change == .update([.attendee(Fixture.bob): .attendee(nil)]))
        }
        let plan = Fixture.plan(
            Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { _, exchange in
                exchange.attendees?[Self.ann] = MeetingAttendee(.optional)
            })
        #expect(plan.write?.side == .ln)
        #expect(plan.updated == [.attendee(Self.ann): .attendee(MeetingAttendee(.optional))])
    }

    @Test("Who never had Invite on, opted out or refused by LN, stays on the event")
    func optedOut() {
        let off = MeetingAttendee(.required, isInvited: false)
        var meeting = Fixture.linked { ln, exchange in
            ln.attendees = [Fixture.bob: off]
            exchange.attendees = [Fixture.bob: MeetingAttendee(.required)]
        }
        meeting.base = .content(
            .init(ln: Fixture.content(), exchange: Fixture.content(zone: "Europe/Berlin")))
        #expect(Fixture.plan(meeting).actions.isEmpty)
    }

    @Test("An event is made without attendees; who is to be invited is marked as sent, once")
    func creation() {
        var meeting = Fixture.alone(
            .ln, content: Fixture.content(attendees: [Fixture.bob: MeetingAttendee(.required)]))
        meeting.activityFacts.rows = [row(1, Self.ann, organizer: true), row(2, Fixture.bob), row(3, nil)]
        let plan = Fixture.plan(meeting)
        #expect(plan.created?.attendees == [:])
        #expect(plan.marks == [AttendeeMark(number: 2, isSent: true)])
        let row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(meeting).marks == plan.marks, "cut off, they are planned again")
        #expect(Fixture.plan(MeetingCommit.marked(plan, row)).marks.isEmpty)
    }

    @Test("Synchronized turns on for the organizer at creation, and for each attendee whom Exchange shows on the event")
    func synchronized() {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.activityFacts.rows = [
            row(1, Self.ann, organizer: true), row(2, Fixture.bob, sent: true),
            row(3, EmailAddress("new@example.org"), invited: false),
            row(4, Fixture.bob, sent: true, synchronized: true),
        ]
        let plan = Fixture.plan(meeting)
        #expect(
            plan.marks == [
                AttendeeMark(number: 1, isSynchronized: true), AttendeeMark(number: 2, isSynchronized: true),
            ])
        #expect(Set(plan.rules) == ["CAL-6"])
    }

    @Test("Who is on the event already is never marked as sent")
    func adopted() {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.activityFacts.rows = [row(2, Fixture.bob)]
        #expect(Fixture.plan(meeting).marks == [AttendeeMark(number: 2, isSynchronized: true)])
    }

    @Test("An attendee added in LN is asked for and marked as sent")
    func added() {
        var meeting = Fixture.linked { ln, _ in ln.attendees = [Fixture.bob: MeetingAttendee(.required)] }
        meeting.activityFacts.rows = [row(2, Fixture.bob)]
        let plan = Fixture.plan(meeting)
        #expect(plan.ask?.write.change == .update([.attendee(Fixture.bob): .attendee(MeetingAttendee(.required))]))
        #expect(plan.marks == [AttendeeMark(number: 2, isSent: true)])
    }

    @Test(
        "An answer comes from the organizer's copy, else from the attendee's, and never goes back to None",
        arguments: [
            (
                AttendeeResponse.none, AttendeeResponse.accepted, AttendeeResponse?.none,
                AttendeeResponse?.some(.accepted)
            ),
            (.accepted, .declined, nil, .declined), (.accepted, .accepted, nil, nil), (.accepted, .none, nil, nil),
            (.none, .none, .tentative, .tentative), (.none, .accepted, .tentative, .accepted),
            (.tentative, .none, .some(.none), nil),
        ])
    func answers(ln: AttendeeResponse, organizer: AttendeeResponse, own: AttendeeResponse?, expected: AttendeeResponse?)
    {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)])
        meeting.activityFacts.rows = [row(2, Fixture.bob, sent: true, synchronized: true, ln)]
        meeting.eventFacts.responses = [Fixture.bob: organizer]
        meeting.answers = own.map { [Fixture.bob: $0] } ?? [:]
        let plan = Fixture.plan(meeting)
        #expect(plan.marks == (expected.map { [AttendeeMark(number: 2, response: $0)] } ?? []))
        #expect(plan.rules == (expected == nil ? [] : ["CAL-16"]))
    }

    @Test("No mark is made beside a content write in LN, which would change what it is conditional on")
    func notBeside() {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { _, exchange in
            exchange.location = "Room 4"
        }
        meeting.activityFacts.rows = [row(2, Fixture.bob, sent: true)]
        #expect(Fixture.plan(meeting).write?.side == .ln && Fixture.plan(meeting).marks.isEmpty)
    }
}
