import CSQLite

/// Prepared statements by their SQL, so that none is compiled twice. One connection's; not for several threads.
struct StatementCache: ~Copyable {
    private struct Entry {
        let pointer: OpaquePointer
        var isLent = false
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
    mutating func lend(_ sql: String) -> (OpaquePointer?, Int32) {
        if let entry = entries[sql], !entry.isLent {
            entries[sql]?.isLent = true
            return (entry.pointer, SQLITE_OK)
        }
        var pointer: OpaquePointer?
        let result = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        preparations += 1
        guard let pointer else { return (nil, result == SQLITE_OK ? SQLITE_MISUSE : result) }
        if entries[sql] == nil, entries.count < Self.capacity { entries[sql] = Entry(pointer: pointer, isLent: true) }
        return (pointer, result)
    }

    mutating func giveBack(_ sql: String, _ pointer: OpaquePointer) {
        guard entries[sql]?.pointer == pointer else {
            sqlite3_finalize(pointer)
            return
        }
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
        entries[sql]?.isLent = false
    }

    /// Finalises all statements; none may be lent.
    mutating func removeAll() {
        for entry in entries.values { sqlite3_finalize(entry.pointer) }
        entries = [:]
    }
}
