package import Foundation
import Runtime
import Synchronization

/// Clocks that stand still until the test moves them.
package final class ManualTime: TimeSource {
    private struct Sleeper {
        let id: Int
        let until: Duration
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: Date
        var uptime: Duration = .zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// - Parameter now: 2026-01-01T00:00:00Z where nothing else is said.
    package init(_ now: Date = Date(timeIntervalSince1970: 1_767_225_600)) {
        state = Mutex(State(now: now))
    }

    package var now: Date { state.withLock { $0.now } }
    package var uptime: Duration { state.withLock { $0.uptime } }

    /// How many tasks sleep.
    package var sleepers: Int { state.withLock { $0.sleepers.count } }

    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration / .seconds(1)
            state.uptime += duration
            let woken = state.sleepers.filter { $0.until <= state.uptime }
            state.sleepers.removeAll { $0.until <= state.uptime }
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume(returning: true) }
    }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if duration <= .zero { return true }
                    state.sleepers.append(
                        Sleeper(id: id, until: state.uptime + duration, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return Sleeper?.none
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(returning: false)
        }
        guard isOver, !Task.isCancelled else { throw CancellationError() }
    }
}

/// Waits until a condition holds, for at most 80 s: what takes 20 where much else runs.
package func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(80)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        await Task.yield()
    }
    return try await condition()
}

/// A value that a test and its tasks share.
package final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) {
        state = Mutex(value)
    }

    package var value: Value { state.withLock { $0 } }

    @discardableResult
    package func update<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}
