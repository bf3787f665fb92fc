public import Foundation
public import Runtime
import SQLite

/// The store in one SQLite file, which the processes of one machine share; or in memory, for the simulator and for tests.
///
/// Each table's SQL stands in the file of its own type. A file is written by one thread, and by each process in turn; commits
/// that wait at the same time become durable together. In memory everything runs on the caller's thread.
public final class SQLiteStore: SyncStore {
    private let database: Database
    private let time: any TimeSource
    /// `nil`: in memory.
    private let file: StoreFile?

    private init(_ database: Database, _ time: any TimeSource, _ file: StoreFile? = nil) {
        self.database = database
        self.time = time
        self.file = file
    }

    /// Opens a file, makes it where it is missing, and brings its tables up to date.
    /// - Parameter time: the store's clock, which all processes that share the file must agree on.
    public static func open(
        _ path: String, time: any TimeSource = SystemTime()
    ) async throws(StoreError) -> SQLiteStore {
        let database: Database
        do throws(SQLiteError) {
            database = try await Database.open(path)
        } catch {
            throw StoreError(error)
        }
        do throws(StoreError) {
            let store = SQLiteStore(database, time, try StoreFile(path))
            try await store.migrate(path)
            return store
        } catch {
            await database.close()
            throw error
        }
    }

    /// A new store in memory, whose calls run on the caller's thread without suspending.
    /// - Parameter time: the store's clock.
    public static func inMemory(time: any TimeSource) async throws(StoreError) -> SQLiteStore {
        let database: Database
        do throws(SQLiteError) {
            database = try Database.inMemory()
        } catch {
            throw StoreError(error)
        }
        let store = SQLiteStore(database, time)
        try await store.migrate("memory")
        return store
    }

    private func migrate(_ path: String) async throws(StoreError) {
        let refusal = try await write { connection throws(SQLiteError) in
            try SQLiteSchema.migrate(connection, path)
        }
        if let refusal { throw refusal }
    }

    public func now() async throws(StoreError) -> Date { time.now }

    public func close() async {
        await database.close()
    }

    public func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        try await write(rows: mutations.count) { [time] connection throws(SQLiteError) in
            let lost = try SQLiteCommit(connection, now: time.now).apply(mutations, holding: leases)
            return lost.map { .rollback(.lost($0)) } ?? .commit(.committed)
        }
    }

    // MARK: For the tables' files

    /// The store's clock, inside a transaction.
    var clock: any TimeSource { time }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) async throws(StoreError) -> Value {
        try file?.check()
        do throws(SQLiteError) {
            return try await database.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    func write<Value: Sendable>(
        rows: Int = 1, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> TransactionEnd<Value>
    ) async throws(StoreError) -> Value {
        try file?.check()
        do throws(SQLiteError) {
            return try await database.write(rows: rows, body)
        } catch {
            throw StoreError(error)
        }
    }
}

extension StoreError {
    init(_ error: SQLiteError) {
        let code: Code =
            switch error.code {
            case .busy: .unavailable
            case .full: .full
            case .readOnly: .readOnly
            case .corrupt: .corrupt
            case .cannotOpen, .notADatabase: .cannotOpen
            case .closed: .closed
            default: .other
            }
        self.init(code, error.message)
    }
}
