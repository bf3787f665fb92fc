import SyncStore
import Synchronization

/// A store by which who takes over a lease believes that he has the epoch of the one before.
final class OldEpochStore: DecoratedStore {
    let base: any SyncStore
    /// The leases as they are, by what the process takes them for.
    private let real = Mutex<[Lease: Lease]>([:])

    init(base: any SyncStore) {
        self.base = base
    }

    func acquireLease(_ name: LeaseName, owner: String, for duration: Duration) async throws(StoreError) -> Lease? {
        let before = try await base.leases().first { $0.lease.name == name }?.lease.epoch
        guard let lease = try await base.acquireLease(name, owner: owner, for: duration) else { return nil }
        let believed = Lease(name: name, owner: owner, epoch: before ?? lease.epoch)
        real.withLock { $0[believed] = lease }
        return believed
    }

    func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool {
        try await base.renewLease(real(lease), for: duration)
    }

    func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await base.releaseLease(real(lease))
    }

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        try await base.commit(mutations, holding: leases.map(real))
    }

    private func real(_ lease: Lease) -> Lease { real.withLock { $0[lease] ?? lease } }
}
