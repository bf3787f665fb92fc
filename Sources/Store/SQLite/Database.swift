import CRuntime
import Foundation
import Synchronization

/// A database for many callers: one thread that writes, others that read beside it, one that keeps the log short, each with a connection
/// of its own.
///
/// Transactions that wait while one becomes durable are made durable together. A database in memory has no threads: everything
/// runs on the caller's, one after the other, so that a simulator with a deterministic executor waits for nobody.
public final class Database: Sendable {
    private enum Work: Sendable {
        case threads(writer: JobQueue<WriteJob>, readers: JobQueue<ReadJob>, checkpoints: JobQueue<Void>)
        /// `nil`: closed.
        case caller(CallersConnection)
    }

    /// Of transactions that become durable together: another process's waits no longer than for these.
    static let rowsOfGroup = 200
    /// How long a checkpoint waits for whoever writes, or reads an older state: others' commits wait too.
    private static let checkpointPatience: Duration = .milliseconds(50)

    private let work: Work

    private init(_ work: Work) {
        self.work = work
    }

    deinit {
        if case .threads(let writer, let readers, let checkpoints) = work {
            readers.close()
            writer.close()
            checkpoints.close()
        }
    }

    /// Opens a file, and makes it where it is missing.
    /// - Parameter lockTimeout: how long a call waits for a database that another process has locked.
    public static func open(
        _ path: String, readers: Int = 2, lockTimeout: Duration = Connection.lockTimeout
    ) async throws(SQLiteError) -> Database {
        let checkpoints = JobQueue<Void>(threads: 1)
        let database = Database(
            .threads(
                writer: JobQueue(threads: 1), readers: JobQueue(threads: readers), checkpoints: checkpoints))
        guard case .threads(let writer, let readQueue, _) = database.work else { return database }
        try await start("sqlite-writer", writer, .file(path), .readWrite, lockTimeout) { connection in
            connection.watchLog { _ = checkpoints.append(()) }
        } work: { connection, jobs in
            WriteGroup(jobs).run(on: connection)
            if jobs.reduce(0, { $0 + $1.rows }) >= rowsOfGroup / 2 { connection.letOthersWrite() }
        } count: { jobs in
            Self.groupCount(jobs.lazy.map(\.rows))
        }
        try await start("sqlite-log", checkpoints, .file(path), .readWrite, lockTimeout) { connection in
            connection.lockTimeout = checkpointPatience
        } work: { connection, _ in
            // A disk that is full, say: the log stays, and the next commit that can't be written says so.
            try? connection.checkpoint()
        } count: { jobs in
            jobs.count
        }
        for _ in 0..<readers {
            try await start("sqlite-reader", readQueue, .file(path), .readOnly, lockTimeout) { connection, jobs in
                for job in jobs { job.run(connection) }
            } count: { _ in
                1
            }
        }
        return database
    }

    /// A new database in memory, whose calls run on the caller's thread.
    public static func inMemory() throws(SQLiteError) -> Database {
        Database(.caller(CallersConnection(try Connection(.memory))))
    }

    /// How many of the waiting transactions become durable together.
    static func groupCount(_ rows: some Sequence<Int>) -> Int {
        var (count, sum) = (0, 0)
        for next in rows {
            sum += next
            if count > 0, sum > rowsOfGroup { break }
            count += 1
        }
        return count
    }

    // MARK: Calls

    /// Runs a transaction that may write. It is on the disk when this returns. Cancellation does not interrupt it.
    ///
    /// - Parameters:
    ///   - rows: how many rows it writes, about: bounds what becomes durable together.
    ///   - body: may be run more than once; only its last outcome counts. Runs on the writer's thread.
    public func write<Value: Sendable>(
        rows: Int = 1, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> TransactionEnd<Value>
    ) async throws(SQLiteError) -> Value {
        switch work {
        case .caller(let connection):
            return try connection.use { connection throws(SQLiteError) in
                try connection.transaction { () throws(SQLiteError) in try body(connection) }
            }
        case .threads(let writer, _, _):
            return try await withJob { continuation in
                let job = WriteJob(rows: rows) { connection throws(SQLiteError) in
                    let end = try body(connection)
                    return WriteJob.Result(isCommit: end.isCommit) {
                        continuation.resume(returning: .success(end.value))
                    }
                } fail: { error in
                    continuation.resume(returning: .failure(error))
                }
                if !writer.append(job) { job.fail(Self.closed) }
            }
        }
    }

    /// Runs reads on one state of the database: at least as new as every transaction whose call has returned.
    /// - Parameter body: runs on a reader's thread.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(SQLiteError) -> Value {
        switch work {
        case .caller(let connection):
            return try connection.use(body)
        case .threads(_, let readers, _):
            return try await withJob { continuation in
                let job = ReadJob { connection in
                    do throws(SQLiteError) {
                        let value = try connection.snapshot { () throws(SQLiteError) in try body(connection) }
                        continuation.resume(returning: .success(value))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                if !readers.append(job) { continuation.resume(returning: .failure(Self.closed)) }
            }
        }
    }

    /// Ends what is under way and waiting, and closes the database. Later calls fail with `.closed`.
    public func close() async {
        switch work {
        case .caller(let connection):
            connection.close()
        case .threads(let writer, let readers, let checkpoints):
            readers.close()
            await readers.ended()
            writer.close()
            await writer.ended()
            checkpoints.close()
            await checkpoints.ended()
        }
    }

    private func withJob<Value: Sendable>(
        _ start: (CheckedContinuation<Result<Value, SQLiteError>, Never>) -> Void
    ) async throws(SQLiteError) -> Value {
        try await withCheckedContinuation { start($0) }.get()
    }

    fileprivate static let closed = SQLiteError(.closed, "the database is closed")

    // MARK: Threads

    /// Starts a thread that opens a connection and does a queue's jobs with it, and waits until it is open.
    private static func start<Job: Sendable>(
        _ name: String, _ queue: JobQueue<Job>, _ location: Connection.Location, _ access: Connection.Access,
        _ lockTimeout: Duration, setUp: @escaping @Sendable (Connection) -> Void = { _ in },
        work: @escaping @Sendable (Connection, [Job]) -> Void,
        count: @escaping @Sendable ([Job]) -> Int
    ) async throws(SQLiteError) {
        let result: Result<Void, SQLiteError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                cruntime_name_thread(name)
                defer { queue.threadEnded() }
                let connection: Connection
                do throws(SQLiteError) {
                    connection = try Connection(location, access, lockTimeout: lockTimeout)
                } catch {
                    continuation.resume(returning: .failure(error))
                    return
                }
                setUp(connection)
                continuation.resume(returning: .success(()))
                while let jobs = queue.take(count) { work(connection, jobs) }
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        try result.get()
    }
}

/// A caller's reads, for a reader.
private struct ReadJob: Sendable {
    let run: @Sendable (Connection) -> Void
}

/// The connection of a database without threads. The lock is held across SQLite's calls, which have no disk to wait for.
private final class CallersConnection: Sendable {
    private let connection: Mutex<Connection?>

    init(_ connection: sending Connection) {
        self.connection = Mutex(connection)
    }

    func use<Value: Sendable>(
        _ body: (Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try connection.withLock { connection throws(SQLiteError) in
            guard let connection else { throw Database.closed }
            return try body(connection)
        }
    }

    func close() {
        connection.withLock { $0 = nil }
    }
}
