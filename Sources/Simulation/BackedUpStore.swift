import Foundation
import Runtime
import SyncModel
import SyncStore
import Synchronization

/// The store that all processes share, and its backups: a restored one is as it was, whatever was written since.
///
/// A backup is the list of calls that changed the store until then; they are repeated on an empty one.
final class BackedUpStore: DecoratedStore {
    private enum Call: Sendable {
        case commit([Mutation], [Lease])
        case acquire(LeaseName, String, Duration)
        case renew(Lease, Duration)
        case release(Lease)
    }

    private struct State {
        var store: any SyncStore
        var calls: [(at: Date, call: Call)] = []
        /// How many calls there had been at each backup, and when it was made.
        var backups: [(count: Int, at: Duration)] = []
    }

    private let clock: StoreClock
    private let state: Mutex<State>

    init(_ time: VirtualTime, skew: Duration) throws {
        let clock = StoreClock(OutsideClock(time: time, skew: skew))
        let store = try World.ask { try await SQLiteStore.inMemory(time: clock) }
        self.clock = clock
        state = Mutex(State(store: store))
    }

    var base: any SyncStore { state.withLock { $0.store } }

    // MARK: Backups

    func backUp() {
        state.withLock { $0.backups.append(($0.calls.count, clock.uptime)) }
    }

    /// Puts the store back to how it was that many backups ago.
    /// - Returns: when the backup was made; `nil` where there is none.
    func restore(backupsAgo count: Int) throws -> Duration? {
        let backup: (calls: [(at: Date, call: Call)], at: Duration)? = state.withLock { state in
            guard let backup = state.backups.dropLast(count).last ?? state.backups.first else { return nil }
            state.backups.removeAll { $0.count > backup.count }
            return (Array(state.calls.prefix(backup.count)), backup.at)
        }
        guard let (calls, at) = backup else { return nil }
        let clock = clock
        defer { clock.isBack(at: nil) }
        let store = try World.ask {
            let store = try await SQLiteStore.inMemory(time: clock)
            for (at, call) in calls {
                clock.isBack(at: at)
                switch call {
                case .commit(let mutations, let leases): _ = try await store.commit(mutations, holding: leases)
                case .acquire(let name, let owner, let duration):
                    _ = try await store.acquireLease(name, owner: owner, for: duration)
                case .renew(let lease, let duration): _ = try await store.renewLease(lease, for: duration)
                case .release(let lease): try await store.releaseLease(lease)
                }
            }
            return store
        }
        state.withLock { state in
            state.store = store
            state.calls = calls
        }
        return at
    }

    /// The rows as they are now.
    func rows() throws -> [ContactLinkID: ContactLink] {
        let commits = state.withLock { $0.calls }.compactMap {
            if case .commit(let mutations, _) = $0.call { mutations } else { nil }
        }
        let ids = Set(commits.joined().compactMap { if case .contactLink(let row) = $0 { row.id } else { nil } })
        return try World.ask { [base] in try await base.contactLinks(ids.sorted { $0.description < $1.description }) }
    }

    private func note(_ call: Call) {
        state.withLock { $0.calls.append((clock.now, call)) }
    }

    // MARK: What changes it

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        let outcome = try await base.commit(mutations, holding: leases)
        if outcome == .committed { note(.commit(mutations, leases)) }
        return outcome
    }

    func acquireLease(_ name: LeaseName, owner: String, for duration: Duration) async throws(StoreError) -> Lease? {
        let lease = try await base.acquireLease(name, owner: owner, for: duration)
        if lease != nil { note(.acquire(name, owner, duration)) }
        return lease
    }

    func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool {
        let isHeld = try await base.renewLease(lease, for: duration)
        if isHeld { note(.renew(lease, duration)) }
        return isHeld
    }

    func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await base.releaseLease(lease)
        note(.release(lease))
    }
}

/// The store's clock, which goes back while the calls of a backup are repeated.
private final class StoreClock: TimeSource {
    private let clock: OutsideClock
    private let moment = Mutex<Date?>(nil)

    init(_ clock: OutsideClock) {
        self.clock = clock
    }

    func isBack(at moment: Date?) {
        self.moment.withLock { $0 = moment }
    }

    var now: Date { moment.withLock { $0 } ?? clock.now }
    var uptime: Duration { clock.uptime }

    func sleep(for duration: Duration) async throws(CancellationError) {
        try await clock.sleep(for: duration)
    }
}
