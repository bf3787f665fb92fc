import ExchangeClient
import Foundation
import LNClient
import Settling
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

extension MeetingSettling {
    /// So often a write is tried whose If-Match does not match; then later.
    private static let mostMismatches = 3
    /// Exchange takes no more.
    private static let mostAttendees = 500

    /// Reads, plans, searches and plans again, until one thing is to be done, and does it.
    func steps(
        _ row: inout MeetingRow, _ work: inout MeetingWork, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let now = try await settlement.now()
        if let intent = row.meeting.intent, intent.deadline > now {
            throw .at(.seconds(intent.deadline.timeIntervalSince(now)), "a write of unknown outcome is waited out")
        }
        if let facts = restingUnread(row) { return facts }
        let policy = try await policies.policy(for: row, work.snapshot)
        while true {
            try await readAll(&row, &work, policy)
            if let facts = found(row) { return facts }
            try requireFewAttendees(row)
            let plan = MeetingPlanner.plan(
                row.meeting, policy, twins: work.candidates?.map(\.meeting), decisions: work.decisions,
                now: try await settlement.now())
            if plan.actions.contains(where: { $0.step == .search }) {
                if let facts = movedToOrganizer(row, work) { return facts }
                work.candidates = try await twins.candidates(for: row, work, reads, policy)
                continue
            }
            if try await takeDecision(plan, &row, &work) { continue }
            let judged = try await guards.judge(plan, of: row, now: now)
            if try await takeDecision(judged.plan, &row, &work) { continue }
            if let side = missing(judged.plan, work) {
                // Only what was just read is written (CAL-11).
                try await reads.read(side, &row, &work, policy)
                continue
            }
            let outcome = try await carryOut(judged, &row, &work, policy, settlement)
            switch outcome {
            case .done(var facts):
                facts.journal = work.journal + facts.journal
                return facts
            case .mismatch:
                work.forgetReads()
                guard work.mismatches < Self.mostMismatches else {
                    row.distrust()
                    throw .later("it was changed again and again while it was to be written")
                }
                // Both sides are read again, whatever the row says.
                for side in Side.allCases { try await reads.read(side, &row, &work, policy) }
            }
        }
    }

    enum Outcome {
        case done(Facts<MeetingRow>)
        /// If-Match did not match: it is read again, and merged again.
        case mismatch
    }

    /// Takes what somebody has decided of what the plan asks. Each decision is taken once: two that ask for one another end in a hold.
    /// - Returns: whether it is to be planned anew with it.
    private func takeDecision(
        _ plan: MeetingPlan, _ row: inout MeetingRow, _ work: inout MeetingWork
    ) async throws(SettlingFailure) -> Bool {
        guard let decided = try await holds.decided(plan, row), !work.decisions.contains(decided) else { return false }
        row.meeting.hold = decided
        work.decisions.append(decided)
        return true
    }

    /// What rests whatever the systems hold is not read.
    private func restingUnread(_ row: MeetingRow) -> Facts<MeetingRow>? {
        let meeting = row.meeting
        guard
            meeting.eventFacts.isRecurring || meeting.isUnlinked
                || (meeting.activity != nil && !meeting.activityFacts.isSynchronized && !meeting.check)
        else { return nil }
        let plan = MeetingPlanner.plan(meeting, CalendarPolicy(), now: .distantPast)
        for action in plan.actions {
            if case .rest(let reason) = action.step { return resting(row, plan, reason, action.rule) }
        }
        return nil
    }

    /// Reads until all is read that the plan needs: what is found may ask for the other side too.
    private func readAll(
        _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) {
        while let side = Side.allCases.first(where: {
            !work.read.contains($0) && MeetingPlanner.reads(row.meeting).contains($0)
        }) {
            try await reads.read(side, &row, &work, policy)
        }
    }

    private func requireFewAttendees(_ row: MeetingRow) throws(SettlingFailure) {
        for side in Side.allCases {
            let count = row.meeting.observed[side].content?.attendees?.count ?? 0
            guard count > Self.mostAttendees else { continue }
            throw .refused(
                rule: "CAL-8",
                "\(side) has \(count) attendees, and Exchange takes \(Self.mostAttendees) at most: "
                    + "switch Invite off for the others in Attendees (tccom6105m000), or invite a distribution list")
        }
    }

