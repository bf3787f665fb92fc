import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore

/// How far a reader is, as it records it: pulls by the sets' watermarks, comparisons by when they ended.
extension PageReader {
    /// The first watermarks are read before the first back-fill, so that no change falls between the two (CON-1).
    func recordBeginning(_ client: LNClient, _ others: [Mutation] = []) async throws {
        let now = time.now
        var begun = watermarks
        for set in begun.sets where client.mapping.hasModificationTime(set) {
            begun.rise(set, to: try await firstWatermark(of: set, client))
        }
        begun.lastPull = now
        begun.lastComparison = now
        let cursors = begun.sets.compactMap(begun.cursor(of:)).map { Mutation.cursor($0.0, $0.1) }
        try await commit(
            cursors + [
                .cursor(begun.pullName, Watermarks.text(now)), .cursor(begun.comparisonName, Watermarks.text(now)),
            ] + others)
        watermarks = begun
    }

    /// Where the watermark of a set begins.
    func firstWatermark(of set: LNEntitySet, _ client: LNClient) async throws -> Date {
        try await client.newestModification(set) ?? Date(timeIntervalSince1970: 0)
    }

    /// Since when a set's changes are asked for: its watermark, less the overlap.
    func since(_ set: LNEntitySet, pullBegan start: Date) -> Date {
        (watermarks.changed[set] ?? start).addingTimeInterval(-(deadlines.overlap / .seconds(1)))
    }

    /// The watermarks with that of a set risen, to be kept once its cursor is committed; `nil`: nothing was modified.
    func risen(_ set: LNEntitySet, to date: Date?) -> (watermarks: Watermarks, cursors: [CursorName: String]) {
        var after = watermarks
        if let date { after.rise(set, to: date) }
        guard after.changed[set] != watermarks.changed[set], let (name, value) = after.cursor(of: set) else {
            return (after, [:])
        }
        return (after, [name: value])
    }

    /// The end of a pull.
    /// - Parameters:
    ///   - start: when it began.
    ///   - hints: those that asked for it before it began.
    ///   - begun: the watermarks of sets whose modification times are new to the service.
    func recordPull(since start: Date, _ hints: [HintQueue.ID], begun: [LNEntitySet: Date]) async throws {
        var after = watermarks
        for (set, date) in begun { after.rise(set, to: date) }
        let cursors = begun.keys.sorted { $0.rawValue < $1.rawValue }.compactMap(after.cursor(of:))
        try await commit(
            cursors.map { .cursor($0.0, $0.1) } + [.cursor(after.pullName, Watermarks.text(start))])
        after.lastPull = start
        watermarks = after
        inbox.done(hints, .pull)
        try await inbox.recordPositions()
    }

    /// The end of a comparison that these hints asked for.
    func recordComparison(_ hints: [HintQueue.ID]) async throws {
        let now = time.now
        try await commit([.cursor(watermarks.comparisonName, Watermarks.text(now))])
        watermarks.lastComparison = now
        isComparisonOwed = false
        inbox.done(hints, .comparison)
        try await inbox.recordPositions()
    }
}
