import Foundation
import LNClient
import Settling
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

/// What a row becomes without a content write.
extension MeetingSettling {
    func entry(_ row: MeetingRow, _ rule: RuleID, _ action: String, _ detail: String) -> JournalDraft {
        JournalDraft(
            user: row.mailbox, item: row.journalItem, rule: rule.rawValue, action: action, detail: detail)
    }

    /// All is in step.
    func settled(_ row: MeetingRow, _ plan: MeetingPlan) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let meeting = planned(plan, row)
        let isOver = meeting.observed.ln.isGone && meeting.observed.exchange.isGone && !meeting.isUnlinked
        return facts(
            row, meeting, isOver ? .tombstone : .settled, journal: MeetingJournal.losses(plan, row),
            further: try await holds.closed(row))
    }

    func rested(
        _ row: MeetingRow, _ plan: MeetingPlan, _ reason: String, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        var facts = resting(row, plan, reason, rule)
        if planned(plan, row).hold == nil { facts.further = try await holds.closed(row) }
        return facts
    }

    /// Nothing is written; whatever an intent or a hold left open is judged when it goes on.
    func resting(
        _ row: MeetingRow, _ plan: MeetingPlan, _ reason: String, _ rule: RuleID
    ) -> Facts<MeetingRow> {
        let journal = rule == "CAL-17" ? series(row, rule) : [entry(row, rule, "rests", reason)]
        return facts(row, planned(plan, row), .resting, reason: "\(rule): \(reason)", journal: journal)
    }

    /// What a page of a series shows by the thousand is not journalled one by one, but what becomes of an activity is.
    private func series(_ row: MeetingRow, _ rule: RuleID) -> [JournalDraft] {
        guard row.meeting.activity != nil else { return [] }
        let isGone = row.meeting.observed.exchange.isGone
        return [
            entry(
                row, rule, "rests",
                isGone
                    ? "its event had become a series, and is gone from Outlook: the activity stays as it is"
                    : "its event has become a series in Outlook: the activity stays as it is")
        ]
    }

    func held(
        _ row: MeetingRow, _ plan: MeetingPlan, _ hold: MeetingHold, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let meeting = planned(plan, row)
        let reason = MeetingHolds.reason(hold)
        let further = try await holds.opened(hold, row)
        let isNew = row.meeting.hold != hold
        return facts(
            row, meeting, .held, reason: reason,
            journal: MeetingJournal.losses(plan, row) + (isNew ? [entry(row, rule, "held", reason)] : []),
            further: further)
    }

    func parted(
        _ row: MeetingRow, _ plan: MeetingPlan, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let detail =
            "\(row.meeting.observed.ln.isGone ? "LN" : "Exchange") has ended it, and what the other side has stays as it is"
        return facts(
            row, planned(plan, row), .resting, reason: "\(rule): \(MeetingLink.partedWords)",
            journal: [entry(row, rule, "unlinked", detail)], further: try await holds.closed(row))
    }

    /// One row of two, in one commit (CAL-5). Whatever either was asked about is asked no more.
    func linked(
        _ row: MeetingRow, _ twin: Meeting, _ work: MeetingWork, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let candidate = work.candidates?.first { $0.meeting == twin }
        let other = candidate?.row
        var joined = row
        joined.meeting = MeetingLink.joined(row.meeting, twin)
        // Of an event that is gone, in whose place another is, nothing goes on: neither its items nor when each mailbox was seen last.
        let event = joined.meeting.event?.uid
        if let former = row.meeting.event?.uid, former != event { (joined.copies, joined.views) = ([:], [:]) }
        if (other?.meeting.event?.uid ?? event) == event {
            joined.copies.merge(candidate?.copies ?? [:]) { own, _ in own }
            joined.copies.merge(other?.copies ?? [:]) { own, _ in own }
            joined.views.merge(other?.views ?? [:]) { own, _ in own }
        }
        if case .user(let owner) = joined.meeting.owner {
            let sequence = joined.meeting.sequence.exchange
            joined.mailbox = owner
            joined.views[owner] = nil
            joined.meeting.sequence.exchange = sequence
            if work.snapshot.users[owner] != nil { joined.status.partition = partition(owner) }
        }
        let names = [
            joined.meeting.activity.map { "activity \($0)" }, joined.meeting.event.map { "event \($0.uid)" },
        ].compactMap(\.self).joined(separator: " and ")
        var journal = [entry(row, rule, "linked", "\(names) are one meeting")]
        var further = try await holds.closed(row, with: other)
        if let other {
            journal.append(entry(other, rule, "linked", "went on as \(row.journalItem)"))
            further.append(.removeMeeting(other.id, version: other.status.version))
        }
        return facts(joined, joined.meeting, .settled, journal: journal, further: further)
    }

    /// Committed before anything else is asked of either side, which may be cut off.
    func found(_ row: MeetingRow) -> Facts<MeetingRow>? {
        guard let found = MeetingCommit.found(row.meeting), let intent = row.meeting.intent else { return nil }
        let detail = "\(MeetingJournal.words(intent.write)) before, and its outcome is known only now"
        return facts(row, found, .settled, journal: [entry(row, "CAL-11", "created", detail)])
    }

    /// What is to be looked for, and made, in another's calendar than the one that had it is settled there: whatever hinders the one
    /// mailbox does not hinder the other (CAL-15, USR-3).
    func movedToOrganizer(_ row: MeetingRow, _ work: MeetingWork) -> Facts<MeetingRow>? {
        guard row.meeting.observed.exchange.isGone, row.meeting.intent == nil,
            let organizer = row.meeting.activityFacts.organizer, organizer != row.mailbox,
            work.snapshot.users[organizer] != nil
        else { return nil }
        var moved = row
        moved.move(to: organizer)
        moved.copies = [:]
        moved.meeting.event = nil
        moved.meeting.owner = .user(organizer)
        moved.meeting.isDue = true
        moved.status.partition = partition(organizer)
        return facts(moved, moved.meeting, .settled, journal: [])
    }

    /// LN's Meeting Organizer becomes the owner of what was a customer's meeting (CAL-3); the rest is merged by the next plan.
    /// - Returns: `nil` where the activity was changed meanwhile.
    func appointed(
        _ row: MeetingRow, _ owner: SyncUserID, _ plan: MeetingPlan, _ work: MeetingWork, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow>? {
        guard let activity = work.activity, let address = work.address(of: owner) else {
            throw .refused(rule: rule.rawValue, "its owner is no sync user any more")
        }
        let guests = row.meeting.observed.exchange.content?.attendees ?? [:]
        let former = activity.organizer.map { EmailAddress($0.folded) }.flatMap { guests[$0] == nil ? nil : $0 }
        let answer = try await writes.appoint(address, of: activity, whoWasIsInvited: former != nil)
        guard case .written(let answer) = answer else { return nil }
        var seen = row, elsewhere = work
        reads.take(answer, &seen, &elsewhere)
        if let former { seen.meeting = MeetingCommit.invited(former, seen.meeting) }
        let detail = "\(address) organizes it in Outlook, and is the Meeting Organizer in LN from here"
        return facts(seen, planned(plan, seen), .settled, journal: [entry(row, rule, "appointed", detail)])
    }

    /// invitation-worker is asked for it, by the outbox (INV-1): nothing that mails is done here.
    func asked(
        _ row: MeetingRow, _ plan: MeetingPlan, _ ask: InvitationAsk, _ rule: RuleID
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        var asking = row
        asking.meeting = planned(plan, row)
        // The same is asked for already: whatever was read since has changed nothing of it.
        let isRepeated = row.meeting.asked?.isSame(as: ask) == true
        if isRepeated { asking.meeting.asked = row.meeting.asked }
        var further = try await holds.closed(row)
        if !isRepeated, let request = InvitationRequest(asking) {
            do {
                further.append(
                    .outbox(
                        OutboxDraft(
                            meeting: row.id, revision: request.revision, partition: row.status.partition,
                            key: request.key, data: try EventData.encode(request))))
            } catch {
                throw .refused(rule: rule.rawValue, "the request to invitation-worker can't be written: \(error)")
            }
        }
        let words = "invitation-worker is asked: \(MeetingJournal.words(ask.write))"
        return facts(
            row, asking.meeting, .settled,
            journal: isRepeated ? [] : MeetingJournal.losses(plan, row) + [entry(row, rule, "asked", words)],
            further: further)
    }

    // MARK: Facts

    private func planned(_ plan: MeetingPlan, _ row: MeetingRow) -> Meeting {
        MeetingCommit.planned(plan, row.meeting, owner: "", deadline: .distantPast)
    }

    /// What was read and planned, for the row as it was planned on.
    private func facts(
        _ row: MeetingRow, _ meeting: Meeting, _ state: RowStatus.State, reason: String? = nil,
        journal: [JournalDraft], further: [Mutation] = []
    ) -> Facts<MeetingRow> {
        Facts(journal: journal, further: further, isConditional: true) { current in
            let status = current.status
            current = row
            current.meeting = meeting
            current.status = status
            current.status.partition = row.status.partition
            current.status.state = state
            current.status.reason = reason
            current.status.check = meeting.check
        }
    }
}

extension InvitationAsk {
    /// Whether another asks for the same of the same version, by a later read.
    fileprivate func isSame(as other: InvitationAsk) -> Bool {
        write.side == other.write.side && write.change == other.write.change && write.etag == other.write.etag
            && write.generation == other.write.generation && tellsNobody == other.tellsNobody
    }
}
