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

    @Test("A Call that was linked without a base ends as others do, wherever its event takes place")
    func linkedCall() {
        var meeting = Fixture.linked { ln, exchange in (ln.location, exchange.location) = ("", "Elsewhere") }
        meeting.activityFacts.kind = .call
        meeting.base = .content(.unknown)
        let plan = Fixture.plan(meeting)
        #expect(plan.write == nil)
        meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: Fixture.now)
        var edited = meeting
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(meeting).ending == .notHeld)
        // What is in Outlook alone does not go without a question.
        var content = Fixture.content(zone: "Europe/Berlin")
        content.location = "At home"
        edited.observed.exchange = .present(content, ETag("e2"))
        edited = MeetingCommit.planned(Fixture.plan(edited), edited, owner: "", deadline: Fixture.now)
        edited.observed.ln = .gone(.absent)
        #expect(Fixture.plan(edited).question == .endOrKeep)
    }

    @Test("Deleted in Outlook while LN shows for the first time what it could not before: a person decides")
    func shownOnlyNow() {
        var meeting = Fixture.linked { ln, _ in ln.body = MeetingBody("It was too long to be read") }
        meeting.generation = 1
        meeting.observed.exchange = .gone(.absent)
        #expect(Fixture.plan(meeting).question == .endOrKeep)
    }

    @Test("An end that was decided and only asked for makes nothing agreed: kept after all, LN gets what it lacks")
    func endedThenKept() throws {
        let bob = [Fixture.bob: MeetingAttendee(.required)]
        let moved = Fixture.time(3600, zone: "Europe/Berlin")
        var meeting = gone(.ln, .notHeld(ETag("l2")), attendees: bob) { _, exchange in exchange.time = moved }
        meeting = meeting.decided(.endOrKeep, .end)
        meeting = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        #expect(meeting.asked?.write.change == .end(.removed))
        var edited = try #require(meeting.observed.exchange.content)
        edited.subject = "Moved"
        meeting.observed.exchange = .present(edited, ETag("e3"))
        #expect(Fixture.plan(meeting).question == .endOrKeep)
        meeting = meeting.decided(.endOrKeep, .keep)
        meeting = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        meeting.observed.ln = .present(Fixture.content(attendees: bob), ETag("l3"))
        #expect(
            Fixture.plan(meeting).updated == [.time: .time(Fixture.time(3600)), .subject: .subject("Moved")])
    }

    @Test("Both were seen, and one goes before they are merged: a person decides, and nothing is made again")
    func goneBeforeMerged() {
        var meeting = Fixture.alone(.exchange)
        func observe(_ side: Side, _ counter: Int64, _ snapshot: MeetingSnapshot) {
            let observation = MeetingObservation(side, ReadSequence(epoch: 1, counter: counter), snapshot)
            guard case .merged(let merged) = MeetingIntake(observation, into: meeting) else {
                Issue.record("\(observation) is not taken in")
                return
            }
            meeting = merged
        }
        // LN's activity names the event.
        meeting.activity = Fixture.activity
        observe(.ln, 1, .present(Fixture.content(), ETag("l1")))
        observe(.exchange, 2, .gone(.cancelled))
        #expect(Fixture.plan(meeting).question == .endOrKeep)
        meeting = meeting.decided(.endOrKeep, .end)
        #expect(Fixture.plan(meeting).ending == .notHeld)
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

    // MARK: Kept

    /// Not Held in LN, where a subject and an attendee were only asked for, moved in Outlook, and kept.
    private static func kept() -> Meeting {
        var meeting = Fixture.linked(attendees: [Fixture.bob: MeetingAttendee(.required)]) { _, exchange in
            exchange.location = "Hall"
        }
        meeting.observed.ln = .gone(.notHeld(ETag("l2")))
        return meeting.decided(.endOrKeep, .keep)
    }

    private static let eve = EmailAddress("eve@example.org")

    /// What LN has of it.
    private static func pending() -> MeetingContent {
        var content = Fixture.content(attendees: [Fixture.bob: MeetingAttendee(.required)])
        content.subject = "New"
        content.attendees?[eve] = MeetingAttendee(.optional)
        return content
    }

    private func revived(_ meeting: Meeting, _ content: MeetingContent) throws -> Meeting {
        let begun = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        return MeetingCommit.answered(try #require(begun.intent), .present(content, ETag("l3")), begun)
    }

    @Test(
        "A Not Held activity is brought back as LN has it, not made a second time; what LN asked for goes on being asked for"
    )
    func broughtBack() throws {
        let meeting = Self.kept(), plan = Fixture.plan(meeting)
        #expect(plan.created == MeetingContent() && plan.write?.etag == ETag("l2") && plan.write?.side == .ln)
        #expect(plan.base == meeting.base)
        var row = try revived(meeting, Self.pending())
        #expect(row.hold == nil && row.isDue && row.base == meeting.base)
        let moved = Fixture.plan(row)
        #expect(moved.write?.side == .ln && moved.updated == [.location: .location("Hall")])
        #expect(moved.conflicts.isEmpty)
        let begun = MeetingCommit.planned(moved, row, owner: "", deadline: Fixture.now)
        var content = Self.pending()
        content.location = "Hall"
        row = MeetingCommit.answered(try #require(begun.intent), .present(content, ETag("l4")), begun)
        #expect(
            Fixture.plan(row).ask?.write.change
                == .update([.subject: .subject("New"), .attendee(Self.eve): .attendee(MeetingAttendee(.optional))]))
    }

    @Test("What LN had changed and Outlook too loses on record when the activity is brought back")
    func broughtBackChanged() throws {
        var content = Self.pending()
        content.location = "Yard"
        let plan = Fixture.plan(try revived(Self.kept(), content))
        #expect(plan.updated == [.location: .location("Hall")])
        #expect(plan.conflicts == [MeetingConflict(.location, lost: .location("Yard"), on: .ln)])
    }

    @Test("Kept, and not brought back: again where nothing was changed, else it is asked anew; nothing ends by it")
    func notBroughtBack() throws {
        let meeting = Self.kept()
        let begun = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        for unanswered in [begun, MeetingCommit.answered(try #require(begun.intent), nil, begun)] {
            #expect(Fixture.plan(unanswered).created == MeetingContent())
            var changed = unanswered
            changed.observed.ln = .gone(.notHeld(ETag("l9")))
            #expect(Fixture.plan(changed).question == .endOrKeep)
            // As both had agreed upon: without the decision it would end.
            changed.observed.exchange = .present(
                try #require(meeting.base.content?.sides.exchange), ETag("e9"))
            #expect(Fixture.plan(changed).question == .endOrKeep)
            changed.observed.ln = .gone(.absent)
            #expect(Fixture.plan(changed).question == .endOrKeep)
        }
        // It came through, though nobody heard of it.
        var found = begun
        found.observed.ln = .present(Self.pending(), ETag("l3"))
        #expect(Fixture.plan(found).updated == [.location: .location("Hall")])
        #expect(MeetingCommit.planned(Fixture.plan(found), found, owner: "", deadline: Fixture.now).hold == nil)
    }

    @Test(
        "An event that comes back after its end brings its activity back; Outlook's values hold, and LN's are on record"
    )
    func eventBroughtBack() throws {
        var meeting = Self.kept()
        meeting.hold = nil
        meeting.base = .nothing
        let plan = Fixture.plan(try revived(meeting, Self.pending()))
        #expect(plan.write?.side == .ln && plan.updated[.attendee(Self.eve)] == .attendee(nil))
        #expect(
            plan.conflicts == [
                MeetingConflict(.subject, lost: .subject("New"), on: .ln),
                MeetingConflict(.location, lost: .location("Room 3"), on: .ln),
                MeetingConflict(.attendee(Self.eve), lost: .attendee(MeetingAttendee(.optional)), on: .ln),
            ])
    }

    @Test("An activity that was deleted is made anew of its event: what of LN waited is on record")
    func madeAnew() {
        var meeting = Fixture.linked(birth: .exchange) { ln, _ in ln.body = MeetingBody("Agenda") }
        meeting = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        meeting.observed.ln = .gone(.absent)
        let plan = Fixture.plan(meeting.decided(.endOrKeep, .keep))
        #expect(plan.created?.subject == "Visit" && plan.created?.body == MeetingBody(""))
        #expect(plan.conflicts == [MeetingConflict(.body, lost: .body(MeetingBody("Agenda")), on: .ln)])
    }

    // MARK: Invitations that nobody has sent

    /// Made in Outlook for an activity with an attendee, who is asked for.
    private func made() throws -> Meeting {
        let meeting = Fixture.alone(
            .ln, content: Fixture.content(attendees: [Fixture.bob: MeetingAttendee(.required)]))
        let begun = MeetingCommit.planned(Fixture.plan(meeting), meeting, owner: "", deadline: Fixture.now)
        let intent = try #require(begun.intent)
        var row = MeetingCommit.answered(
            intent, .present(try #require(intent.write.created), ETag("e1")), begun)
        row.event = Fixture.event
        return row
    }

    @Test("Deleted in Outlook while nobody was invited yet: it ends in LN, with the attendees on record")
    func uninvited() throws {
        var row = try made()
        let plan = Fixture.plan(row)
        let invited = MeetingWrite.Change.update([.attendee(Fixture.bob): .attendee(MeetingAttendee(.required))])
        #expect(plan.ask?.write.change == invited)
        row = MeetingCommit.planned(plan, row, owner: "", deadline: Fixture.now)
        #expect(Fixture.plan(row).ask?.write.change == invited, "until it is done")
        var withdrawn = row
        withdrawn.observed.ln = .present(Fixture.content(), ETag("2"))
        #expect(Fixture.plan(withdrawn).write == nil, "nor is who was taken out again")
        row.observed.exchange = .gone(.absent)
        let end = Fixture.plan(row)
        #expect(end.ending == .notHeld)
        #expect(
            end.conflicts == [
                MeetingConflict(.attendee(Fixture.bob), lost: .attendee(MeetingAttendee(.required)), on: .ln)
            ])
    }

    @Test("Whom LN's users add or change since is a change: a person decides")
    func invitedSince() throws {
        var row = try made()
        row = MeetingCommit.planned(Fixture.plan(row), row, owner: "", deadline: Fixture.now)
        row.observed.exchange = .gone(.absent)
        func question(_ change: (inout MeetingContent) -> Void) -> MeetingHold.Question? {
            var content = Fixture.content(attendees: [Fixture.bob: MeetingAttendee(.required)])
            change(&content)
            var changed = row
            changed.observed.ln = .present(content, ETag("2"))
            return Fixture.plan(changed).question
        }
        #expect(question { _ in } == nil)
        #expect(question { $0.subject = "New" } == .endOrKeep)
        #expect(question { $0.attendees?[Self.eve] = MeetingAttendee(.required) } == .endOrKeep)
        #expect(question { $0.attendees?[Fixture.bob] = MeetingAttendee(.optional) } == .endOrKeep)
        #expect(question { $0.attendees = [:] } == .endOrKeep)
    }

    // MARK: Others

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
