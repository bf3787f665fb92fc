import Foundation
import Runtime
import Synchronization

/// Time that stands still until a test moves it.
final class ManualTime: TimeSource {
    private struct State {
        var uptime: Duration = .zero
        var next = 0
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let state = Mutex(State())

    var now: Date { Date(timeIntervalSince1970: 0) }

    var uptime: Duration { state.withLock { $0.uptime } }

    /// How many tasks sleep.
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.uptime += duration
            let woken = state.sleepers.filter { $0.value.until <= state.uptime }
            for number in woken.keys { state.sleepers[number] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    func sleep(for duration: Duration) async throws(CancellationError) {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let isCancelled = state.withLock { state in
                        if !Task.isCancelled { state.sleepers[number] = (state.uptime + duration, continuation) }
                        return Task.isCancelled
                    }
                    if isCancelled { continuation.resume(throwing: CancellationError()) }
                }
            } onCancel: {
                state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation
                    .resume(throwing: CancellationError())
            }
        } catch {
            throw CancellationError()
        }
    }
}

/// Waits for a condition; false where it doesn't hold within 20 s.
func holds(_ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return true
}

/// A number that tasks share.
final class Count: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult func increment() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
