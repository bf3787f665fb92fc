import CSQLite
import Glibc

/// One connection to a database, for one thread at a time: every call blocks.
///
/// For a program with several callers there is `Database`, which has threads of its own.
public final class Connection {
    public enum Location: Sendable, Hashable {
        /// A file, which all processes of this machine may share.
        case file(String)
        /// Memory of this connection alone, gone with it.
        case memory
    }

    public enum Access: Sendable, Hashable {
        /// Makes the file where it is missing, for this user alone.
        case readWrite
        case readOnly
    }

    /// How long a call waits for a database that another process has locked.
    public static let lockTimeout: Duration = .seconds(5)

    private let database: OpaquePointer
    private let path: String
    private let busyHandler: BusyHandler
    private var statements: StatementCache
    private var logWatch: LogWatch?

    /// Opens the database: in WAL mode, and so that a commit is on the disk when it returns (`synchronous=FULL`).
    /// - Throws: `.cannotOpen` where the folder is missing, may not be read, or lies on a network file system.
    public init(
        _ location: Location, _ access: Access = .readWrite, lockTimeout: Duration = Connection.lockTimeout
    ) throws(SQLiteError) {
        switch location {
        case .file(let path):
            self.path = path
            try Self.prepareFile(path, access)
        case .memory:
            path = ":memory:"
        }
        var database: OpaquePointer?
        let mode = access == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let result = sqlite3_open_v2(path, &database, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let database else { throw SQLiteError(.other, "out of memory") }
        guard result == SQLITE_OK else {
            defer { sqlite3_close_v2(database) }
            throw SQLiteError(
                resultCode: result, systemError: sqlite3_system_errno(database),
                text: String(cString: sqlite3_errmsg(database)), path: path)
        }
        self.database = database
        statements = StatementCache(database)
        busyHandler = BusyHandler(timeout: lockTimeout)
        busyHandler.install(on: database)
        try execute("PRAGMA trusted_schema = OFF")
        if case .file = location { try setUpFile(access) }
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(database)
    }

    private static func prepareFile(_ path: String, _ access: Access) throws(SQLiteError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if let type = FileSystem.unsuitableType(ofFolder: folder.isEmpty ? "/" : folder) {
            throw SQLiteError(
                .cannotOpen,
                "\(path) lies on a network file system (\(type)), where SQLite would lose data: "
                    + "put it on a disk of this machine")
        }
        guard access == .readWrite else { return }
        // SQLite would make it readable for everybody. Its companions (-wal, -shm) get the file's mode. A file that is there is not opened: with
        // any descriptor of a file that is closed, all locks go that the process has on it, those of its other connections too.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == ENOENT {
            throw SQLiteError(.cannotOpen, "\(path) can't be made: the folder \(folder) does not exist")
        }
    }

    private func setUpFile(_ access: Access) throws(SQLiteError) {
        if access == .readWrite {
            // The change to WAL needs the whole file for a moment, and SQLite does not ask the busy handler for it.
            var attempt: Int32 = 0
            while true {
                do throws(SQLiteError) {
                    try execute("PRAGMA journal_mode = WAL")
                    break
                } catch  where error.code == .busy && busyHandler.pause(attempt) {
                    attempt += 1
                }
            }
            try execute("PRAGMA wal_autocheckpoint = \(LogWatch.pages)")
            // What a held snapshot made the log grow is given back.
            try execute("PRAGMA journal_size_limit = \(64 << 20)")
        }
        try execute("PRAGMA synchronous = FULL")
        // In KiB. What is read is mostly in the kernel's cache, whoever's page it is; a transaction's own pages are in the writer's.
        try execute("PRAGMA cache_size = -\(access == .readWrite ? 8192 : 1024)")
    }

    // MARK: Statements

    /// Runs SQL that may be several statements, without values; not kept prepared.
    public func execute(_ sql: String) throws(SQLiteError) {
        let result = sqlite3_exec(database, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    /// Lends a prepared statement, for many runs with different values.
    public func withStatement<Value>(
        _ sql: String, _ body: (borrowing Statement) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        let (lent, result) = statements.lend(sql)
        guard let lent else { throw error(result) }
        defer { statements.giveBack(lent) }
        // By name: handed over as a temporary, the optimizer of Swift 6.3.1 crashes when it specializes this function.
        let statement = Statement(lent.pointer, path: path)
        return try body(statement)
    }

    /// Runs a statement.
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    public func run(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int {
        try withStatement(sql) { statement throws(SQLiteError) in try statement.run(values) }
    }

    /// Runs a query; `body` makes a value of each row.
    public func rows<Element>(
        _ sql: String, _ values: [SQLiteValue] = [],
        _ body: (borrowing Statement) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> [Element] {
        try withStatement(sql) { statement throws(SQLiteError) in
            var elements: [Element] = []
            try statement.forEach(values) { row throws(SQLiteError) in elements.append(try body(row)) }
            return elements
        }
    }

    /// Runs a query for its first row.
    public func first<Element>(
        _ sql: String, _ values: [SQLiteValue] = [],
        _ body: (borrowing Statement) throws(SQLiteError) -> Element
    ) throws(SQLiteError) -> Element? {
        try rows(sql, values, body).first
    }

    /// How long a call waits for a database that another process has locked.
    var lockTimeout: Duration {
        get { busyHandler.timeout }
        set { busyHandler.timeout = newValue }
    }

    // MARK: Log

    /// From here on this connection makes no checkpoint by itself.
    func watchLog(_ isDue: @escaping () -> Void) {
        let watch = LogWatch(isDue: isDue)
        watch.install(on: database)
        logWatch = watch
    }

    /// - Returns: how many pages the log has; `nil` where somebody else makes a checkpoint, or the log's end can't be reached now.
    func checkpoint(_ mode: Int32) throws(SQLiteError) -> Int32? {
        var pages: Int32 = 0
        let result = sqlite3_wal_checkpoint_v2(database, nil, mode, &pages, nil)
        if result & 0xFF == SQLITE_BUSY { return nil }
        guard result == SQLITE_OK else { throw error(result) }
        return pages
    }

    /// How often SQL was compiled on this connection.
    var preparations: Int { statements.preparations }

    func error(_ result: Int32) -> SQLiteError {
        SQLiteError(
            resultCode: result, systemError: sqlite3_system_errno(database),
            text: String(cString: sqlite3_errmsg(database)), path: path)
    }

    /// Whether a transaction is open. Some errors (a full disk) end it by themselves.
    var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }
}
