import CSQLite

/// Prepared statements by their SQL, so that none is compiled twice. One connection's; not for several threads.
struct StatementCache: ~Copyable {
    /// A statement, lent or waiting.
    final class Entry {
        let pointer: OpaquePointer
        fileprivate var isLent = true
        /// Whether it is kept; else it ends when it is given back.
        fileprivate let isKept: Bool

        fileprivate init(_ pointer: OpaquePointer, isKept: Bool) {
            self.pointer = pointer
            self.isKept = isKept
        }
    }

    /// Statements beyond it are compiled each time: SQL of our own is finite, this only bounds a mistake.
    private static let capacity = 256

    private let database: OpaquePointer
    private var entries: [String: Entry] = [:]
    /// How often SQL was compiled.
    private(set) var preparations = 0

    init(_ database: OpaquePointer) {
        self.database = database
    }

    /// Lends a statement, reset and without values. One that is lent already is compiled once more, so that uses nest.
    /// - Returns: SQLite's result code, and no statement where it is not SQLITE_OK.
    mutating func lend(_ sql: String) -> (Entry?, Int32) {
        let kept = entries[sql]
        if let kept, !kept.isLent {
            kept.isLent = true
            return (kept, SQLITE_OK)
        }
        var pointer: OpaquePointer?
        let result = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        preparations += 1
        guard let pointer else { return (nil, result == SQLITE_OK ? SQLITE_MISUSE : result) }
        let entry = Entry(pointer, isKept: kept == nil && entries.count < Self.capacity)
        if entry.isKept { entries[sql] = entry }
        return (entry, result)
    }

    func giveBack(_ entry: Entry) {
        guard entry.isKept else {
            sqlite3_finalize(entry.pointer)
            return
        }
        sqlite3_reset(entry.pointer)
        sqlite3_clear_bindings(entry.pointer)
        entry.isLent = false
    }

    /// Finalises all statements; none may be lent.
    mutating func removeAll() {
        for entry in entries.values { sqlite3_finalize(entry.pointer) }
        entries = [:]
    }
}
