public import Runtime
import Synchronization

/// Holds a lease for as long as a piece of work lasts.
///
/// The holder measures with a monotonic clock from before its commit, so that it stops before the store lets another take over.
public struct LeaseKeeper: Sendable {
    private let store: any SyncStore
    private let time: any TimeSource
    private let owner: String
    private let duration: Duration
    private let interval: Duration

    /// - Parameters:
    ///   - owner: this process's name.
    ///   - duration: how long a lease lasts without renewal.
    ///   - interval: between two renewals, and between two attempts to take it.
    public init(
        _ store: any SyncStore, owner: String, time: any TimeSource, duration: Duration = .seconds(13),
        interval: Duration = .seconds(1)
    ) {
        self.store = store
        self.owner = owner
        self.time = time
        self.duration = duration
        self.interval = interval
    }

    /// Waits for the lease, does the work under it, and lets it go. Where the lease is lost the work is cancelled, and the wait
    /// begins again; it ends when the task is cancelled or the work returns or throws.
    /// - Parameter trouble: told why the store can't be asked, each time.
    public func withLease(
        _ name: LeaseName, trouble: @escaping @Sendable (StoreError) -> Void,
        _ work: @escaping @Sendable (HeldLease) async throws -> Void
    ) async throws {
        while true {
            try Task.checkCancellation()
            do {
                if try await withFreeLease(name, trouble: trouble, work) { return }
            } catch let error as StoreError {
                trouble(error)
            }
            try await time.sleep(for: interval)
        }
    }

    /// Does the work under the lease where nobody holds it, and lets it go. Where the lease is lost the work is cancelled.
    /// - Parameter trouble: told why the lease can't be renewed, each time.
    /// - Returns: whether the work is done; `false` where another holds the lease, or it was lost.
    /// - Throws: what the work throws; `StoreError` where the store can't be asked for the lease.
    public func withFreeLease(
        _ name: LeaseName, trouble: @escaping @Sendable (StoreError) -> Void,
        _ work: @escaping @Sendable (HeldLease) async throws -> Void
    ) async throws -> Bool {
        let before = time.uptime
        guard let lease = try await store.acquireLease(name, owner: owner, for: duration) else { return false }
        return try await hold(HeldLease(lease, until: before + duration, time), trouble, work)
    }

    /// - Returns: whether the work is done; `false` where the lease was lost.
    private func hold(
        _ held: HeldLease, _ trouble: @escaping @Sendable (StoreError) -> Void,
        _ work: @escaping @Sendable (HeldLease) async throws -> Void
    ) async throws -> Bool {
        let isDone: Bool
        do {
            isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await work(held)
                    return true
                }
                group.addTask {
                    try await self.renew(held, trouble)
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
        } catch {
            await release(held)
            throw error
        }
        await release(held)
        return isDone
    }

    /// Renews until the lease is lost.
    private func renew(_ held: HeldLease, _ trouble: @Sendable (StoreError) -> Void) async throws {
        while held.remaining > .zero {
            try await time.sleep(for: interval)
            let before = time.uptime
            do throws(StoreError) {
                guard try await store.renewLease(held.lease, for: duration) else { return }
                held.extend(until: before + duration)
            } catch {
                trouble(error)
            }
        }
    }

    /// Lets another take over at once, where the store can be written; else the lease ends by itself.
    private func release(_ held: HeldLease) async {
        _ = try? await store.releaseLease(held.lease)
    }
}

/// A lease that is held at the moment.
public final class HeldLease: Sendable {
    public let lease: Lease
    private let time: any TimeSource
    private let until: Mutex<Duration>

    init(_ lease: Lease, until: Duration, _ time: any TimeSource) {
        self.lease = lease
        self.until = Mutex(until)
        self.time = time
    }

    /// How long the lease lasts from now without renewal; nothing is begun that may take longer.
    public var remaining: Duration { until.withLock { $0 } - time.uptime }

    func extend(until: Duration) {
        self.until.withLock { $0 = until }
    }
}
