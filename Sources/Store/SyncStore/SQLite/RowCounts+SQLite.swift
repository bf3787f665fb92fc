import SQLite
import SyncModel

extension RowCounts {
    /// The rows of a table of `contact_link`'s or `meeting`'s kind, counted by user and state.
    /// - Parameter user: the column of the user.
    static func backlog(
        _ connection: Connection, table: String, user: String
    ) throws(SQLiteError) -> [SyncUserID: RowCounts] {
        let counts = try connection.rows(
            "SELECT \(user), state, count(*), min(due) FROM \(table) GROUP BY \(user), state"
        ) { row throws(SQLiteError) in
            let state: RowStatus.State = try row.choice(1)
            return (try row.user(0), state, Int(row.integer(2)), row.optionalDate(3))
        }
        var backlog: [SyncUserID: RowCounts] = [:]
        for (user, state, count, due) in counts {
            backlog[user, default: RowCounts()].byState[state] = count
            if state == .due { backlog[user]?.oldestDue = due }
        }
        // The bare column is of the row that has the maximum.
        let failing = try connection.rows(
            """
            SELECT \(user), count(*), reason, max(changed) FROM \(table)
            WHERE state = 1 AND reason IS NOT NULL GROUP BY \(user)
            """
        ) { row throws(SQLiteError) in
            (try row.user(0), FailingRows(count: Int(row.integer(1)), reason: row.text(2)))
        }
        for (user, failing) in failing { backlog[user]?.failing = failing }
        return backlog
    }
}

extension DueMailbox {
    /// One for each mailbox, by its user. A mailbox's contacts are in one partition, but for a topic that is growing; its meetings may be
    /// in several.
    static func merged(_ mailboxes: [DueMailbox]) -> [DueMailbox] {
        var merged: [SyncUserID: DueMailbox] = [:]
        for mailbox in mailboxes {
            let other = merged[mailbox.user]
            merged[mailbox.user] = DueMailbox(
                user: mailbox.user, live: [mailbox.live, other?.live].compactMap(\.self).min(),
                backfill: [mailbox.backfill, other?.backfill].compactMap(\.self).min())
        }
        return merged.values.sorted { $0.user < $1.user }
    }
}
