import SyncStore

/// A store whose commits hold whoever has the lease.
struct UnfencedStore: DecoratedStore {
    let base: any SyncStore

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        try await base.commit(mutations, holding: [])
    }
}
