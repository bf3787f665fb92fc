import Foundation
import SQLite
import SyncModel

/// What happens to all rows of a mailbox at once.
extension ContactLinkTable {
    func rest(_ user: SyncUserID, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE contact_link SET state = 4, due = NULL, reason = NULL, changed = ?, version = version + 1
            WHERE state = 1 AND user_id = ?
            """,
            [SQLiteValue(now), SQLiteValue(user)])
    }

    func wake(_ user: SyncUserID, now: Date) throws(SQLiteError) {
        try makeDue(user, state: .resting, now: now)
    }

    func release(_ user: SyncUserID, now: Date) throws(SQLiteError) {
        try makeDue(user, state: .held, now: now)
    }

    private func makeDue(_ user: SyncUserID, state: RowStatus.State, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE contact_link SET state = 1, due = ?1, reason = NULL, changed = ?1, version = version + 1
            WHERE state = ?2 AND user_id = ?3
            """,
            [SQLiteValue(now), SQLiteValue(state.rawValue), SQLiteValue(user)])
    }

    /// All but tombstones and what the user deleted lose their items, and what was meant to be written to these; held and refused
    /// rows become due.
    func restart(_ user: SyncUserID, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE contact_link SET item = 0, item_id = NULL, item_etag = NULL, settled = NULL, needs_check = 1,
                intent_action = NULL, intent_owner = NULL, intent_key = NULL, intent_deadline = NULL,
                generation = generation + 1, attempts = 0, changed = ?1, version = version + 1,
                due = CASE WHEN state IN (1, 2, 3) THEN ?1 END,
                reason = CASE WHEN state IN (1, 2, 3) THEN NULL ELSE reason END,
                state = CASE WHEN state IN (2, 3) THEN 1 ELSE state END
            WHERE state <> 5 AND item <> 2 AND user_id = ?2
            """,
            [SQLiteValue(now), SQLiteValue(user)])
    }

    /// Due rows that were to wait become due now; a write of unknown outcome is waited out all the same.
    func hasten(_ user: SyncUserID, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE contact_link SET due = ?1, changed = ?1, version = version + 1
            WHERE state = 1 AND user_id = ?2 AND due > ?1 AND intent_action IS NULL
            """,
            [SQLiteValue(now), SQLiteValue(user)])
    }
}
