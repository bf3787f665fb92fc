import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("The narrower side (CAL-10)")
struct NarrowerSideTests {
    let limits = LNLimits(subject: 10, location: 5, body: 20)

    @Test(
        "A text is as LN would hold it",
        arguments: [
            ("Visit", "Visit"), ("A long subject", "A long sub"), ("Cafe\u{301} au lait", "Café au la"),
            ("Visit \t", "Visit"),
            ("123456789 1", "123456789"), ("a\u{0}b\nc", "a b c"), ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦👩‍👩"), ("", ""),
        ])
    func subject(text: String, narrow: String) {
        #expect(limits.narrow(.subject(text)) == .subject(narrow))
        #expect(limits.narrow(.subject(narrow)) == .subject(narrow))
    }

    @Test("Line ends of a body are LF; a body is never rich in LN")
    func body() {
        let body = MeetingBody("one\r\ntwo\rthree\tx", isRich: true)
        #expect(limits.narrow(.body(body)) == .body(MeetingBody("one\ntwo\nthree\tx")))
    }

    @Test("ISO 8859-1 has no other characters")
    func latin() {
        #expect(LNLimits(isLatin1: true).narrow(.subject("Zoë 佐藤")) == .subject("Zoë ??"))
    }

    @Test("A time is whole minutes without a zone; days stay days")
    func time() throws {
        let odd = MeetingTime.timed(
            start: Fixture.noon + 59.9, end: Fixture.noon + 3600, zone: ZoneName("Asia/Tokyo"))
        #expect(limits.narrow(.time(odd)) == .time(.timed(start: Fixture.noon, end: Fixture.noon + 3600, zone: nil)))
        let day = try #require(CalendarDate("2026-12-24")), next = try #require(CalendarDate("2026-12-25"))
        #expect(limits.narrow(.time(.allDay(start: day, end: next))) == .time(.allDay(start: day, end: next)))
    }

    @Test("What LN only shortened is not sent back, and each side's own form is kept")
    func shortened() {
        var policy = CalendarPolicy()
        policy.limits = limits
        let meeting = Fixture.linked { ln, exchange in
            exchange.subject = "A subject that is too long"
            ln.subject = "A subject"
        }
        let plan = Fixture.plan(meeting, policy)
        #expect(plan.actions.isEmpty)
        #expect(plan.base.content?.sides.ln.subject == "A subject")
        #expect(plan.base.content?.sides.exchange.subject == "A subject that is too long")
    }

    @Test(
        "LN's text waits where it would replace what Outlook has, with a line in the journal, once",
        arguments: [Side.exchange, .ln])
    func bodyWaits(birth: Side) {
        var meeting = Fixture.linked(birth: birth) { ln, _ in ln.body = MeetingBody("LN's") }
        meeting.eventFacts.isOnline = birth == .ln
        let plan = Fixture.plan(meeting)
        #expect(plan.write == nil && plan.rules == ["CAL-10"])
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(meeting).actions.isEmpty)
        #expect(meeting.base.content?.waiting == [.body])
    }

    @Test("LN's text goes to a plain event that was born in LN")
    func bodyGoes() {
        let plan = Fixture.plan(Fixture.linked { ln, _ in ln.body = MeetingBody("LN's") })
        #expect(plan.updated == [.body: .body(MeetingBody("LN's"))])
    }
}
