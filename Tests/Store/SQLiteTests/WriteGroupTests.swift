import Foundation
import Synchronization
import Testing

@testable import SQLite

@Suite("Transactions that become durable together")
struct WriteGroupTests {
    /// What the callers were told.
    private final class Told: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }

        func add(_ text: String) {
            texts.withLock { $0.append(text) }
        }

        func job(
            _ name: String, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Bool
        ) -> WriteJob {
            WriteJob(rows: 1) { connection throws(SQLiteError) in
                let isCommit = try body(connection)
                return WriteJob.Result(isCommit: isCommit) { self.add("\(name): \(isCommit ? "committed" : "undone")") }
            } fail: { error in
                self.add("\(name): \(error.code)")
            }
        }
    }

    private func insert(_ number: Int64, _ connection: Connection) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO t VALUES (?, zeroblob(?))", [.integer(number), .integer(number >= 100 ? 1 << 20 : 1)])
    }

    private func numbers(_ connection: Connection) throws -> [Int64] {
        try connection.rows("SELECT i FROM t ORDER BY i") { row throws(SQLiteError) in row.integer(0) }
    }

    private func connection(_ file: DatabaseFile) throws -> Connection {
        let connection = try Connection(.file(file.path))
        try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, b BLOB) STRICT")
        return connection
    }

    @Test("One that is undone or fails does not touch the others")
    func independent() throws {
        let (told, file) = (Told(), try DatabaseFile())
        let connection = try connection(file)
        WriteGroup([
            told.job("a") { connection throws(SQLiteError) in
                try insert(1, connection)
                return true
            },
            told.job("b") { connection throws(SQLiteError) in
                try insert(2, connection)
                return false
            },
            told.job("c") { connection throws(SQLiteError) in
                try insert(3, connection)
                try insert(1, connection)
                return true
            },
            told.job("d") { connection throws(SQLiteError) in
                // Sees what those before it wrote.
                guard try connection.first("SELECT max(i) FROM t", [], { $0.integer(0) }) == 1 else { return false }
                try insert(4, connection)
                return true
            },
        ]).run(on: connection)
        #expect(told.all == ["a: committed", "b: undone", "c: constraint", "d: committed"])
        #expect(try numbers(connection) == [1, 4])
    }

    @Test("Where one fills the disk, the others are written all the same")
    func full() throws {
        let (told, file) = (Told(), try DatabaseFile())
        let connection = try connection(file)
        try connection.execute("PRAGMA max_page_count = 20")
        let jobs = [Int64(1), 100, 2].map { number in
            told.job("\(number)") { connection throws(SQLiteError) in
                try insert(number, connection)
                return true
            }
        }
        WriteGroup(jobs).run(on: connection)
        #expect(told.all == ["1: committed", "100: full", "2: committed"])
        #expect(try numbers(connection) == [1, 2])
    }

    @Test("All are told where another process keeps the lock")
    func busy() throws {
        let (told, file) = (Told(), try DatabaseFile())
        let other = try connection(file)
        let connection = try Connection(.file(file.path), lockTimeout: .milliseconds(20))
        try other.execute("BEGIN IMMEDIATE")
        WriteGroup([told.job("a") { _ in true }, told.job("b") { _ in true }]).run(on: connection)
        #expect(told.all == ["a: busy", "b: busy"])
        try other.execute("COMMIT")
        WriteGroup([told.job("a") { _ in true }]).run(on: connection)
        #expect(told.all.last == "a: committed")
    }

    @Test(
        "As many as have 200 rows together, and always one",
        arguments: [
            ([1, 1, 1], 3), ([200], 1), ([201], 1), ([500, 1], 1), ([100, 100, 1], 2), ([150, 51, 1], 1),
            ([0, 0, 200, 0], 4),
        ])
    func count(_ rows: [Int], _ expected: Int) {
        #expect(Database.groupCount(rows) == expected)
    }
}
