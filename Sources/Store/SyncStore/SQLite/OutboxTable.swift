import Foundation
import SQLite
import SyncModel

/// The table `outbox`.
struct OutboxTable {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func add(_ draft: OutboxDraft, now: Date) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO outbox (time, meeting, revision, partition, key, data) VALUES (?, ?, ?, ?, ?, ?)",
            [
                SQLiteValue(now), SQLiteValue(draft.meeting.uuid), .integer(draft.revision),
                SQLiteValue(draft.partition), .text(draft.key), .blob(draft.data),
            ])
    }

    func delete(_ numbers: [Int64]) throws(SQLiteError) {
        try connection.withStatement("DELETE FROM outbox WHERE number = ?") { statement throws(SQLiteError) in
            for number in numbers { try statement.run([.integer(number)]) }
        }
    }

    func delete(of meeting: MeetingID) throws(SQLiteError) {
        try connection.run("DELETE FROM outbox WHERE meeting = ?", [SQLiteValue(meeting.uuid)])
    }

    func entries(_ partition: Int32, limit: Int) throws(SQLiteError) -> [OutboxEntry] {
        try connection.rows(
            """
            SELECT number, time, meeting, revision, partition, key, data FROM outbox
            WHERE partition = ? ORDER BY number LIMIT ?
            """,
            [SQLiteValue(partition), SQLiteValue(max(0, limit))]
        ) { row throws(SQLiteError) in
            OutboxEntry(
                number: row.integer(0), time: row.date(1),
                draft: OutboxDraft(
                    meeting: MeetingID(try row.uuid(2)), revision: row.integer(3),
                    partition: Int32(truncatingIfNeeded: row.integer(4)), key: row.text(5), data: row.blob(6)))
        }
    }
}

extension SQLiteStore {
    public func outbox(_ partitions: Set<Int32>, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try await read { connection throws(SQLiteError) in
            let table = OutboxTable(connection)
            var entries: [OutboxEntry] = []
            for partition in partitions { entries += try table.entries(partition, limit: limit) }
            return Array(entries.sorted { $0.number < $1.number }.prefix(max(0, limit)))
        }
    }
}