    /// A side that the plan writes and that was not read in this settlement.
    private func missing(_ plan: MeetingPlan, _ work: MeetingWork) -> Side? {
        for action in plan.actions {
            switch action.step {
            case .writeLN where !work.read.contains(.ln): return .ln
            case .writeExchange where !work.read.contains(.exchange): return .exchange
            case .markAttendee where !work.read.contains(.ln): return .ln
            case .nameEvent where !work.read.contains(.ln): return .ln
            case .nameActivity where !work.read.contains(.exchange): return .exchange
            case .appoint where !work.read.contains(.ln): return .ln
            default: continue
            }
        }
        return nil
    }

    // MARK: What is done

    private func carryOut(
        _ judged: EndGuards.Judgement, _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy,
        _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Outcome {
        let plan = judged.plan
        for action in plan.actions {
            switch action.step {
            case .wait(let until):
                let now = try await settlement.now()
                throw .at(.seconds(until.timeIntervalSince(now)), "a write of unknown outcome is waited out")
            case .waitForTwin: throw .later("what may be the same meeting is being written: its outcome is waited for")
            case .link(let twin): return .done(try await linked(row, twin, work, action.rule))
            case .unlink: return .done(try await parted(row, plan, action.rule))
            case .appoint(let owner):
                guard let facts = try await appointed(row, owner, plan, work, action.rule) else { return .mismatch }
                return .done(facts)
            case .hold(let hold): return .done(try await held(row, plan, hold, action.rule))
            case .rest(let reason): return .done(try await rested(row, plan, reason, action.rule))
            case .writeLN(let write), .writeExchange(let write):
                return try await self.write(
                    write, action.rule, judged, &row, &work, policy, settlement)
            case .askInvitation(let ask):
                guard try await mark(plan, &row, &work) else { return .mismatch }
                return .done(try await asked(row, plan, ask, action.rule))
            case .search, .markAttendee, .nameEvent, .nameActivity, .recordConflict, .note: continue
            }
        }
        guard try await mark(plan, &row, &work), try await name(plan, &row, &work, policy) else { return .mismatch }
        return .done(try await settled(row, plan))
    }

    /// Our property of the event names its activity. Like a mark it is the same however often it is written.
    /// - Returns: `false` where the event was changed meanwhile.
    private func name(
        _ plan: MeetingPlan, _ row: inout MeetingRow, _ work: inout MeetingWork, _ policy: CalendarPolicy
    ) async throws(SettlingFailure) -> Bool {
        guard let activity = plan.namedActivity, let event = work.event, let mailbox = work.address(of: row.mailbox)
        else { return true }
        guard let answer = try await writes.name(activity, event, of: mailbox) else { return false }
        reads.take(answer, &row, &work, policy)
        work.journal.append(entry(row, "CAL-5", "named", "the event names activity \(activity) in Outlook"))
        return true
    }

    /// Writes what attendees' rows in LN are to show. Marks that were cut off are planned again.
    /// - Returns: `false` where the activity was changed meanwhile.
    private func mark(
        _ plan: MeetingPlan, _ row: inout MeetingRow, _ work: inout MeetingWork
    ) async throws(SettlingFailure) -> Bool {
        guard !plan.marks.isEmpty || plan.namedEvent != nil, let activity = work.activity else { return true }
        switch try await writes.mark(plan, of: activity) {
        case .changed: return false
        case .written(let answer):
            row.meeting = MeetingCommit.marked(plan, row.meeting)
            work.activity = answer
            // Another version; its content is another's change where it differs.
            if answer.content == row.meeting.observed.ln.content {
                row.meeting.observed.ln = MeetingReads.snapshot(answer)
            }
            let rules = plan.actions.compactMap { if case .markAttendee = $0.step { $0.rule } else { nil } }
            for rule in Set(rules).sorted() {
                let count = rules.count { $0 == rule }
                work.journal.append(
                    entry(row, rule, "marked", "\(count) attendee\(count == 1 ? "" : "s") in LN"))
            }
            if let uid = plan.namedEvent {
                work.journal.append(entry(row, "CAL-7", "named", "the activity names event \(uid) in LN"))
            }
            return true
        }
    }
}
