import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Ends (CAL-14)")
struct EndTests {
    func gone(
        _ side: Side, _ end: MeetingEnd = .absent, attendees: [EmailAddress: MeetingAttendee] = [:],
        _ change: (inout MeetingContent, inout MeetingContent) -> Void = { _, _ in }
    ) -> Meeting {
        var meeting = Fixture.linked(attendees: attendees, change)
        meeting.observed[side] = .gone(end)
        return meeting
    }

    @Test(
        "Deleted or cancelled in Outlook is Not Held in LN, or deleted by policy",
        arguments: [MeetingEnd.absent, .cancelled])
    func inOutlook(end: MeetingEnd) {
        #expect(Fixture.plan(gone(.exchange, end)).ending == .notHeld)
        var policy = CalendarPolicy()
        policy.activityEnding = .removed
        #expect(Fixture.plan(gone(.exchange, end), policy).ending == .removed)
    }

    @Test(
        "Not Held or deleted in LN: removed, or a cancellation is asked for where there are attendees",
        arguments: [MeetingEnd.absent, .notHeld(ETag("l2"))])
    func inLN(end: MeetingEnd) {
        let alone = Fixture.plan(gone(.ln, end))
        #expect(alone.ending == .removed && alone.ask == nil)
        let invited = Fixture.plan(gone(.ln, end, attendees: [Fixture.bob: MeetingAttendee(.required)]))
        #expect(invited.ask?.write.change == .end(.removed))
    }

    @Test("Held or past: nothing, and the two are parted")
    func held() {
        var meeting = gone(.exchange)
        meeting.activityFacts.isHeld = true
        let plan = Fixture.plan(meeting)
        #expect(plan.actions == [MeetingAction(.unlink, "CAL-14")])
        let past = MeetingPlanner.plan(gone(.ln), CalendarPolicy(), twins: [], now: Fixture.noon + 86400)
        #expect(past.actions == [MeetingAction(.unlink, "CAL-14")])
        let row = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        #expect(row.isUnlinked && Fixture.plan(row).rules == ["CAL-5"], "nothing is imported or made again")
    }

    @Test("Deleted here and changed there is held; a decision holds for exactly what was shown")
    func changed() {
        let meeting = gone(.exchange) { ln, _ in ln.subject = "New" }
        #expect(Fixture.plan(meeting).question == .endOrKeep)
        #expect(Fixture.plan(meeting.decided(.endOrKeep, .end)).ending == .notHeld)
        #expect(Fixture.plan(meeting.decided(.endOrKeep, .keep)).created?.subject == "New")
        var later = meeting.decided(.endOrKeep, .end)
        later.observed.ln = .present(Fixture.content(), ETag("l9"))
        #expect(Fixture.plan(later).question == .endOrKeep)
    }

    @Test("What waited for a change that mails ends with its activity, and is on record")
    func waited() {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { ln, _ in
            ln.showAs = .free
        }
        meeting = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        meeting.observed.exchange = .gone(.absent)
        let plan = Fixture.plan(meeting)
        #expect(plan.ending == .notHeld)
        #expect(plan.conflicts == [MeetingConflict(.showAs, lost: .showAs(.free), on: .ln)])
        let agreed = Fixture.plan(gone(.exchange))
        #expect(agreed.ending == .notHeld && agreed.conflicts.isEmpty)
    }

    @Test("A Not Held activity is brought back, not made a second time")
    func broughtBack() {
        let meeting = gone(.ln, .notHeld(ETag("l2"))) { _, exchange in exchange.subject = "New" }
        let plan = Fixture.plan(meeting.decided(.endOrKeep, .keep))
        #expect(plan.created?.subject == "New" && plan.write?.etag == ETag("l2") && plan.write?.side == .ln)
    }

    @Test("A linked meeting that was never compared is not made again where it goes")
    func neverCompared() {
        var meeting = gone(.exchange)
        meeting.base = .content(.unknown)
        #expect(Fixture.plan(meeting).question == .endOrKeep)
    }

    @Test("What has no event that anybody knows, and no sync user as organizer, rests: nobody is asked about its end")
    func nobodys() {
        var meeting = gone(.exchange) { ln, _ in ln.subject = "New" }
        meeting.event = nil
        #expect(Fixture.plan(meeting).question == .endOrKeep)
        meeting.owner = .nobody
        meeting.activityFacts.organizer = nil
        // It may have been asked when he was one.
        meeting.hold = MeetingHold(.endOrKeep, shown: meeting.observed)
        let plan = Fixture.plan(meeting)
        #expect(plan.rest != nil && plan.rules == ["CAL-2"])
        #expect(MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now).hold == nil)
    }

    @Test("What LN does to a customer's meeting stays in LN; it ends when the customer's ends")
    func external() {
        var meeting = gone(.ln)
        meeting.owner = .external
        #expect(Fixture.plan(meeting).actions == [MeetingAction(.unlink, "CAL-3")])
        meeting = gone(.exchange)
        meeting.owner = .external
        #expect(Fixture.plan(meeting).ending == .notHeld)
    }

