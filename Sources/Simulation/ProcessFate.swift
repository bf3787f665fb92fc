import Synchronization

/// Whether a simulated process still lives. Its ports ask before and after everything they do: a crash ends all that the
/// process waits for, and nothing that it does afterwards has any effect.
final class ProcessFate: Sendable {
    private struct State {
        var isCrashed = false
        var standsStillUntil: Duration = .zero
        var nextWait = 0
        var waits: [Int: @Sendable () -> Void] = [:]
    }

    let name: String
    private let time: VirtualTime
    private let state = Mutex(State())

    init(name: String, time: VirtualTime) {
        self.name = name
        self.time = time
    }

    var isCrashed: Bool { state.withLock { $0.isCrashed } }

    func check() throws {
        if isCrashed { throw ProcessCrashed(name: name) }
    }

    /// Ends the process between two of its steps.
    func crash() {
        let waits = state.withLock { state in
            state.isCrashed = true
            defer { state.waits = [:] }
            return state.waits
        }
        for (_, end) in waits.sorted(by: { $0.key < $1.key }) { end() }
    }

    /// Nothing that the process waits for reaches it before `duration` is over; the world goes on (SIGSTOP, then SIGCONT).
    func standStill(for duration: Duration) {
        state.withLock { $0.standsStillUntil = time.uptime + duration }
    }

    /// Waits until `begin`'s callback is called, from outside the process.
    /// - Parameters:
    ///   - begin: starts what is waited for, and returns a number by which it can be taken back.
    ///   - abandon: takes it back; called where the task is cancelled or the process crashes.
    /// - Throws: `CancellationError`, or `ProcessCrashed`.
    func wait<Value: Sendable>(
        _ begin: @Sendable (@escaping @Sendable (Value) -> Void) -> Int?,
        abandon: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Value {
        try check()
        let once = Once<Value>()
        let number: Int? = state.withLock { state in
            guard !state.isCrashed else { return nil }
            state.nextWait += 1
            state.waits[state.nextWait] = { once.finish(.failure(ProcessCrashed(name: self.name))) }
            return state.nextWait
        }
        defer { if let number { state.withLock { _ = $0.waits.removeValue(forKey: number) } } }
        let begun = begin { value in
            let rest = self.state.withLock { $0.standsStillUntil } - self.time.uptime
            if rest > .zero {
                self.time.schedule(after: rest) { once.finish(.success(value)) }
            } else {
                once.finish(.success(value))
            }
        }
        do {
            let value = try await withTaskCancellationHandler {
                try await once.value()
            } onCancel: {
                once.finish(.failure(CancellationError()))
            }
            try check()
            return value
        } catch {
            if let begun { abandon(begun) }
            throw error
        }
    }
}

/// What a crashed process's ports throw.
struct ProcessCrashed: Error, CustomStringConvertible {
    let name: String

    var description: String { "\(name) has crashed" }
}

/// A result that comes once; later ones are ignored.
private final class Once<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, any Error>)
        case done(Result<Value, any Error>)
    }

    private let state = Mutex(State.empty)

    func finish(_ result: Result<Value, any Error>) {
        let waiter: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .empty:
                state = .done(result)
                return nil
            case .waiting(let waiter):
                state = .done(result)
                return waiter
            case .done:
                return nil
            }
        }
        waiter?.resume(with: result)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Value, any Error>? = state.withLock { state in
                if case .done(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
