import Foundation
import Processes
import RuntimeTesting
import SQLite
import SyncModel
import Testing

@testable import SyncStore

@Suite("The store in an SQLite file")
struct SQLiteStoreTests {
    private func withFile(_ test: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await test(folder.appendingPathComponent("store.db").path)
    }

    private func schemaVersion(_ path: String, _ version: Int) throws {
        try Connection(.file(path)).execute("PRAGMA user_version = \(version)")
    }

    @Test("The next release's schema can be used, one beyond it is refused")
    func newerSchema() async throws {
        try await withFile { path async throws in
            await (try SQLiteStore.open(path)).close()
            try schemaVersion(path, 2)
            await (try SQLiteStore.open(path)).close()
            try schemaVersion(path, 3)
            await #expect {
                _ = try await SQLiteStore.open(path)
            } throws: { error in
                (error as? StoreError)?.code == .newerSchema && "\(error)".contains("has schema 3")
            }
        }
    }

    @Test("Another program's database is refused, and left as it is")
    func foreign() async throws {
        try await withFile { path async throws in
            try Connection(.file(path)).execute("CREATE TABLE theirs (x)")
            await #expect { _ = try await SQLiteStore.open(path) } throws: { error in
                (error as? StoreError)?.code == .cannotOpen
            }
            let tables = try Connection(.file(path)).rows("SELECT name FROM sqlite_schema") { $0.text(0) }
            #expect(tables == ["theirs"])
        }
    }

    @Test("Processes that open a new file at once make its tables once")
    func openedAtOnce() async throws {
        try await withFile { path async throws in
            try await withThrowingTaskGroup(of: SQLiteStore.self) { group async throws in
                for _ in 0..<6 { group.addTask { try await SQLiteStore.open(path) } }
                for try await store in group {
                    #expect(try await store.users().isEmpty)
                    await store.close()
                }
            }
        }
    }

    @Test("A path that is none is an error that says why")
    func badPath() async throws {
        await #expect {
            _ = try await SQLiteStore.open("/no/such/folder/store.db")
        } throws: { error in
            (error as? StoreError)?.code == .cannotOpen && "\(error)".contains("/no/such/folder does not exist")
        }
    }

    @Test("Due rows are found by index, whatever else there is")
    func queryPlans() async throws {
        try await withFile { path async throws in
            await (try SQLiteStore.open(path)).close()
            let connection = try Connection(.file(path))
            for sql in [
                ContactLinkTable.dueMailboxesSQL, ContactLinkTable.dueOfUserSQL, ContactLinkTable.dueBackfillSQL,
            ] {
                let parameters = sql.contains("?1") ? 1 : sql.count { $0 == "?" }
                let plan = try connection.rows(
                    "EXPLAIN QUERY PLAN \(sql)", Array(repeating: .integer(1), count: parameters)
                ) { $0.text(3) }
                let steps = plan.filter { $0.contains("contact_link") || $0.contains(" link") }
                #expect(!steps.isEmpty)
                #expect(steps.allSatisfy { $0.contains("contact_link_due") }, "\(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
            }
        }
    }

    @Test("A process that is killed while it commits loses no commit that it was told of", .timeLimit(.minutes(2)))
    func killed() async throws {
        try await withFile { path async throws in
            var acknowledged: Int64 = 0
            for round in 1...3 {
                let output = "\(path).\(round).log"
                let child = try await ChildProcess.start(
                    Self.committer, [path], environment: ProcessInfo.processInfo.environment, output: output)
                func told() -> Int64 {
                    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                    // The last line may be torn.
                    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last.flatMap {
                        Int64($0)
                    } ?? 0
                }
                let goal = acknowledged + Int64(100 * round)
                #expect(try await eventually { told() >= goal || child.status != nil })
                child.signal(SIGKILL)
                #expect(await child.wait() == 128 + SIGKILL)
                acknowledged = told()
                #expect(acknowledged >= goal)

                let store = try await SQLiteStore.open(path)
                let cursor = try #require(Int64(try await store.cursors()["committed"] ?? ""))
                // One more may be durable, of which it was not told.
                #expect(cursor == acknowledged || cursor == acknowledged + 1)
                #expect(try await store.journal(JournalQuery(limit: 1)).first?.draft.item == "\(cursor)")
                #expect(try await store.journal(JournalQuery(limit: .max)).count == Int(cursor))
                await store.close()
                let check = try Connection(.file(path)).rows("PRAGMA integrity_check") { $0.text(0) }
                #expect(check == ["ok"])
                acknowledged = cursor
            }
        }
    }

    /// The program `store-committer`, which lies beside the tests.
    private static var committer: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("store-committer").path
    }
}
