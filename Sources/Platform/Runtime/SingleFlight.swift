import Synchronization

/// Lets one of several concurrent callers do a piece of work, and gives its outcome to all of them: a token refresh, a folder
/// that is looked up.
///
/// The work runs in the task of the caller that came first. Where that one is cancelled, another takes over; a cancelled caller
/// leaves without disturbing the others.
public final class SingleFlight<Value: Sendable>: Sendable {
    private struct State {
        var isRunning = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Result<Value, any Error>?, Never>] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Callers that wait for another one's work.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// The outcome of `work`, done here or by the caller that came first.
    /// - Throws: what the work throws, or `CancellationError` where this caller was cancelled.
    public func run(_ work: () async throws -> Value) async throws -> Value {
        while true {
            let isFirst = state.withLock { state in
                defer { state.isRunning = true }
                return !state.isRunning
            }
            guard isFirst else {
                if let outcome = try await join() { return try outcome.get() }
                // The first was cancelled, or this one came too late to hear of it: once more.
                continue
            }
            do {
                let value = try await work()
                finish(.success(value))
                return value
            } catch {
                finish(Task.isCancelled || error is CancellationError ? nil : .failure(error))
                throw error
            }
        }
    }

    private func finish(_ outcome: Result<Value, any Error>?) {
        let waiters = state.withLock { state in
            state.isRunning = false
            defer { state.waiters = [:] }
            return state.waiters
        }
        for (_, waiter) in waiters.sorted(by: { $0.key < $1.key }) { waiter.resume(returning: outcome) }
    }

    /// The outcome of the work under way; `nil` where it ended without one.
    private func join() async throws(CancellationError) -> Result<Value, any Error>? {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard state.isRunning, !Task.isCancelled else { return false }
                    state.waiters[number] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: nil) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: nil)
        }
        if Task.isCancelled { throw CancellationError() }
        return outcome
    }
}
