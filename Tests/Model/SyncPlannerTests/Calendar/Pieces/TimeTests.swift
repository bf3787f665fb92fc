import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Times, zones and the window (CAL-4, CAL-18)")
struct TimeTests {
    @Test(
        "A wall time in a gap moves forward by it, of a repeated one the first counts",
        arguments: [
            ("2027-03-28", 2.5, "Europe/Amsterdam", "2027-03-28T01:30:00Z"),
            ("2026-10-25", 2.5, "Europe/Amsterdam", "2026-10-25T00:30:00Z"),
            ("2026-10-25", 3.0, "Europe/Amsterdam", "2026-10-25T02:00:00Z"),
            ("2026-07-01", 0, "Asia/Tokyo", "2026-06-30T15:00:00Z"),
            ("2027-10-03", 2.25, "Australia/Lord_Howe", "2027-10-02T15:45:00Z"),
            ("2011-12-30", 12, "Pacific/Apia", "2011-12-30T22:00:00Z"),
            ("2026-12-01", 9, "America/New_York", "2026-12-01T14:00:00Z"),
        ])
    func wall(day: String, hours: Double, zone: String, instant: String) throws {
        let wall = WallTime(try #require(CalendarDate(day)), second: Int(hours * 3600))
        let zone = try #require(TimeZone(identifier: zone))
        #expect(wall.instant(in: zone) == (try Date(instant, strategy: .iso8601)))
    }

    @Test("A round trip through LN changes nothing: neither zone nor seconds come back as an edit")
    func roundTrip() {
        let meeting = Fixture.linked { _, exchange in exchange.time = Fixture.time(0, zone: "Asia/Tokyo") }
        #expect(Fixture.plan(meeting).actions.isEmpty)
    }

    @Test("LN's new time keeps the event's zone; a new event gets the user's")
    func zone() {
        var policy = CalendarPolicy(zone: ZoneName("Asia/Tokyo"))
        policy.window = nil
        let moved = Fixture.plan(Fixture.linked { ln, _ in ln.time = Fixture.time(1800) }, policy)
        #expect(moved.updated == [.time: .time(Fixture.time(1800, zone: "Europe/Berlin"))])
        #expect(Fixture.plan(Fixture.alone(.ln), policy).created?.time == Fixture.time(0, zone: "Asia/Tokyo"))
    }

    @Test(
        "The window holds what is present or future and near enough; push takes anything",
        arguments: [Side.ln, .exchange])
    func window(side: Side) {
        for (shift, isTaken) in [
            (-90_001.0, false), (-86_400, true), (0, true), (1824 * 86400, true), (1826 * 86400, false),
        ] {
            var content = Fixture.content()
            content.time = Fixture.time(shift)
            let meeting = Fixture.alone(side, content: content)
            #expect((Fixture.plan(meeting).created != nil) == isTaken, "\(shift)")
            var push = CalendarPolicy()
            push.window = nil
            #expect(Fixture.plan(meeting, push).created != nil)
        }
    }

    @Test("A meeting that is moved out of the window is written once; one that time has passed over rests")
    func leaving() {
        let past = -10 * 86400.0
        let moved = Fixture.plan(Fixture.linked { ln, _ in ln.time = Fixture.time(past) })
        #expect(moved.updated[.time] == .time(Fixture.time(past, zone: "Europe/Berlin")))
        let later = MeetingPlanner.plan(
            Fixture.linked { ln, _ in ln.subject = "New" }, CalendarPolicy(), twins: [], now: Fixture.noon + 86400)
        #expect(later.rest == "outside the window" && later.rules == ["CAL-4"])
    }

    @Test("What push names is kept in step whenever it is, until it is in step or rests")
    func named() throws {
        var meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        meeting.isNamed = true
        let later = Fixture.noon + 86400
        func plan(_ meeting: Meeting) -> MeetingPlan {
            MeetingPlanner.plan(meeting, CalendarPolicy(), twins: [], now: later)
        }
        #expect(plan(meeting).updated == [.subject: .subject("New")])
        let written = MeetingCommit.planned(plan(meeting), meeting, owner: "", deadline: later)
        #expect(written.isNamed, "its outcome may be unknown")
        var content = try #require(meeting.observed.exchange.content)
        content.subject = "New"
        let answered = MeetingCommit.answered(try #require(written.intent), .present(content, ETag("e2")), written)
        #expect(answered.isNamed)
        let settled = MeetingCommit.planned(plan(answered), answered, owner: "", deadline: later)
        #expect(!settled.isNamed && settled.intent == nil)
        var again = settled
        again.observed.ln = .present(MeetingContent(time: Fixture.time(), subject: "Newer"), ETag("l2"))
        #expect(plan(again).rest == "outside the window")

        var alone = Fixture.alone(.exchange)
        alone.isNamed = true
        #expect(plan(alone).created != nil)
        alone.activityFacts.isSynchronized = false
        #expect(!MeetingCommit.planned(plan(alone), alone, owner: "", deadline: later).isNamed)
    }

    @Test("A past meeting never mails")
    func past() {
        var policy = CalendarPolicy()
        policy.window = nil
        let meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { ln, _ in ln.subject = "New"
        }
        #expect(Fixture.plan(meeting, policy).ask?.tellsNobody == false)
        let later = MeetingPlanner.plan(meeting, policy, twins: [], now: Fixture.noon + 86400)
        #expect(later.ask?.tellsNobody == true)
    }

    @Test("A Call has no location, and one made all-day is held; approved, LN's time is put back")
    func call() throws {
        var meeting = Fixture.linked { ln, exchange in exchange.location = "Elsewhere" }
        meeting.activityFacts.kind = .call
        #expect(Fixture.plan(meeting).actions.isEmpty)
        let day = try #require(CalendarDate("2027-01-16")), next = try #require(CalendarDate("2027-01-17"))
        meeting = Fixture.linked { _, exchange in exchange.time = .allDay(start: day, end: next) }
        meeting.activityFacts.kind = .call
        #expect(Fixture.plan(meeting).question == .callMadeAllDay)
        let approved = Fixture.plan(meeting.decided(.callMadeAllDay, .approve))
        guard case .time(.timed(let start, _, _)) = approved.updated[.time] else {
            Issue.record("\(approved)")
            return
        }
        #expect(approved.write?.side == .exchange && start == Fixture.noon)
        #expect(Fixture.plan(meeting.decided(.callMadeAllDay, .refuse)).rest != nil)
    }
    @Test("A Call that ended in LN and became all-day in Outlook comes back at its own time, then a person is asked")
    func endedCall() throws {
        let day = try #require(CalendarDate("2027-01-16")), next = try #require(CalendarDate("2027-01-17"))
        var meeting = Fixture.linked { _, exchange in exchange.time = .allDay(start: day, end: next) }
        meeting.activityFacts.kind = .call
        let ln = try #require(meeting.observed.ln.content)
        meeting.observed.ln = .gone(.notHeld(ETag("l2")))
        let plan = Fixture.plan(meeting.decided(.endOrKeep, .keep))
        #expect(plan.created == MeetingContent())
        var back = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        back.observed.ln = .present(ln, ETag("l3"))
        #expect(Fixture.plan(back).question == .callMadeAllDay)
        // Deleted in LN: what is made is an Appointment.
        meeting.observed.ln = .gone(.absent)
        #expect(Fixture.plan(meeting.decided(.endOrKeep, .keep)).created?.time == .allDay(start: day, end: next))
    }
}
