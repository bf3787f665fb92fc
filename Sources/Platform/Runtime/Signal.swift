import Synchronization

/// A wake-up between tasks: `raise()` releases the waiter, or the next one if nobody waits. Raised twice before a wait,
/// it wakes once: the waiter looks at the state again, not at the signal.
///
/// One task may wait at a time.
public final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())

    public init() {}

    /// Wakes the waiter. Callable from any thread.
    public func raise() {
        let waiter = state.withLock { state in
            let waiter = state.waiter.take()
            if waiter == nil { state.isRaised = true }
            return waiter
        }
        waiter?.resume()
    }

    /// Returns when the signal has been raised since the last wait.
    public func wait() async throws(CancellationError) {
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let outcome: Result<Void, any Error>? = state.withLock { state in
                        precondition(state.waiter == nil, "one task may wait on a signal at a time")
                        if state.isRaised {
                            state.isRaised = false
                            return .success(())
                        }
                        if Task.isCancelled { return .failure(CancellationError()) }
                        state.waiter = continuation
                        return nil
                    }
                    if let outcome { continuation.resume(with: outcome) }
                }
            } onCancel: {
                state.withLock { $0.waiter.take() }?.resume(throwing: CancellationError())
            }
        } catch {
            throw CancellationError()
        }
    }

    /// Returns when the signal is raised or `timeout` is over, whichever comes first.
    public func wait(atMost timeout: Duration, _ time: any TimeSource) async throws(CancellationError) {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.wait() }
                group.addTask { try await time.sleep(for: timeout) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            throw CancellationError()
        }
    }
}
