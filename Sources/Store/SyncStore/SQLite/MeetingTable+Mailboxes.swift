import Foundation
import SQLite
import SyncModel

/// What happens to all meetings of a mailbox at once.
extension MeetingTable {
    static let restSQL = """
        UPDATE meeting SET state = 4, due = NULL, reason = NULL, changed = ?, version = version + 1
        WHERE state = 1 AND mailbox = ?
        """

    func rest(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        try connection.run(Self.restSQL, [SQLiteValue(now), SQLiteValue(mailbox)])
    }

    /// A rule that lets a row rest gives a reason; a switch gives none.
    func wake(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        try makeDue(mailbox, "state = 4 AND reason IS NULL", now: now)
    }

    func release(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        try makeDue(mailbox, "state = 2", now: now)
    }

    func retry(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        try makeDue(mailbox, "state = 3", now: now)
    }

    private func makeDue(_ mailbox: SyncUserID, _ condition: String, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE meeting SET state = 1, due = ?1, reason = NULL, changed = ?1, version = version + 1
            WHERE \(condition) AND mailbox = ?2
            """,
            [SQLiteValue(now), SQLiteValue(mailbox)])
    }

    /// Due rows that were to wait become due now; a write of unknown outcome is waited out all the same.
    func hasten(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE meeting SET due = ?1, changed = ?1, version = version + 1
            WHERE state = 1 AND mailbox = ?2 AND due > ?1 AND has_intent = 0
            """,
            [SQLiteValue(now), SQLiteValue(mailbox)])
    }

    func restart(_ mailbox: SyncUserID, now: Date) throws(SQLiteError) {
        for var row in try rows("WHERE meeting.mailbox = ? AND meeting.state <> 5", [SQLiteValue(mailbox)]) {
            row.forgetEvent(now: now)
            _ = try store(row, now: now)
        }
        // Of others' meetings, his copies.
        for var row in try rows(
            """
            JOIN meeting_item ON meeting_item.meeting = meeting.id
            WHERE meeting_item.mailbox = ?1 AND meeting.mailbox <> ?1 AND meeting.state <> 5
            """, [SQLiteValue(mailbox)])
        {
            row.copies[mailbox] = nil
            _ = try store(row, now: now)
        }
    }
}

extension MeetingRow {
    /// The mailbox that its event was in is another one now.
    fileprivate mutating func forgetEvent(now: Date) {
        status.attempts = 0
        status.generation += 1
        status.intent = nil
        meeting.intent = nil
        meeting.asked = nil
        meeting.hold = nil
        guard meeting.activity != nil else {
            status.state = .tombstone
            status.due = nil
            status.reason = nil
            return
        }
        meeting.event = nil
        meeting.eventFacts = EventFacts()
        meeting.answers = [:]
        meeting.observed.exchange = .gone(.absent)
        // What was agreed upon concerned another event: its absence here ends nothing.
        meeting.base = .nothing
        meeting.check = true
        status.check = true
        copies = [:]
        occurrence = ""
        switch status.state {
        case .held, .refused, .settled:
            status.state = .due
            status.due = now
            status.reason = nil
        case .due: status.due = now
        case .resting, .tombstone: break
        }
    }
}
