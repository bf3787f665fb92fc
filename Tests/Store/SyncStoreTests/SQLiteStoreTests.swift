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
            try schemaVersion(path, 3)
            await (try SQLiteStore.open(path)).close()
            try schemaVersion(path, 4)
            await #expect {
                _ = try await SQLiteStore.open(path)
            } throws: { error in
                (error as? StoreError)?.code == .newerSchema && "\(error)".contains("has schema 4")
            }
        }
    }

    @Test("A file of the release before calendars goes on as it was, and takes meetings")
    func beforeCalendars() async throws {
        try await withFile { path async throws in
            let dump = URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "Files/before-calendars.sql")
            try Connection(.file(path)).execute(String(contentsOf: dump, encoding: .utf8))
            let time = ManualTime(Date(timeIntervalSinceReferenceDate: 817_000_100))
            let store = try await SQLiteStore.open(path, time: time)
            var sato = try #require(try await store.users().first)
            #expect(sato.code == LNUserCode("hsato") && sato.baseline == .done && sato.version == 9)
            #expect(sato.mailbox == MailboxIdentity(contactsFolder: "contacts", folder: "folder"))
            #expect(sato.calendar == UserCalendar())
            let due = try await store.dueContactLinks(of: sato.id, limit: 9)
            #expect(due.map(\.id.contact) == ["C00000002"])
            #expect(due[0].status.intent?.deadline == Date(timeIntervalSinceReferenceDate: 817_000_060.25))
            #expect(due[0].status.check && due[0].status.version == 5)
            #expect(try await store.contactBacklog()[sato.id]?.byState == [.settled: 1, .due: 1, .tombstone: 1])
            #expect(try await store.cursors().count == 1)
            #expect(try await store.leases().count == 1)
            #expect(try await store.settings()["editedInOutlook"]?.value == "\"report\"")
            #expect(try await store.journal(JournalQuery()).count == 3)
            #expect(try await store.publishedKeys(company, "Contacts", after: nil, upTo: nil, limit: 9).count == 1)

            sato.calendar.isActivated = true
            var row = meeting(1, activity: "A", event: "U")
            row.mailbox = sato.id
            try await store.put(.user(sato), .contactLink(due[0]), .meeting(row))
            #expect(try await store.row(1) == row.committed)
            await store.close()
        }
    }

    @Test("Meetings are found by index, whatever else there is")
    func meetingQueryPlans() async throws {
        try await withFile { path async throws in
            await (try SQLiteStore.open(path)).close()
            let connection = try Connection(.file(path))
            for (sql, index) in [
                (MeetingTable.dueMailboxesSQL, "meeting_due"),
                (MeetingTable.sql(MeetingTable.dueCondition), "meeting_due_of_mailbox"),
                (MeetingTable.sql(MeetingTable.activityCondition), "meeting_activity"),
                (MeetingTable.sql(MeetingTable.namedActivityCondition), "meeting_named_activity"),
                (MeetingTable.sql(MeetingTable.eventCondition), "meeting_event"),
                (MeetingTable.sql(MeetingTable.namedEventCondition), "meeting_named_event"),
                (MeetingTable.sql(MeetingTable.itemCondition), "meeting_item_item"),
                (MeetingTable.sql(MeetingTable.mailboxCondition(after: nil)), "meeting_mailbox"),
                (MeetingTable.sql(MeetingTable.seenCondition(after: meetingID(1))), "PRIMARY KEY"),
                (MeetingTable.sql(MeetingTable.companyCondition), "meeting_activity"),
                (MeetingTable.restSQL, "meeting_due_of_mailbox"),
                (MeetingTable.eventCountSQL, "meeting_events_of_mailbox"),
                (MeetingTable.activityCountSQL, "meeting_activities_of_company"),
            ] {
                let parameters = sql.contains("?1") ? 1 : sql.count { $0 == "?" }
                let plan = try connection.rows(
                    "EXPLAIN QUERY PLAN \(sql)", Array(repeating: .integer(1), count: parameters)
                ) { $0.text(3) }
                #expect(plan.contains { $0.contains(index) }, "\(sql): \(plan)")
                #expect(!plan.contains { $0.contains("SCAN meeting") }, "\(sql): \(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(sql): \(plan)")
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

    @Test(
        "Processes that race for one meeting and are killed make one row, and leave it, journal and requests in step",
        .timeLimit(.minutes(2)))
    func meetingsOfKilledProcesses() async throws {
        try await withFile { path async throws in
            var children: [ChildProcess] = []
            var outputs: [String] = []
            for number in 1...3 {
                outputs.append("\(path).\(number).log")
                children.append(
                    try await ChildProcess.start(
                        Self.committer, [path, "meeting"], environment: ProcessInfo.processInfo.environment,
                        output: outputs[number - 1]))
            }
            func told(_ output: String) -> [Int64] {
                let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int64($0) }
            }
            let processes = children
            #expect(
                try await eventually {
                    outputs.allSatisfy { told($0).count >= 40 } || processes.contains { $0.status != nil }
                })
            for child in children { child.signal(SIGKILL) }
            for child in children { #expect(await child.wait() == 128 + SIGKILL) }

            let store = try await SQLiteStore.open(path)
            let rows = try await store.meetings(activities: [activity("ACT1")], events: [])
            let row = try #require(rows.first)
            #expect(rows.count == 1)
            let count = Int(row.status.version)
            #expect(row.status.attempts == count)
            let revisions = try await store.outbox([3], limit: .max).map(\.draft.revision)
            #expect(revisions == (1...row.status.version).map(\.self))
            #expect(try await store.journal(JournalQuery(item: row.journalItem, limit: .max)).count == count)
            // Each change was one process's, and of each that was told it is there.
            let all = outputs.flatMap(told)
            #expect(all.count >= 120 && Set(all).count == all.count)
            #expect(Set(all).isSubset(of: revisions))
            await store.close()
        }
    }

    /// The program `store-committer`, which lies beside the tests.
    private static var committer: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("store-committer").path
    }
}