    @Test(
        "What was begun to be made and is not there has not ended: it is made", arguments: Side.allCases, [true, false])
    func begun(side: Side, isExternal: Bool) throws {
        var meeting = Fixture.alone(side.other)
        if side == .ln, isExternal { meeting.owner = .external }
        // Nor is an activity that is Held already.
        meeting.activityFacts.isHeld = side == .exchange
        let written = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        let intent = try #require(written.intent)
        let again = Fixture.plan(written)
        #expect(again.write?.side == side && again.created == written.intent?.write.created)
        let refused = MeetingCommit.answered(intent, nil, written)
        #expect(Fixture.plan(refused).write?.side == side && Fixture.plan(refused).created != nil)
    }

    @Test(
        "A repeated create whose event is gone has ended, where that is proven; else a person decides",
        arguments: [true, false])
    func duplicateGone(isProven: Bool) throws {
        let meeting = Fixture.alone(.ln)
        let begun = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        let answered = MeetingCommit.answered(
            try #require(begun.intent), .gone(.absent), begun, isProven: isProven)
        #expect(MeetingPlanner.reads(answered) == Set(Side.allCases))
        let plan = Fixture.plan(answered)
        #expect(plan.ending == (isProven ? .notHeld : nil))
        #expect(plan.question == (isProven ? nil : .endOrKeep))
        var edited = answered
        edited.observed.ln = .present(MeetingContent(time: Fixture.time(), subject: "New"), ETag("2"))
        #expect(Fixture.plan(edited).question == .endOrKeep)
        #expect(Fixture.plan(answered.decided(.endOrKeep, .end)).ending == .notHeld)
        let kept = Fixture.plan(answered.decided(.endOrKeep, .keep))
        #expect(kept.created?.subject == "Visit")
        #expect(kept.write?.generation == begun.generation + 1, "another transaction: it is made anew")
    }

    // MARK: The guard

    func judged(_ ends: EndGuard, _ count: Int, inScope: Int, from first: Int = 0, now: Date = Fixture.now) -> (
        EndGuard, passed: Int
    ) {
        var ends = ends, passed = 0
        for number in first..<(first + count) {
            let meeting = gone(.exchange), plan = Fixture.plan(meeting)
            let ruled = ends.judge(plan, of: meeting, key: "\(number)", inScope: inScope, now: now)
            if ruled == plan { passed += 1 }
        }
        return (ends, passed)
    }

    @Test(
        "Up to 9 always, a tenth of those in scope, never more than 50 within the hour",
        arguments: [(20, 9), (100, 10), (300, 30), (499, 49), (10_000, 50)])
    func guarded(inScope: Int, passing: Int) {
        let (ends, passed) = judged(EndGuard(), 80, inScope: inScope)
        #expect(passed == passing)
        #expect(judged(ends, 1, inScope: inScope, from: 500, now: Fixture.now + 3599).passed == 0)
        #expect(judged(ends, 1, inScope: inScope, from: 500, now: Fixture.now + 3600).passed == 1)
    }

    @Test("The same end planned again counts once")
    func again() {
        var (ends, _) = judged(EndGuard(), 8, inScope: 10)
        for _ in 1...5 { ends = judged(ends, 1, inScope: 10, from: 3).0 }
        #expect(judged(ends, 5, inScope: 10, from: 8).passed == 1)
    }

    @Test("One that is held stays held until somebody decides, who is not counted")
    func decided() {
        var (ends, _) = judged(EndGuard(), 50, inScope: 10_000)
        var meeting = gone(.exchange)
        let plan = Fixture.plan(meeting)
        let held = ends.judge(plan, of: meeting, key: "x", inScope: 10_000, now: Fixture.now)
        #expect(held.question == .manyEnds && held.write == nil)
        meeting = MeetingCommit.planned(held, meeting, owner: "", deadline: Fixture.now)
        let later = ends.judge(Fixture.plan(meeting), of: meeting, key: "x", inScope: 10_000, now: Fixture.now + 9999)
        #expect(later.question == .manyEnds)
        let approved = meeting.decided(.manyEnds, .approve)
        let before = ends
        #expect(
            ends.judge(Fixture.plan(approved), of: approved, key: "x", inScope: 10, now: Fixture.now).ending == .notHeld
        )
        #expect(ends == before)
        #expect(Fixture.plan(meeting.decided(.manyEnds, .refuse)).rest != nil)
    }

    @Test("What is no end passes as it is")
    func others() {
        var (ends, _) = judged(EndGuard(), 50, inScope: 10_000)
        let meeting = Fixture.linked { ln, _ in ln.subject = "New" }
        let plan = Fixture.plan(meeting)
        #expect(ends.judge(plan, of: meeting, key: "y", inScope: 1, now: Fixture.now) == plan)
    }
}

extension MeetingWrite {
    fileprivate var created: MeetingContent? { if case .create(let content) = change { content } else { nil } }
}
