import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncStore

extension ActivityReader {
    /// The activities that LN's push names, at once, past ones too (CAL-4). Hints that wait are done together: one that is named often is
    /// read once.
    func pushedActivities() async throws -> Bool {
        let (ids, codes) = inbox.activities(limit: deadlines.pageSize)
        try await publishByKey(codes, on: .hint)
        inbox.done(ids, .activities)
        try await inbox.recordPositions()
        return true
    }

    /// The activities that the next hint of a replay or a check names: they are sent whatever was published before, behind live changes.
    func activitiesAnew() async throws -> Bool {
        guard let (id, hint) = inbox.next(.activitiesAnew) else { return true }
        guard try await sender.pacing.hasLogRoom() else {
            schedule.hasNoRoom(.contacts, until: time.uptime + deadlines.pollInterval)
            return true
        }
        try await publishByKey(Set(hint.activities ?? []).sorted(), on: .anew)
        inbox.done([id], .activitiesAnew)
        try await inbox.recordPositions()
        return true
    }
}
