import CRuntime
import Foundation
import Testing

@testable import SQLite

@Suite("A database for many callers", .timeLimit(.minutes(2)))
struct DatabaseTests {
    private func withTable(_ path: String, _ test: (Database) async throws -> Void) async throws {
        let database = try await Database.open(path)
        _ = try await database.write { connection throws(SQLiteError) in
            try connection.execute("CREATE TABLE IF NOT EXISTS t (i INTEGER PRIMARY KEY, by TEXT) STRICT")
            return .commit(true)
        }
        try await test(database)
        await database.close()
    }

    private func insert(_ database: Database, _ by: String) async throws {
        _ = try await database.write { connection throws(SQLiteError) in
            .commit(try connection.run("INSERT INTO t (by) VALUES (?)", [.text(by)]))
        }
    }

    private func count(_ database: Database) async throws -> Int64? {
        try await database.read { connection throws(SQLiteError) in
            try connection.first("SELECT count(*) FROM t") { row throws(SQLiteError) in row.integer(0) }
        }
    }

    @Test("Many callers write and read at once; each reads what it has written")
    func callers() async throws {
        let file = try DatabaseFile()
        try await withTable(file.path) { database async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<20 {
                    group.addTask {
                        for number in 1...20 {
                            try await insert(database, "\(caller)")
                            let own = try await database.read { connection throws(SQLiteError) in
                                try connection.first("SELECT count(*) FROM t WHERE by = ?", [.text("\(caller)")]) {
                                    row throws(SQLiteError) in row.integer(0)
                                }
                            }
                            #expect(own == Int64(number))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await count(database) == 400)
        }
    }

    @Test("A read sees one state, whatever is written meanwhile")
    func snapshot() async throws {
        let file = try DatabaseFile()
        try await withTable(file.path) { database async throws in
            let writer = try Connection(.file(file.path))
            let isSame = try await database.read { [path = file.path] connection throws(SQLiteError) in
                func count() throws(SQLiteError) -> Int64? {
                    try connection.first("SELECT count(*) FROM t") { row throws(SQLiteError) in row.integer(0) }
                }
                let before = try count()
                try Connection(.file(path)).run("INSERT INTO t (by) VALUES ('x')")
                return try count() == before
            }
            #expect(isSame)
            try writer.run("INSERT INTO t (by) VALUES ('y')")
            #expect(try await count(database) == 2)
        }
    }

    @Test("A bulk writer in one process does not starve the others", arguments: [7])
    func contention(_ processes: Int) async throws {
        let file = try DatabaseFile()
        try await withTable(file.path) { _ in }
        // Each database stands for a process: a writer's thread and connection of its own.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in 0..<processes {
                group.addTask {
                    try await withTable(file.path) { database async throws in
                        for _ in 0..<30 {
                            _ = try await database.write { connection throws(SQLiteError) in
                                for _ in 0..<(process == 0 ? 200 : 1) {
                                    try connection.run("INSERT INTO t (by) VALUES (?)", [.text("\(process)")])
                                }
                                return .commit(true)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await withTable(file.path) { database async throws in
            #expect(try await count(database) == Int64(30 * 200 + 30 * (processes - 1)))
        }
    }

    @Test("Another process's lock is waited for, up to a deadline")
    func locked() async throws {
        let file = try DatabaseFile()
        let other = try Connection(.file(file.path))
        try other.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, by TEXT) STRICT")
        let database = try await Database.open(file.path, lockTimeout: .milliseconds(50))
        try other.execute("BEGIN IMMEDIATE")
        await #expect {
            try await insert(database, "a")
        } throws: { error in
            (error as? SQLiteError)?.code == .busy && "\(error)".contains("locked by another process")
        }
        // Readers don't wait for writers.
        #expect(try await count(database) == 0)
        try other.execute("COMMIT")
        try await insert(database, "a")
        #expect(try await count(database) == 1)
        await database.close()
    }

    @Test("What waits is still done when the database closes; what comes later is told")
    func close() async throws {
        let file = try DatabaseFile()
        let database = try await Database.open(file.path)
        _ = try await database.write { connection throws(SQLiteError) in
            try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, by TEXT) STRICT")
            return .commit(true)
        }
        let written = await withTaskGroup(of: Bool.self) { group in
            for caller in 0..<50 {
                group.addTask {
                    do {
                        try await insert(database, "\(caller)")
                        return true
                    } catch {
                        #expect((error as? SQLiteError)?.code == .closed)
                        return false
                    }
                }
            }
            await database.close()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        await #expect { _ = try await count(database) } throws: { ($0 as? SQLiteError)?.code == .closed }
        await database.close()
        try await withTable(file.path) { database async throws in
            #expect(try await count(database) == Int64(written))
        }
        // The last to close leaves one file.
        #expect(!FileManager.default.fileExists(atPath: file.path + "-wal"))
    }

    @Test("A file that can't be opened is an error of the opening")
    func cannotOpen() async throws {
        await #expect { _ = try await Database.open("/no/such/folder/test.db") } throws: { error in
            (error as? SQLiteError)?.code == .cannotOpen
        }
    }

    @Test("In memory everything runs on the caller's thread")
    func inMemory() async throws {
        let database = try Database.inMemory()
        let here = cruntime_thread_id()
        let there = try await database.write { connection throws(SQLiteError) in
            try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, by TEXT) STRICT")
            return .commit(cruntime_thread_id())
        }
        #expect(there == here)
        try await insert(database, "a")
        #expect(try await count(database) == 1)
        await database.close()
        await #expect { try await insert(database, "b") } throws: { ($0 as? SQLiteError)?.code == .closed }
    }
}
