import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore

extension ActivityReader {
    /// How far a pull is.
    struct Pull {
        /// When it began.
        let start: Date
        /// The hints that asked for it before it began.
        let hints: [HintQueue.ID]
        /// The sets that are still to be read, the first of them under way.
        var sets: ArraySlice<LNEntitySet>
        /// Where the watermarks of sets begin whose modification times are new to the service; recorded at the end.
        let begun: [LNEntitySet: Date]
        /// Since when, with the overlap, the set under way is read.
        var since: Date?
        var after: LNContinuation?

        mutating func startAgain() {
            since = nil
            after = nil
        }
    }

    /// One page of what LN changed since the watermarks: activities, then attendees and texts, whose edits move their own rows' times alone
    /// and which are turned into their activities (CON-1's rule, CAL-4).
    /// - Returns: whether the pull is done.
    func pullPage() async throws -> Bool {
        var pull: Pull
        if let under = self.pull { pull = under } else { pull = try await beginPull() }
        self.pull = pull
        if let set = pull.sets.first {
            // Kept while pages follow, though the watermark rises.
            let since = pull.since ?? since(set, pullBegan: pull.start)
            pull.after =
                set == .activities
                ? try await changedActivities(since, pull.after) : try await changedParts(of: set, since, pull.after)
            pull.since = since
            if pull.after == nil {
                seen[set] = seen[set]?.filter { $0.modified ?? .distantPast >= since }
                pull.sets = pull.sets.dropFirst()
                pull.startAgain()
            }
        }
        guard pull.sets.isEmpty else {
            self.pull = pull
            return false
        }
        try await finish(pull)
        return true
    }

    private func beginPull() async throws -> Pull {
        var sets: [LNEntitySet] = []
        var begun: [LNEntitySet: Date] = [:]
        for set in watermarks.sets where client.mapping.hasModificationTime(set) {
            if watermarks.changed[set] != nil {
                sets.append(set)
            } else {
                // Read before all are compared, so that no change falls between the two.
                begun[set] = try await firstWatermark(of: set, client)
            }
        }
        return Pull(start: time.now, hints: inbox.waiting(for: .pull), sets: sets[...], begun: begun)
    }

    private func finish(_ pull: Pull) async throws {
        // What could not be asked for is compared. Texts without times wait for the daily comparison.
        let asked: [LNEntitySet] = [.activities, .attendees]
        let isAll = pull.begun.isEmpty && asked.allSatisfy(client.mapping.hasModificationTime)
        if !isAll { isComparisonOwed = true }
        try await recordPull(since: pull.start, pull.hints, begun: pull.begun)
        self.pull = nil
    }

    // MARK: Parts

    private func changedActivities(_ since: Date, _ after: LNContinuation?) async throws -> LNContinuation? {
        let sequence = nextSequence()
        let page = try await client.activities(changedSince: since, after: after, limit: deadlines.pageSize)
        let risen = risen(.activities, to: page.modified)
        try await publisher.publish(
            page.activities.map(ReadActivity.present), sequence, on: .pull, cursors: risen.cursors, lease)
        watermarks = risen.watermarks
        return page.next
    }

    /// A page of changed attendees or texts; the watermark rises with the last of their activities.
    private func changedParts(
        of set: LNEntitySet, _ since: Date, _ after: LNContinuation?
    ) async throws -> LNContinuation? {
        let page = try await client.activityChanges(in: set, since: since, after: after, limit: Self.storePage)
        let new = page.elements.filter { seen[set]?.contains($0) != true }
        let risen = risen(set, to: page.elements.compactMap(\.modified).max())
        try await publishByKey(Set(new.map(\.code)).sorted(), on: .pull, cursors: risen.cursors)
        watermarks = risen.watermarks
        seen[set, default: []].formUnion(new)
        return page.next
    }
}
