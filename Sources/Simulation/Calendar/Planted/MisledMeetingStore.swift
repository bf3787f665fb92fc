import Foundation
import SyncModel
import SyncPlanner
import SyncStore
import Synchronization

/// A store that is told other meetings than the rules want.
final class MisledMeetingStore: DecoratedStore {
    let base: any SyncStore
    let fault: PlantedFault
    /// When the process wrote a meeting's content last, by the store's clock.
    private let written = Mutex<[MeetingID: Date]>([:])

    init(base: any SyncStore, fault: PlantedFault) {
        self.base = base
        self.fault = fault
    }

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        let ids = mutations.compactMap { if case .meeting(let row) = $0 { row.id } else { nil } }
        let stored = ids.isEmpty ? [:] : try await base.meetings(ids)
        let now = ids.isEmpty ? Date() : try await base.now()
        let isIntake = mutations.contains { if case .intakePosition = $0 { true } else { false } }
        let holds = fault == .decisionOnOtherValues ? try await base.holds(nil) : []
        let misled = mutations.compactMap { told($0, stored, now, holds, isIntake: isIntake) }
        return try await base.commit(misled, holding: leases)
    }

    private func told(
        _ mutation: Mutation, _ stored: [MeetingID: MeetingRow], _ now: Date, _ holds: [Hold], isIntake: Bool
    ) -> Mutation? {
        switch (fault, mutation) {
        case (.conflictNotRecorded, .journal(let draft)) where draft.action == "conflict": return nil
        case (_, .meeting(let row)): return .meeting(told(row, stored[row.id], now, holds, isIntake: isIntake))
        default: return mutation
        }
    }

    private func told(
        _ row: MeetingRow, _ before: MeetingRow?, _ now: Date, _ holds: [Hold], isIntake: Bool
    ) -> MeetingRow {
        switch fault {
        case .intentDropped: withoutIntent(row, now)
        case .commitBeforeAct: settled(row, before)
        case .baseIsSent: sent(row, before)
        case .nullOriginalStart: withoutOriginalStart(row)
        case .echoByTime: echoed(row, before, now, isIntake: isIntake)
        case .decisionOnOtherValues: decided(row, holds, now)
        default: row
        }
    }

    private func withoutIntent(_ row: MeetingRow, _ now: Date) -> MeetingRow {
        guard row.meeting.intent != nil else { return row }
        var row = row
        row.meeting.intent = nil
        row.status.intent = nil
        row.status.state = .due
        row.status.due = now
        return row
    }

    /// An update counts as done before it is begun.
    private func settled(_ row: MeetingRow, _ before: MeetingRow?) -> MeetingRow {
        guard let intent = row.meeting.intent, before?.meeting.intent != intent,
            case .update(let values) = intent.write.change,
            case .present(var content, let etag) = row.meeting.observed[intent.write.side]
        else { return row }
        for (group, value) in values { content[group] = value }
        var row = row
        row.meeting = MeetingCommit.answered(intent, .present(content, etag), row.meeting)
        row.meeting.isDue = false
        row.status.intent = nil
        row.status.state = .settled
        row.status.due = nil
        return row
    }

    /// What was sent is taken for what came of it, whatever the answer says.
    private func sent(_ row: MeetingRow, _ before: MeetingRow?) -> MeetingRow {
        guard let write = before?.meeting.intent?.write, row.meeting.intent == nil,
            case .update(let values) = write.change, var content = row.meeting.base.content,
            content != before?.meeting.base.content
        else { return row }
        for (group, value) in values { content.sides[write.side][group] = value }
        var row = row
        row.meeting.base = .content(content)
        return row
    }

    /// NULL is not equal to NULL: an event that is no occurrence can have several rows.
    private func withoutOriginalStart(_ row: MeetingRow) -> MeetingRow {
        guard row.meeting.event != nil, row.occurrence.isEmpty else { return row }
        var row = row
        row.occurrence = "\(Self.null)\(row.id)"
        return row
    }

    private static let null = "NULL "

    private func read(_ row: MeetingRow) -> MeetingRow {
        guard fault == .nullOriginalStart, row.occurrence.hasPrefix(Self.null) else { return row }
        var row = row
        row.occurrence = ""
        return row
    }

    /// Who comes soon after a write of ours is taken for its echo.
    private func echoed(_ row: MeetingRow, _ before: MeetingRow?, _ now: Date, isIntake: Bool) -> MeetingRow {
        guard let before else { return row }
        if before.meeting.intent != nil, row.meeting.intent == nil { written.withLock { $0[row.id] = now } }
        guard isIntake, before.status.state == .settled, row.status.state == .due,
            let last = written.withLock({ $0[row.id] }), now.timeIntervalSince(last) < 60
        else { return row }
        var echo = before
        echo.meeting.sequence = row.meeting.sequence
        echo.status.version = row.status.version
        return echo
    }

    /// What was decided of some values holds for whatever is asked about the meeting after that.
    private func decided(_ row: MeetingRow, _ holds: [Hold], _ now: Date) -> MeetingRow {
        guard let hold = row.meeting.hold, hold.decision == nil,
            let known = holds.last(where: { $0.meeting == row.id && $0.kind == Hold.kind(of: hold.question) }),
            let decision = known.decision(on: hold.question)
        else { return row }
        var row = row
        row.meeting.hold?.decision = decision
        row.status.state = .due
        row.status.due = now
        return row
    }

    // MARK: Reads

    func meetings(_ ids: [MeetingID]) async throws(StoreError) -> [MeetingID: MeetingRow] {
        try await base.meetings(ids).mapValues(read)
    }

    func meetings(activities: [ActivityKey], events: [ICalUID]) async throws(StoreError) -> [MeetingRow] {
        try await base.meetings(activities: activities, events: events).map(read)
    }

    func meetings(items: [ItemID], in mailbox: SyncUserID) async throws(StoreError) -> [MeetingRow] {
        try await base.meetings(items: items, in: mailbox).map(read)
    }

    func meetings(of mailbox: SyncUserID, after: MeetingID?, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await base.meetings(of: mailbox, after: after, limit: limit).map(read)
    }

    func dueMeetings(of mailbox: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await base.dueMeetings(of: mailbox, limit: limit).map(read)
    }
}
