import Foundation
import LNClient
import Runtime
import SyncModel
import SyncPlanner
import SyncStore

extension ContactReader {
    /// How far a comparison of all keys is.
    struct Comparison {
        /// The hints that asked for it before it began.
        let hints: [HintQueue.ID]
        var after: ContactCode?
    }

    /// One page of the comparison of the keys in scope with those published, which finds what was deleted in LN: each key that is
    /// on one side only is read by itself and published as it is (CON-5). A failed read proves nothing.
    /// - Returns: whether the comparison is done.
    func comparisonPage() async throws -> Bool {
        var comparison = self.comparison ?? Comparison(hints: inbox.waiting(for: .comparison))
        self.comparison = comparison
        let page = try await client.contactKeysInScope(after: comparison.after, limit: Self.storePage)
        let last = page.next == nil ? nil : page.elements.last
        let published = try await publishedKeys(after: comparison.after, upTo: last)
        let differing = published.symmetricDifference(page.elements)
            .union(try await heldKeys(after: comparison.after, upTo: last)).sorted()
        for start in stride(from: 0, to: differing.count, by: deadlines.pageSize) {
            let sequence = nextSequence()
            let keys = Array(differing[start..<min(start + deadlines.pageSize, differing.count)])
            try await publisher.publishLive(try await readByKey(keys), sequence, on: .comparison, cursors: [:], lease)
        }
        guard last == nil else {
            comparison.after = last
            self.comparison = comparison
            return false
        }
        try await recordComparison(comparison.hints)
        self.comparison = nil
        return true
    }
    /// The keys between two whose removal is withheld or was discarded: nothing else may say that they are in scope again.
    private func heldKeys(after: ContactCode?, upTo: ContactCode?) async throws -> Set<ContactCode> {
        let keys = RemovalHolds(company, try await store.holds(nil)).keys
        return keys.open.union(keys.discarded).filter { key in
            after?.isBefore(key) != false && (upTo.map { !$0.isBefore(key) } ?? true)
        }
    }
}

extension ContactCode {
    /// In the order of UTF-8, in which LN's pages and the store's are.
    fileprivate func isBefore(_ other: ContactCode) -> Bool {
        rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
    }
}
