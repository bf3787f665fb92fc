import Foundation
public import Runtime
import SyncModel

/// Prunes what nobody needs any more: journal entries after 90 days, and tombstones after 100, the longest retention of a topic
/// and ten days more, so that a replay resurrects nothing. Whoever holds the lease does it, hourly.
public struct Housekeeping: Sendable {
    public static let lease = LeaseName("housekeeping")
    static let journalDays = 90
    static let tombstoneDays = 100
    /// Rows of one commit.
    static let commitSize = 1000

    private let store: any SyncStore
    private let leases: LeaseKeeper
    private let time: any TimeSource
    private let interval: Duration
    private let trouble: @Sendable (StoreError) -> Void

    /// - Parameter trouble: told why the store can't be pruned; it is tried again after `interval`.
    public init(
        _ store: any SyncStore, _ leases: LeaseKeeper, time: any TimeSource, interval: Duration = .seconds(3600),
        trouble: @escaping @Sendable (StoreError) -> Void
    ) {
        self.store = store
        self.leases = leases
        self.time = time
        self.interval = interval
        self.trouble = trouble
    }

    /// Prunes from time to time until the task is cancelled.
    public func run() async {
        do {
            try await leases.withLease(Self.lease, trouble: trouble) { _ in
                while true {
                    do throws(StoreError) {
                        try await prune()
                    } catch {
                        trouble(error)
                    }
                    try await time.sleep(for: interval)
                }
            }
        } catch {
            // Cancelled: the process ends.
        }
    }

    func prune() async throws(StoreError) {
        let now = try await store.now()
        func daysAgo(_ days: Int) -> Date { now.addingTimeInterval(-Double(days) * 86400) }
        while try await store.prune(
            journalBefore: daysAgo(Self.journalDays), tombstonesBefore: daysAgo(Self.tombstoneDays),
            limit: Self.commitSize) == Self.commitSize
        {}
    }
}
