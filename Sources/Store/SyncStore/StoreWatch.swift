public import Runtime
import SyncModel
import Synchronization

/// Keeps settings and users at hand: looks for changes from time to time, so that none needs a restart.
public final class StoreWatch: Sendable {
    private struct State {
        var snapshot = StoreSnapshot()
        var failure: StoreError?
    }

    private let store: any SyncStore
    private let time: any TimeSource
    private let interval: Duration
    private let state = Mutex(State())

    public init(_ store: any SyncStore, time: any TimeSource, interval: Duration = .seconds(1)) {
        self.store = store
        self.time = time
        self.interval = interval
    }

    /// As of the last look.
    public var snapshot: StoreSnapshot { state.withLock { $0.snapshot } }

    /// Why the last look failed; `nil` where it did not.
    public var failure: StoreError? { state.withLock { $0.failure } }

    /// Looks now.
    @discardableResult
    public func refresh() async throws(StoreError) -> StoreSnapshot {
        do throws(StoreError) {
            let changes = try await store.controlChanges()
            if let known = state.withLock({ $0.snapshot.changes == changes ? $0.snapshot : nil }) {
                state.withLock { $0.failure = nil }
                return known
            }
            let snapshot = StoreSnapshot(
                users: try await store.users(), settings: try await store.settings(), changes: changes)
            state.withLock { state in
                state.snapshot = snapshot
                state.failure = nil
            }
            return snapshot
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }

    /// Looks until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            // A store that can't be read keeps the last snapshot; health says so.
            _ = try? await refresh()
            do throws(CancellationError) {
                try await time.sleep(for: interval)
            } catch {
                return
            }
        }
    }
}
