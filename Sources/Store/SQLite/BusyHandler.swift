import CSQLite
import Glibc

/// Waits for a database that another process has locked.
///
/// SQLite's own handler is not fair: its sleeps grow to 100 ms while whoever holds the lock takes it again at once, so that a
/// bulk writer starves the others. This one looks again after short, random times, up to a deadline: who has waited longer looks more often,
/// and finds it in the gap that every writer leaves (`WriteTurns`).
final class BusyHandler {
    private let timeout: Duration
    private var deadline: ContinuousClock.Instant
    private var random = SystemRandomNumberGenerator()

    init(timeout: Duration) {
        self.timeout = timeout
        deadline = .now
    }

    /// For the life of the connection, which keeps `self`.
    func install(on database: OpaquePointer) {
        sqlite3_busy_handler(database, waitForLock, Unmanaged.passUnretained(self).toOpaque())
    }

    /// - Parameter attempt: 0 for the first of a wait.
    /// - Returns: whether to try once more.
    func pause(_ attempt: Int32) -> Bool {
        if attempt == 0 { deadline = .now + timeout }
        guard ContinuousClock.now < deadline else { return false }
        usleep(UInt32.random(in: attempt < 10 ? 200...800 : 100...300, using: &random))
        return true
    }
}

/// Called by SQLite on the connection's thread.
private func waitForLock(_ context: UnsafeMutableRawPointer?, _ attempt: Int32) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<BusyHandler>.fromOpaque(context).takeUnretainedValue().pause(attempt) ? 1 : 0
}
