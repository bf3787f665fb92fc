import ExchangeClient
import Foundation
import Settling
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

extension MeetingSettling {
    /// Commits the intent, writes, and says what the answer adds to the row (CAL-11).
    func write(
        _ write: MeetingWrite, _ rule: RuleID, _ judged: EndGuards.Judgement, _ row: inout MeetingRow,
        _ work: inout MeetingWork, _ policy: CalendarPolicy, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Outcome {
        try await requireSameMailbox(write, row, work)
        // A create whose intent was not in the row before.
        let isNew = write.action == .create && row.meeting.intent == nil
        var further = judged.mutations + (try await holds.closed(row))
        further += (MeetingJournal.losses(judged.plan, row) + work.journal).map(Mutation.journal)
        work.journal = []
        let key = Identity.transaction(row.id, generation: Int(row.status.version) + 1)
        let latest = try await settlement.begin(write.action, key: key, on: &row, with: further) { row, intent in
            begin(judged.plan, &row, intent)
        }
        guard let intent = row.meeting.intent else { throw .lost }
        let request = try writes.request(intent.write, for: row, work, policy)
        let answer = try await settlement.perform(by: latest) { () async throws(SettlingFailure) in
            try await request()
        }
        guard case .done(let done) = answer else {
            // The store's row has the intent still: the next one takes its place, or settling ends it.
            row.meeting = MeetingCommit.answered(intent, nil, row.meeting)
            return .mismatch
        }
        return .done(answered(intent, done, isNew: isNew, rule, row, work, policy))
    }

    /// A write to an event is answered with 404 where it is another mailbox; only a create would be done.
    private func requireSameMailbox(
        _ write: MeetingWrite, _ row: MeetingRow, _ work: MeetingWork
    ) async throws(SettlingFailure) {
        guard write.side == .exchange, case .create = write.change else { return }
        let owner = row.meeting.activityFacts.organizer ?? row.mailbox
        guard let address = work.address(of: owner) else { return }
        try await identity.require(owner, address, work, within: identityInterval, "nothing is made in it yet")
    }

    private func begin(_ plan: MeetingPlan, _ row: inout MeetingRow, _ intent: Intent) {
        row.meeting = MeetingCommit.planned(plan, row.meeting, owner: intent.owner, deadline: intent.deadline)
        row.status.check = row.meeting.check
        if case .user(let owner) = row.meeting.owner, owner != row.mailbox {
            // It is made in another calendar (CAL-15), whose reader counts for itself.
            row.move(to: owner)
            row.copies = [:]
            row.meeting.event = nil
            row.meeting.intent?.write.sequence = row.meeting.sequence.exchange
            row.status.partition = partition(owner)
        }
    }

    /// What the answer adds to the row as it is by then, while it still holds that very intent.
    private func answered(
        _ intent: MeetingIntent, _ done: MeetingWrites.Done, isNew: Bool, _ rule: RuleID, _ row: MeetingRow,
        _ work: MeetingWork, _ policy: CalendarPolicy
    ) -> Facts<MeetingRow> {
        let reads = reads, mailbox = row.mailbox
        var seen = row
        var elsewhere = work
        // By the written side's own eyes: its key, its facts, its content as far as it leaves the mailbox.
        switch done {
        case .activity(let activity): reads.take(activity, &seen, &elsewhere)
        case .event(let event):
            reads.take(event, &seen, &elsewhere, policy)
            // The answer to a write may not show our property.
            if case .create = intent.write.change { seen.meeting.eventFacts.activity = seen.meeting.activity }
        case .gone(let end): seen.meeting.observed[intent.write.side] = .gone(end)
        case .missing: seen.meeting.observed[intent.write.side] = .gone(.absent)
        }
        let answer = seen.meeting
        let isMissing = if case .missing = done { true } else { false }
        var journal = [
            entry(
                row, rule, intent.write.pastTense,
                MeetingJournal.words(intent.write) + (isMissing ? " before, and is not found there" : ""))
        ]
        // Made and gone, and not by this row's knowledge: what is there since, and what came first, only a restored store could tell.
        let isForgotten = isNew && answer.observed[intent.write.side].isGone
        if isForgotten {
            journal = [
                entry(
                    row, "CAL-11", "held",
                    "it was made in \(intent.write.side) before, which the store does not know any more, and "
                        + (isMissing ? "is not found there" : "deleted there")
                        + ": whether that is older than the meeting in \(intent.write.side.other), a person decides")
            ]
        }
        return Facts(journal: journal) { current in
            let isOurs = current.meeting.intent == intent
            let snapshot = answer.observed[intent.write.side]
            let before = current.meeting.observed[intent.write.side]
            current.meeting = MeetingCommit.answered(intent, snapshot, current.meeting, isProven: !isMissing)
            guard isOurs else { return }
            if isForgotten {
                current.meeting.hold = MeetingHold(.endOrKeep, shown: current.meeting.observed)
            }
            switch done {
            case .activity:
                current.meeting.activity = answer.activity
                if current.meeting.observed.ln == snapshot { current.meeting.activityFacts = answer.activityFacts }
            case .event(let event):
                current.meeting.event = answer.event
                current.copies[mailbox] = event.key.item
                if current.meeting.observed.exchange == snapshot || before == snapshot {
                    current.meeting.eventFacts = answer.eventFacts
                }
            case .gone, .missing: break
            }
        }
    }
}

extension MeetingWrite {
    fileprivate var action: Intent.Action {
        switch change {
        case .create: .create
        case .update: .update
        case .end: .delete
        }
    }

    fileprivate var pastTense: String {
        switch change {
        case .create: "created"
        case .update: "updated"
        case .end: "ended"
        }
    }
}
