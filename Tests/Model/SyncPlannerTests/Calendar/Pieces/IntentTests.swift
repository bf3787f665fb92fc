import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Writes under way and of unknown outcome (CAL-11)")
struct IntentTests {
    /// With an intent to write LN's new subject to the event.
    func intended() -> Meeting {
        let meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        return MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "a", deadline: Fixture.now + 60)
    }

    @Test("Until its deadline it is left alone, however many look at it; then both sides are read")
    func waits() {
        let row = intended()
        for seconds in [0.0, 59.9] {
            let plan = MeetingPlanner.plan(row, CalendarPolicy(), twins: [], now: Fixture.now + seconds)
            #expect(plan.actions == [MeetingAction(.wait(until: Fixture.now + 60), "CAL-11")])
            #expect(MeetingCommit.planned(plan, row, owner: "b", deadline: Fixture.now + 600) == row)
        }
        #expect(MeetingPlanner.reads(row) == Set(Side.allCases))
        #expect(MeetingPlanner.plan(row, CalendarPolicy(), twins: [], now: Fixture.now + 60).write != nil)
    }

    @Test("It names only what changes, the version it was planned on and what it was taken from")
    func write() {
        let write = intended().intent?.write
        #expect(write?.change == .update([.subject: .subject("New")]))
        #expect(write?.etag == ETag("e1") && write?.source?.subject == "New")
    }

    @Test("An answer after another has judged the write adds nothing, and the row is looked at again")
    func late() throws {
        let row = intended(), intent = try #require(row.intent)
        var other = row
        other.intent?.owner = "b"
        let answered = MeetingCommit.answered(intent, .present(Fixture.content(), ETag("e2")), other)
        #expect(answered == other && answered.isDue)
    }

    @Test("If-Match that did not match: the intent goes, the row is read and planned anew")
    func mismatch() throws {
        let row = intended(), answered = MeetingCommit.answered(try #require(row.intent), nil, row)
        #expect(answered.intent == nil && answered.isDue && answered.base == row.base)
    }

    @Test("Whom an LN user adds while the activity is made is not agreed upon: his invitation is asked for")
    func addedWhileMade() throws {
        let ann = EmailAddress("ann@example.org"), guest = MeetingAttendee(.required)
        let meeting = Fixture.alone(
            .exchange, content: Fixture.content(zone: "Europe/Berlin", attendees: [Fixture.bob: guest]))
        var row = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "a", deadline: Fixture.now + 60)
        let intent = try #require(row.intent)
        row.activity = Fixture.activity
        row.activityFacts.organizer = Fixture.user
        let made = MeetingSnapshot.present(
            Fixture.content(attendees: [Fixture.bob: guest, ann: guest]), ETag("l1"))
        row = MeetingCommit.answered(intent, made, row)
        #expect(row.base.content?.sides.ln.attendees == [Fixture.bob: guest])
        let asked = try #require(MeetingCommit.planned(Fixture.plan(row), row, owner: "", deadline: Fixture.now).asked)
        #expect(asked.write.change == .update([.attendee(ann): .attendee(guest)]))
    }

    @Test(
        "What is asked of invitation-worker is under way only once he has claimed it, and no more when the row asks for another thing"
    )
    func claims() throws {
        let meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { ln, _ in ln.subject = "New"
        }
        let row = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        let ask = try #require(row.asked)
        #expect(row.intent == nil && !row.isDue)
        let claimed = try #require(MeetingCommit.claimed(ask, row, owner: "i", deadline: Fixture.now + 60))
        #expect(claimed.intent?.write == ask.write && claimed.asked == nil)
        #expect(MeetingCommit.claimed(ask, claimed, owner: "j", deadline: Fixture.now + 60) == nil)
        var other = row
        other.asked = InvitationAsk(ask.write, tellsNobody: true)
        #expect(MeetingCommit.claimed(ask, other, owner: "i", deadline: Fixture.now + 60) == nil)
    }
}
