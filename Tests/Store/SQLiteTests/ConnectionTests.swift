import Foundation
import Testing

@testable import SQLite

@Suite("A connection")
struct ConnectionTests {
    @Test("Values of every type come back as they were bound")
    func values() throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER, r REAL, t TEXT, b BLOB) STRICT")
        let data = Data((0...255).map(UInt8.init))
        let insert = "INSERT INTO t VALUES (?, ?, ?, ?)"
        try connection.run(insert, [.integer(.min), .real(0.1), .text("山\0'\""), .blob(data)])
        try connection.run(insert, [.integer(.max), .real(-.infinity), .text(""), .blob(Data())])
        try connection.run(
            insert, [.null, SQLiteValue(Double?.none), SQLiteValue(String?.none), SQLiteValue(Data?.none)])
        let rows = try connection.rows("SELECT * FROM t ORDER BY rowid") { row throws(SQLiteError) in
            [
                SQLiteValue(row.optionalInteger(0)), SQLiteValue(row.optionalReal(1)),
                SQLiteValue(row.optionalText(2)), SQLiteValue(row.optionalBlob(3)),
            ]
        }
        #expect(
            rows == [
                [.integer(.min), .real(0.1), .text("山\0'\""), .blob(data)],
                [.integer(.max), .real(-.infinity), .text(""), .blob(Data())],
                [.null, .null, .null, .null],
            ])
        // What NULL is where no NULL is expected.
        let nothing = try connection.first("SELECT NULL") { row throws(SQLiteError) in
            (row.integer(0), row.real(0), row.text(0), row.blob(0), row.flag(0), row.isNull(0))
        }
        let (integer, real, text, blob, flag, isNull) = try #require(nothing)
        #expect(integer == 0 && real == 0 && text.isEmpty && blob.isEmpty && !flag && isNull)
    }

    @Test("A statement tells how many rows it changed")
    func changes() throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY) STRICT")
        #expect(try connection.run("INSERT INTO t VALUES (1), (2), (3)") == 3)
        #expect(try connection.run("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING") == 0)
        #expect(try connection.run("DELETE FROM t WHERE i > ?", [.integer(1)]) == 2)
        #expect(try connection.run("UPDATE t SET i = 9 WHERE i = ?", [.integer(5)]) == 0)
        #expect(try connection.run("SELECT * FROM t") == 0)
    }

    @Test("SQL is compiled once, and uses of it nest")
    func cache() throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER) STRICT; INSERT INTO t VALUES (1), (2)")
        let before = connection.preparations
        for number in 0..<10 { try connection.run("INSERT INTO t VALUES (?)", [.integer(Int64(number))]) }
        #expect(connection.preparations == before + 1)
        let all = "SELECT i FROM t ORDER BY i"
        let pairs = try connection.rows(all) { outer throws(SQLiteError) in
            let first = outer.integer(0)
            return try connection.rows(all) { inner throws(SQLiteError) in first * 100 + inner.integer(0) }.count
        }
        #expect(pairs == Array(repeating: 12, count: 12))
        let after = connection.preparations
        _ = try connection.rows(all) { row throws(SQLiteError) in row.integer(0) }
        #expect(connection.preparations == after)
        // A statement that failed is as good as new.
        try connection.execute("CREATE UNIQUE INDEX u ON t (i) WHERE i > 100")
        try connection.run("INSERT INTO t VALUES (?)", [.integer(101)])
        #expect(throws: SQLiteError.self) { try connection.run("INSERT INTO t VALUES (?)", [.integer(101)]) }
        try connection.run("INSERT INTO t VALUES (?)", [.integer(102)])
    }

    @Test("A statement runs many times while it is lent")
    func lent() throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER) STRICT")
        try connection.withStatement("INSERT INTO t VALUES (?)") { statement throws(SQLiteError) in
            for number in 0..<Int64(100) { try statement.run([.integer(number)]) }
        }
        #expect(try connection.first("SELECT sum(i) FROM t") { row throws(SQLiteError) in row.integer(0) } == 4950)
    }

    @Test("A transaction is written whole, or not at all")
    func transactions() throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY) STRICT")
        func count() throws -> Int64? {
            try connection.first("SELECT count(*) FROM t") { row throws(SQLiteError) in row.integer(0) }
        }
        let kept = try connection.transaction { () throws(SQLiteError) in
            try connection.run("INSERT INTO t VALUES (1)")
            return TransactionEnd.commit("kept")
        }
        #expect(kept == "kept")
        let undone = try connection.transaction { () throws(SQLiteError) in
            try connection.run("INSERT INTO t VALUES (2)")
            return TransactionEnd.rollback("undone")
        }
        #expect(undone == "undone")
        #expect(throws: SQLiteError.self) {
            try connection.transaction { () throws(SQLiteError) -> TransactionEnd<Void> in
                try connection.run("INSERT INTO t VALUES (3)")
                try connection.run("INSERT INTO t VALUES (1)")
                return .commit(())
            }
        }
        #expect(try count() == 1)
        #expect(!connection.isInTransaction)
    }

    @Test(
        "Errors tell what happened",
        arguments: [
            ("INSERT INTO t VALUES ('x')", SQLiteError.Code.constraint), ("INSERT INTO t VALUES (1)", .constraint),
            ("SELECT nonsense", .other), ("", .other),
        ])
    func errors(_ sql: String, _ code: SQLiteError.Code) throws {
        let connection = try Connection(.memory)
        try connection.execute("CREATE TABLE t (i INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)")
        #expect {
            try connection.run(sql)
        } throws: { error in
            (error as? SQLiteError)?.code == code
        }
    }

    @Test("A new file is for its owner alone, in WAL mode, and durable at each commit")
    func file() throws {
        let file = try DatabaseFile()
        let connection = try Connection(.file(file.path))
        try connection.execute("CREATE TABLE t (i INTEGER) STRICT")
        for name in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        func pragma(_ name: String) throws -> String? {
            try connection.first("PRAGMA \(name)") { row throws(SQLiteError) in row.text(0) }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "2")
    }

    @Test("A folder that is missing is named")
    func missingFolder() {
        #expect {
            _ = try Connection(.file("/no/such/folder/test.db"))
        } throws: { error in
            (error as? SQLiteError)?.code == .cannotOpen
                && "\(error)".contains("the folder /no/such/folder does not exist")
        }
        #expect {
            _ = try Connection(.file("/proc/self/none.db"), .readOnly)
        } throws: { error in
            (error as? SQLiteError)?.code == .cannotOpen
        }
    }

    @Test("A folder in place of a file can't be opened")
    func folder() throws {
        let file = try DatabaseFile()
        #expect {
            _ = try Connection(.file(file.folder.path))
        } throws: { error in
            (error as? SQLiteError)?.code == .cannotOpen
        }
    }

    @Test("A read-only connection writes nothing, and says so")
    func readOnly() throws {
        let file = try DatabaseFile()
        let writer = try Connection(.file(file.path))
        try writer.execute("CREATE TABLE t (i INTEGER) STRICT")
        let reader = try Connection(.file(file.path), .readOnly)
        #expect {
            try reader.run("INSERT INTO t VALUES (1)")
        } throws: { error in
            (error as? SQLiteError)?.code == .readOnly && "\(error)".contains("check the owner and mode")
        }
    }

    @Test("A full database says so, and takes writes again once there is room")
    func full() throws {
        let file = try DatabaseFile()
        let connection = try Connection(.file(file.path))
        try connection.execute("CREATE TABLE t (b BLOB) STRICT; PRAGMA max_page_count = 10")
        let insert = "INSERT INTO t VALUES (zeroblob(100000))"
        #expect {
            try connection.run(insert)
        } throws: { error in
            (error as? SQLiteError)?.code == .full && "\(error)".contains("free space")
        }
        #expect {
            try connection.transaction { () throws(SQLiteError) in TransactionEnd.commit(try connection.run(insert)) }
        } throws: { error in
            (error as? SQLiteError)?.code == .full
        }
        #expect(!connection.isInTransaction)
        try connection.execute("PRAGMA max_page_count = 1000")
        try connection.run(insert)
    }

    @Test("A damaged file, and one that is no database, is told from others")
    func corrupt() throws {
        let file = try DatabaseFile()
        try Data("This is no database, but a text that is long enough to look like one's header.".utf8)
            .write(to: URL(fileURLWithPath: file.path))
        #expect {
            _ = try Connection(.file(file.path))
        } throws: { error in
            (error as? SQLiteError)?.code == .notADatabase && "\(error)".contains("is no SQLite database")
        }

        let damaged = try DatabaseFile()
        try makeDamaged(damaged.path)
        let connection = try Connection(.file(damaged.path))
        #expect {
            _ = try connection.rows("SELECT b FROM t") { row throws(SQLiteError) in row.blob(0) }
        } throws: { error in
            (error as? SQLiteError)?.code == .corrupt
        }
    }

    /// With them a process would believe itself alone, and delete the log that others write to.
    @Test("A file that is opened once more keeps the locks of the connections that have it")
    func locks() throws {
        let file = try DatabaseFile()
        let first = try Connection(.file(file.path))
        try first.execute("CREATE TABLE t (i INTEGER) STRICT")
        let before = try locks(on: file.path)
        #expect(!before.isEmpty)
        let second = try Connection(.file(file.path))
        #expect(try second.first("SELECT count(*) FROM t") { row throws(SQLiteError) in row.integer(0) } == 0)
        #expect(try locks(on: file.path).isSuperset(of: before))
        withExtendedLifetime(first) {}
    }

    /// What this process has locked of a file, as the kernel lists it.
    private func locks(on path: String) throws -> Set<String> {
        let number = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        let own = " \(getpid()) ", suffix = ":\(try #require(number)) "
        let lines = try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
        // Without their numbers in the list.
        return Set(
            lines.filter { $0.contains(own) && $0.contains(suffix) }.map { $0.drop { $0 != " " } }.map(String.init))
    }

    private func makeDamaged(_ path: String) throws {
        try Connection(.file(path)).execute(
            """
            CREATE TABLE t (b BLOB) STRICT;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
                INSERT INTO t SELECT zeroblob(1000) FROM n;
            """)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // All but the first two pages: the header and the table's root.
        for index in 8192..<bytes.count { bytes[index] = 0xAA }
        try bytes.write(to: URL(fileURLWithPath: path))
    }
}
