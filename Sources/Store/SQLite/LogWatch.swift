import CSQLite

/// Says when the write-ahead log has grown so much that a checkpoint is due, in the place of SQLite's own checkpoints.
///
/// SQLite makes them in the connection that commits. It then comes never to the log's end while other processes write: the log grows
/// on, and every commit, of each of them, tries again.
final class LogWatch {
    /// Pages that are written again and again reach the database once for many commits: 16 MiB of log.
    static let pages: Int32 = 4000

    private let isDue: () -> Void
    private var next = LogWatch.pages

    init(isDue: @escaping () -> Void) {
        self.isDue = isDue
    }

    /// For the life of the connection, which keeps `self`.
    func install(on database: OpaquePointer) {
        sqlite3_wal_hook(database, logHasGrown, Unmanaged.passUnretained(self).toOpaque())
    }

    /// - Parameter pages: the log's, after a commit.
    func logHas(_ pages: Int32) {
        guard pages >= Self.pages else {
            next = Self.pages
            return
        }
        guard pages >= next else { return }
        // Where a reader, or another's checkpoint, leaves it as it is.
        next = pages + Self.pages / 4
        isDue()
    }
}

/// Called by SQLite on the connection's thread.
private func logHasGrown(
    _ context: UnsafeMutableRawPointer?, _ database: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ pages: Int32
) -> Int32 {
    if let context { Unmanaged<LogWatch>.fromOpaque(context).takeUnretainedValue().logHas(pages) }
    return SQLITE_OK
}

extension Connection {
    /// Moves what is in the log into the database, so far as nobody reads an older state, and lets the next commit begin the log anew
    /// where all was moved. Others write meanwhile, but for the moment in which the last pages are moved.
    ///
    /// What can't be moved now is with the next call: it is no failure.
    func checkpoint() throws(SQLiteError) {
        // Another process's is under way: its pages are ours.
        guard let log = try checkpoint(SQLITE_CHECKPOINT_PASSIVE), log >= LogWatch.pages else { return }
        _ = try checkpoint(SQLITE_CHECKPOINT_FULL)
    }
}
