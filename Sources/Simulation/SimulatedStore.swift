import Foundation
import Runtime
import SyncModel
import SyncStore

/// One process's way to the store that all of them share: it takes time, fails, and ends with the process. A commit that fails may
/// have happened.
struct SimulatedStore: DecoratedStore {
    let base: any SyncStore
    let time: VirtualTime
    let randomness: SeededRandomness
    let fate: ProcessFate
    let faults: Faults
    let trace: Trace
    let checks: CommitChecks
    /// What was committed, once it is.
    let onCommit: @Sendable ([Mutation]) -> Void

    func reach() async throws(StoreError) {
        do {
            try await fate.wait { resume in
                time.schedule(after: .milliseconds(randomness.next(in: 0...8))) { resume(()) }
                return nil
            }
        } catch {
            throw StoreError(.closed, "\(error)")
        }
    }

    func acquireLease(_ name: LeaseName, owner: String, for duration: Duration) async throws(StoreError) -> Lease? {
        try await reach()
        let lease = try await base.acquireLease(name, owner: owner, for: duration)
        if lease != nil { checks.taken(name, by: fate.name) }
        return lease
    }

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        try await reach()
        let fault = faults.draw(.commit)
        if fault == .before { throw StoreError(.unavailable, "the store was locked for too long") }
        let outcome = try await base.commit(mutations, holding: leases)
        trace.note(fate.name, mutations, outcome)
        if outcome == .committed {
            checks.committed(mutations, by: fate.name)
            onCommit(mutations)
        }
        if fault == .after { throw StoreError(.unavailable, "the connection to the store was lost") }
        try await reach()
        return outcome
    }
}
