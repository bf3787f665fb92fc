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

    @Test(
        "A text that LN can't hold goes there as far as it can, with a line in the journal; what is changed of it later follows"
    )
    func longText() throws {
        let long = String(repeating: "ü", count: 200_000)
        var meeting = Fixture.linked(birth: .exchange) { _, exchange in exchange.body = MeetingBody(long) }
        let plan = Fixture.plan(meeting)
        let held = String(repeating: "ü", count: 125_000)
        #expect(plan.updated == [.body: .body(MeetingBody(held))])
        #expect(plan.rules == ["CAL-10", "CAL-9"] && plan.conflicts.isEmpty)
        guard case .note(let words) = plan.actions[0].step else { return #expect(Bool(false)) }
        #expect(words.contains("200000 characters") && words.contains("first 125000"))

        meeting = MeetingCommit.planned(plan, meeting, owner: "a", deadline: Fixture.now)
        var ln = try #require(meeting.observed.ln.content)
        ln.body = MeetingBody(held)
        meeting = MeetingCommit.answered(try #require(meeting.intent), .present(ln, ETag("l2")), meeting)
        #expect(Fixture.plan(meeting).actions.isEmpty, "told once, and never sent back")
        var exchange = try #require(meeting.observed.exchange.content)
        exchange.body = MeetingBody("tiny")
        meeting.observed.exchange = .present(exchange, ETag("e2"))
        #expect(Fixture.plan(meeting).updated == [.body: .body(MeetingBody("tiny"))])

        let made = Fixture.plan(Fixture.alone(.exchange, content: try #require(plan.write?.source)))
        #expect(made.created?.body == MeetingBody(held) && made.rules == ["CAL-10", "CAL-7"])
    }

    @Test(
        "What LN changes of the beginning that it holds waits: the rest, which its users have never seen, would be lost"
    )
    func beginning() throws {
        let long = String(repeating: "o", count: LNLimits.longestText) + " DECISION: BUY"
        var meeting = Fixture.linked(birth: .ln) { _, exchange in exchange.body = MeetingBody(long) }
        var base = try #require(meeting.base.content)
        for side in [Side.ln, .exchange] {
            var content = try #require(meeting.observed[side].content)
            content.body = MeetingBody(side == .ln ? String(long.prefix(LNLimits.longestText)) : long)
            base.sides[side] = content
            meeting.observed[side] = .present(content, ETag("1"))
        }
        meeting.base = .content(base)
        #expect(Fixture.plan(meeting).actions.isEmpty)
        var ln = try #require(meeting.observed.ln.content)
        ln.body = MeetingBody("LN's")
        meeting.observed.ln = .present(ln, ETag("2"))
        let plan = Fixture.plan(meeting)
        #expect(plan.write == nil && plan.rules == ["CAL-10"])
        #expect(plan.base.content?.waiting == [.body])
        var exchange = try #require(meeting.observed.exchange.content)
        exchange.body = MeetingBody("tiny")
        base.sides.exchange = exchange
        meeting.base = .content(base)
        meeting.observed.exchange = .present(exchange, ETag("2"))
        #expect(Fixture.plan(meeting).updated == [.body: .body(MeetingBody("LN's"))], "where LN holds all of it")
    }

    @Test("No text in its own form is longer than it may be", arguments: ["e\u{301}", "a\r\n", "👩", "\u{1D160}"])
    func longest(piece: String) throws {
        let count = LNLimits.longestText / piece.utf8.count
        guard case .body(let body) = LNLimits().narrow(.body(MeetingBody(String(repeating: piece, count: count + 1))))
        else { return }
        #expect(body.text.utf8.count <= LNLimits.longestText && !LNLimits.isTooLong(body.text))
        #expect(LNLimits().narrow(.body(body)) == .body(body))
    }

    @Test(
        "LN's text that is too long to be read is nothing agreed upon: what Outlook changes waits, on record, once, and then loses or wins"
    )
    func textTooLong() throws {
        var meeting = Fixture.linked { ln, exchange in
            ln.body = nil
            exchange.body = MeetingBody("Outlook's")
        }
        meeting.activityFacts.hasLongText = true
        let plan = Fixture.plan(meeting)
        #expect(plan.write == nil && plan.rules == ["CAL-10"])
        guard case .note(let words) = plan.actions[0].step else { return #expect(Bool(false)) }
        #expect(words.contains("250000 bytes") && words.contains("Exchange's text was changed"))
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(meeting).actions.isEmpty)

        // Shortened in LN the two are merged.
        var ln = try #require(meeting.observed.ln.content)
        ln.body = MeetingBody("LN's")
        meeting.observed.ln = .present(ln, ETag("l2"))
        meeting.activityFacts.hasLongText = false
        let merged = Fixture.plan(meeting)
        #expect(merged.updated == [.body: .body(MeetingBody("LN's"))])
        #expect(merged.conflicts == [MeetingConflict(.body, lost: .body(MeetingBody("Outlook's")), on: .exchange)])
    }

    @Test("A text of LN's that is too long to go to Outlook is asked about before its activity is ended")
    func textTooLongEnds() {
        var meeting = Fixture.linked { ln, _ in ln.body = nil }
        meeting.base = .content(
            .init(ln: meeting.observed.ln.content ?? MeetingContent(), exchange: Fixture.content(zone: "Europe/Berlin"))
        )
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(meeting).ending == .notHeld)
        meeting.activityFacts.hasLongText = true
        #expect(Fixture.plan(meeting).question == .endOrKeep)
    }

    @Test("What LN's service has no text of is not missed")
    func noText() {
        let meeting = Fixture.linked { ln, exchange in
            ln.body = nil
            exchange.body = MeetingBody("Outlook's")
        }
        #expect(Fixture.plan(meeting).actions.isEmpty)
    }
}
