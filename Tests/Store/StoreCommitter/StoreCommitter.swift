import CRuntime
import Foundation
import SyncModel
import SyncStore

/// Commits to a store without end, and says of each commit that it is durable: for the tests that kill it.
///
/// With a second argument it changes one meeting's row, which others may change too, and asks for an invitation with each change.
@main
enum StoreCommitter {
    static func main() async throws {
        let store = try await SQLiteStore.open(CommandLine.arguments[1])
        if CommandLine.arguments.count > 2 {
            try await meetings(store)
        } else {
            try await cursors(store)
        }
    }

    private static func cursors(_ store: SQLiteStore) async throws {
        let name = CursorName("committed")
        var number = Int64(try await store.cursors()[name] ?? "") ?? 0
        while true {
            number += 1
            let entry = JournalDraft(item: "\(number)", rule: "test", action: "committed", detail: "")
            guard try await store.commit([.cursor(name, "\(number)"), .journal(entry)]) == .committed else { continue }
            say(number)
        }
    }

    private static func meetings(_ store: SQLiteStore) async throws {
        let activity = ActivityKey(company: Company(1300), activity: ActivityCode("ACT1"))
        let mailbox = SyncUserID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
        while true {
            var meeting = Meeting(owner: .user(mailbox), birth: .ln)
            meeting.activity = activity
            let new = MeetingRow(
                id: MeetingID(UUID()), status: RowStatus(partition: 3, sequence: .none, priority: .live),
                meeting: meeting, mailbox: mailbox)
            var row = try await store.meetings(activities: [activity], events: []).first ?? new
            row.status.attempts += 1
            let revision = row.status.version + 1
            let outcome = try await store.commit([
                .meeting(row), .journal(JournalDraft(item: row.journalItem, rule: "test", action: "asked", detail: "")),
                .outbox(
                    OutboxDraft(meeting: row.id, revision: revision, partition: 3, key: "\(mailbox)", data: Data())),
            ])
            if outcome == .committed { say(revision) }
        }
    }

    private static func say(_ number: Int64) {
        let line = Array("\(number)\n".utf8)
        _ = cruntime_write_all(1, line, line.count)
    }
}
