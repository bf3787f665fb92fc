import Foundation
import LNClient
import Runtime
import SyncModel
import SyncPlanner
import SyncStore

extension ActivityReader {
    /// How far a comparison of all activities is.
    struct Comparison {
        /// The hints that asked for it before it began.
        let hints: [HintQueue.ID]
        var after: ActivityCode?
    }

    /// One page of the comparison of all present and future activities with what was published, which finds what no modification time tells
    /// of: deleted activities, each proven by a keyed read, and deleted attendees. What is over is read a last time and not followed any
    /// more. A failed read proves nothing.
    /// - Returns: whether the comparison is done.
    func comparisonPage() async throws -> Bool {
        var comparison = self.comparison ?? Comparison(hints: inbox.waiting(for: .comparison))
        self.comparison = comparison
        let sequence = nextSequence()
        let page = try await client.activities(endingAfter: horizon, after: comparison.after, limit: deadlines.pageSize)
        let last = page.next == nil ? nil : page.keys.last
        try await publisher.publish(page.activities.map(ReadActivity.present), sequence, on: .comparison, lease)
        let others = try await otherKeys(than: page.keys, after: comparison.after, upTo: last) { _ in true }
        try await publishByKey(others, on: .comparison)
        guard last == nil else {
            comparison.after = last
            self.comparison = comparison
            return false
        }
        try await recordComparison(comparison.hints)
        self.comparison = nil
        return true
    }

    /// The keys between two that are published, or have a row whose meeting is not over, and were not on the page.
    func otherKeys(
        than page: [ActivityCode], after: ActivityCode?, upTo: ActivityCode?,
        _ isConcerned: (MeetingRow) -> Bool
    ) async throws -> [ActivityCode] {
        let published = try await publishedKeys(
            ActivityPublisher.set, after: after?.rawValue, upTo: upTo?.rawValue)
        var keys = Set(published.map { ActivityCode($0) })
        let now = time.now
        var last = after
        rows: while true {
            let rows = try await store.meetings(in: company, after: last, limit: Self.rowsPage)
            for row in rows {
                guard let code = row.meeting.activity?.activity else { continue }
                if let upTo, upTo.rawValue.utf8.lexicographicallyPrecedes(code.rawValue.utf8) { break rows }
                let time = row.meeting.observed.ln.content?.time ?? row.meeting.base.content?.sides.ln.time
                let isOver = time?.isOver(in: ZoneName(zone.identifier), now: now) ?? row.meeting.observed.ln.isGone
                if !isOver, isConcerned(row) { keys.insert(code) }
                last = code
            }
            guard rows.count == Self.rowsPage else { break }
        }
        return keys.subtracting(page).sorted()
    }

    private static var rowsPage: Int { 200 }
}
