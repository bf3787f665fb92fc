import Foundation
import Testing

@testable import SQLite

@Suite("The write-ahead log", .timeLimit(.minutes(2)))
struct LogTests {
    @Test("It stays short though many write without pause, and none of them is starved")
    func staysShort() async throws {
        let file = try DatabaseFile()
        var databases: [Database] = []
        for _ in 1...8 { databases.append(try await Database.open(file.path)) }
        let bulk = databases.removeFirst()
        _ = try await bulk.write { connection throws(SQLiteError) in
            .commit(try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, bytes BLOB) STRICT"))
        }
        let others = Task { [databases] in
            await withTaskGroup(of: Int.self) { group in
                for database in databases {
                    group.addTask {
                        var count = 0
                        while !Task.isCancelled, (try? await insert(1, into: database)) != nil { count += 1 }
                        return count
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        var longest = 0
        for _ in 1...300 {
            try await insert(400_000, rows: Database.rowsOfGroup, into: bulk)
            let size = try FileManager.default.attributesOfItem(atPath: file.path + "-wal")[.size] as? Int
            longest = max(longest, size ?? 0)
        }
        others.cancel()
        let counts = await others.value
        for database in databases + [bulk] { await database.close() }
        // Of 120 MB that were written; SQLite's own checkpoints let it grow to nearly all of that.
        #expect(longest < 3 * 4096 * Int(LogWatch.pages), "\(longest)")
        #expect((counts.min() ?? 0) > 75, "of 300 turns each had \(counts)")
    }

    private func insert(_ bytes: Int64, rows: Int = 1, into database: Database) async throws(SQLiteError) {
        _ = try await database.write(rows: rows) { connection throws(SQLiteError) in
            .commit(try connection.run("INSERT INTO t (bytes) VALUES (zeroblob(?))", [.integer(bytes)]))
        }
    }

    @Test("A checkpoint is due where it is long, and again where it has grown on")
    func due() {
        var count = 0
        let watch = LogWatch { count += 1 }
        let expected = [3999: 0, 4000: 1, 4999: 0, 5000: 1, 5001: 0]
        for pages in expected.keys.sorted() {
            count = 0
            watch.logHas(Int32(pages))
            #expect(count == expected[pages], "\(pages)")
        }
        // It was begun anew.
        watch.logHas(1)
        count = 0
        watch.logHas(4000)
        #expect(count == 1)
    }
}
