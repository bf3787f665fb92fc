import Foundation
import Settling
import SyncModel
import SyncPlanner
import SyncStore

/// The guards over ends (CAL-14), kept by the store: one for each mailbox's events, one for each company's activities. What all processes
/// let pass counts together, and neither a restart nor another process begins to count anew.
struct EndGuards: Sendable {
    /// The plan that may be carried out, and what is committed with its intent.
    struct Judgement: Sendable {
        var plan: MeetingPlan
        var mutations: [Mutation] = []
    }

    let store: any SyncStore

    func judge(_ plan: MeetingPlan, of row: MeetingRow, now: Date) async throws(SettlingFailure) -> Judgement {
        guard let write = plan.write, case .end(let ending) = write.change, ending != .replaced else {
            return Judgement(plan: plan)
        }
        do {
            let (name, key, inScope): (CursorName, String, Int)
            // By where it was ended: whoever deletes in LN empties many mailboxes at once.
            switch (write.side, row.meeting.activity) {
            case (.exchange, let activity?):
                name = CursorName("ends/company/\(activity.company)")
                key = activity.description
                inScope = try await store.activityCount(in: activity.company)
            default:
                name = CursorName("ends/mailbox/\(row.mailbox)")
                key = row.meeting.event?.uid.rawValue ?? row.id.description
                inScope = try await store.eventCount(of: row.mailbox)
            }
            let before = try await store.cursor(name)
            var guardian =
                before.flatMap { try? JSONDecoder().decode(EndGuard.self, from: Data($0.utf8)) } ?? EndGuard()
            let known = guardian
            let judged = guardian.judge(plan, of: row.meeting, key: key, inScope: inScope, now: now)
            if guardian == known { return Judgement(plan: judged) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let after = String(decoding: try encoder.encode(guardian), as: UTF8.self)
            return Judgement(plan: judged, mutations: [.exchangeCursor(name, from: before, to: after)])
        } catch {
            throw .later((error as? StoreError)?.message ?? "the guard over ends can't be kept: \(error)")
        }
    }
}
