public import Foundation
import SQLite
import SyncModel

/// The table `journal`. A number is never used twice, not even after pruning.
struct JournalTable {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func append(_ draft: JournalDraft, now: Date) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO journal (time, user_id, item, rule, action, detail) VALUES (?, ?, ?, ?, ?, ?)",
            [
                SQLiteValue(now), SQLiteValue(draft.user), .text(draft.item), .text(draft.rule), .text(draft.action),
                .text(draft.detail),
            ])
    }

    /// What was decided of an item, and when, stays; in which words does not.
    func hide(_ item: String) throws(SQLiteError) {
        try connection.run(
            "UPDATE journal SET detail = ? WHERE item = ?",
            [.text("hidden: its event was made private after this (CAL-19)"), .text(item)])
    }

    func entries(_ query: JournalQuery) throws(SQLiteError) -> [JournalEntry] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        if let item = query.item {
            conditions.append("item = ?")
            values.append(.text(item))
        }
        if let user = query.user {
            conditions.append("user_id = ?")
            values.append(SQLiteValue(user))
        }
        let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        return try rows("\(filter)ORDER BY number DESC LIMIT ?", values + [SQLiteValue(max(0, query.limit))])
    }

    /// A number is drawn while the one writer that SQLite has holds its lock, so numbers are committed in their order.
    func entries(after number: Int64, limit: Int) throws(SQLiteError) -> [JournalEntry] {
        try rows("WHERE number > ? ORDER BY number LIMIT ?", [.integer(number), SQLiteValue(max(0, limit))])
    }

    private func rows(_ selection: String, _ values: [SQLiteValue]) throws(SQLiteError) -> [JournalEntry] {
        try connection.rows(
            "SELECT number, time, user_id, item, rule, action, detail FROM journal \(selection)", values
        ) { row throws(SQLiteError) in
            let draft = JournalDraft(
                user: row.isNull(2) ? nil : try row.user(2), item: row.text(3), rule: row.text(4), action: row.text(5),
                detail: row.text(6))
            return JournalEntry(number: row.integer(0), time: row.date(1), draft: draft)
        }
    }

    /// - Returns: how many entries were deleted.
    func prune(before: Date, limit: Int) throws(SQLiteError) -> Int {
        try connection.run(
            "DELETE FROM journal WHERE number IN (SELECT number FROM journal WHERE time < ? ORDER BY time LIMIT ?)",
            [SQLiteValue(before), SQLiteValue(max(0, limit))])
    }
}

extension SQLiteStore {
    public func journal(_ query: JournalQuery) async throws(StoreError) -> [JournalEntry] {
        try await read { connection throws(SQLiteError) in try JournalTable(connection).entries(query) }
    }

    public func journal(after number: Int64, limit: Int) async throws(StoreError) -> [JournalEntry] {
        try await read { connection throws(SQLiteError) in
            try JournalTable(connection).entries(after: number, limit: limit)
        }
    }

    public func prune(journalBefore: Date, tombstonesBefore: Date, limit: Int) async throws(StoreError) -> Int {
        try await write(rows: limit) { connection throws(SQLiteError) in
            var count = try JournalTable(connection).prune(before: journalBefore, limit: limit)
            count += try ContactLinkTable(connection).pruneTombstones(
                before: tombstonesBefore, limit: max(0, limit) - count)
            count += try MeetingTable(connection).pruneTombstones(
                before: tombstonesBefore, limit: max(0, limit) - count)
            return .commit(count)
        }
    }
}
