import Glibc

/// How a transaction ends, and what it tells its caller.
public enum TransactionEnd<Value> {
    case commit(Value)
    case rollback(Value)

    var value: Value {
        switch self {
        case .commit(let value), .rollback(let value): value
        }
    }

    var isCommit: Bool {
        if case .commit = self { true } else { false }
    }
}

extension TransactionEnd: Sendable where Value: Sendable {}

extension Connection {
    /// Runs a transaction that may write. It has the write lock from its beginning: a transaction that reads first and writes
    /// later would fail at once where another process wrote between the two.
    /// - Throws: what `body` throws, and nothing is written.
    public func transaction<Value>(
        _ body: () throws(SQLiteError) -> TransactionEnd<Value>
    ) throws(SQLiteError) -> Value {
        try bracketed("BEGIN IMMEDIATE", body)
    }

    /// Runs several reads on one state of the database.
    public func snapshot<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try bracketed("BEGIN") { () throws(SQLiteError) in TransactionEnd.commit(try body()) }
    }

    private func bracketed<Value>(
        _ begin: String, _ body: () throws(SQLiteError) -> TransactionEnd<Value>
    ) throws(SQLiteError) -> Value {
        try run(begin)
        do throws(SQLiteError) {
            let end = try body()
            try run(end.isCommit ? "COMMIT" : "ROLLBACK")
            return end.value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Lets other connections write, one after the other for as long as they do, and at most for `mostTurns` milliseconds.
    ///
    /// SQLite has no queue for its write lock: who waits looks for it now and then, and a bulk writer that takes it again microseconds after each
    /// of its transactions is hardly ever found without it.
    func letOthersWrite() {
        for _ in 0..<Self.mostTurns {
            let version = dataVersion
            usleep(1000)
            if version == nil || dataVersion == version { return }
        }
    }

    private static let mostTurns = 10

    /// Differs where another connection has written since.
    private var dataVersion: Int64? {
        try? first("PRAGMA data_version") { row in row.integer(0) }
    }

    /// Runs a part of a transaction that is undone where it ends so or throws, without the rest.
    func part<Value>(
        _ body: () throws(SQLiteError) -> TransactionEnd<Value>
    ) throws(SQLiteError) -> TransactionEnd<Value> {
        try run("SAVEPOINT part")
        do throws(SQLiteError) {
            let end = try body()
            if !end.isCommit { try run("ROLLBACK TO part") }
            try run("RELEASE part")
            return end
        } catch {
            if isInTransaction {
                try run("ROLLBACK TO part")
                try run("RELEASE part")
            }
            throw error
        }
    }

    /// Ends an open transaction without a trace.
    func rollBack() {
        guard isInTransaction else { return }
        // Fails only where SQLite has ended the transaction by itself.
        _ = try? run("ROLLBACK")
    }
}
