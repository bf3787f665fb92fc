public import Foundation

/// Time as the program sees it. Everything that waits or dates something takes one; the simulator puts virtual time
/// behind it.
public protocol TimeSource: Sendable {
    /// The wall clock. It may jump, and differ from another machine's.
    var now: Date { get }

    /// A clock that only goes forward, from an arbitrary start.
    var uptime: Duration { get }

    /// Returns after `duration`; throws as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws(CancellationError)
}

/// The machine's clocks.
public struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now
    private static let alarms = AlarmClock()

    public init() {}

    public var now: Date { Date() }

    public var uptime: Duration { Self.start.duration(to: .now) }

    public func sleep(for duration: Duration) async throws(CancellationError) {
        guard await Self.alarms.sleep(until: .now + duration) else { throw CancellationError() }
    }
}

/// What `withTimeout` throws once the time is over.
public struct TimeoutError: Error, CustomStringConvertible {
    /// The time that was given.
    public let timeout: Duration

    public var description: String { "not done within \(timeout)" }
}

/// By when the work of a task is given up: what `withTimeout` around it says. Cancelling may come late where the process hung; what must
/// not begin too late looks here first.
public enum TimeLimit {
    /// By the uptime of that `withTimeout`'s clock; `nil`: there is no limit.
    @TaskLocal public static var end: Duration?

    /// By when what is given `timeout` from now is given up, by the clock's uptime.
    public static func end(after timeout: Duration, _ time: any TimeSource) -> Duration {
        let own = time.uptime + timeout
        return min(own, end ?? own)
    }
}

/// Runs `body`, with its `TimeLimit`, and cancels it after `timeout`.
///
/// Returns only when `body` has returned, so a body that ignores cancellation holds up the caller.
/// - Throws: `TimeoutError` once the time is over, else what `body` throws.
public func withTimeout<Value: Sendable>(
    _ timeout: Duration, _ time: any TimeSource, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let end = TimeLimit.end(after: timeout, time)
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await TimeLimit.$end.withValue(end) { try await body() } }
        group.addTask {
            try await time.sleep(for: timeout)
            return nil
        }
        defer { group.cancelAll() }
        while let outcome = try await group.next() {
            guard let value = outcome else { throw TimeoutError(timeout: timeout) }
            return value
        }
        throw CancellationError()
    }
}
