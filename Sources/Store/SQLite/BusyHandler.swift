import CSQLite
import Glibc

/// Waits for a database that another process has locked.
///
/// SQLite's own handler is not fair: its sleeps grow to 100 ms while whoever holds the lock takes it again at once, so that a
/// bulk writer starves the others. This one sleeps shortly, for random times, up to a deadline.
final class BusyHandler {
    var timeout: Duration
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
        usleep(UInt32.random(in: 100...(attempt < 5 ? 500 : 2000), using: &random))
        return true
    }
}

/// Called by SQLite on the connection's thread.
private func waitForLock(_ context: UnsafeMutableRawPointer?, _ attempt: Int32) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<BusyHandler>.fromOpaque(context).takeUnretainedValue().pause(attempt) ? 1 : 0
}
