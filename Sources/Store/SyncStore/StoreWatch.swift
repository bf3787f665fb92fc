public import Runtime
import SyncModel
import Synchronization
public import Telemetry

/// Keeps settings and users at hand: looks for changes from time to time, so that none needs a restart.
public final class StoreWatch: Sendable {
    private struct State {
        var snapshot = StoreSnapshot()
        var failure: StoreError?
    }

    private let store: any SyncStore
    private let time: any TimeSource
    private let interval: Duration
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameter log: told once when the store can't be read, and once when it can be again.
    public init(_ store: any SyncStore, time: any TimeSource, interval: Duration = .seconds(1), log: Logger) {
        self.log = log.labelled("StoreWatch")
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
                note(nil)
                return known
            }
            let snapshot = StoreSnapshot(
                users: try await store.users(), settings: try await store.settings(), changes: changes)
            state.withLock { $0.snapshot = snapshot }
            note(nil)
            return snapshot
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ failure: StoreError?) {
        let isOther = state.withLock { state in
            defer { state.failure = failure }
            return state.failure?.message != failure?.message
        }
        guard isOther else { return }
        if let failure {
            log.error("the store can't be used: nothing is read or written", ["error": failure.description])
        } else {
            log.notice("the store can be used again")
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
