import Foundation
import SQLite
import SyncModel

extension MeetingTable {
    static let activityCondition = "WHERE meeting.company = ? AND meeting.activity = ?"
    static let namedActivityCondition = "WHERE meeting.named_company = ? AND meeting.named_activity = ?"
    static let eventCondition = "WHERE meeting.uid = ?"
    static let namedEventCondition = "WHERE meeting.named_uid = ?"
    static let itemCondition = """
        JOIN meeting_item ON meeting_item.meeting = meeting.id
        WHERE meeting_item.mailbox = ? AND meeting_item.item = ?
        """
    static let dueCondition = """
        WHERE meeting.state = 1 AND meeting.mailbox = ? AND meeting.priority = ? AND meeting.due <= ?
        ORDER BY meeting.due, meeting.rowid LIMIT ?
        """
    static let companyCondition = """
        WHERE meeting.company = ? AND meeting.activity > ? AND meeting.state <> 5 ORDER BY meeting.activity LIMIT ?
        """
    static let eventCountSQL = """
        SELECT count(*) FROM meeting WHERE mailbox = ? AND uid IS NOT NULL AND state <> 5
        """
    /// Without the hint SQLite prefers the unique index, and looks at each row for its state.
    static let activityCountSQL = """
        SELECT count(*) FROM meeting INDEXED BY meeting_activities_of_company
        WHERE company = ? AND activity IS NOT NULL AND state <> 5
        """

    static func mailboxCondition(after: MeetingID?) -> String {
        "WHERE meeting.mailbox = ?\(self.after(after, "meeting.id")) ORDER BY meeting.id LIMIT ?"
    }

    static func seenCondition(after: MeetingID?) -> String {
        """
        JOIN meeting_item ON meeting_item.meeting = meeting.id
        WHERE meeting_item.mailbox = ?\(self.after(after, "meeting_item.meeting"))
        ORDER BY meeting_item.meeting LIMIT ?
        """
    }

    /// Jumps from mailbox to mailbox in the index, past their rows.
    static let dueMailboxesSQL = """
        WITH RECURSIVE due (mailbox) AS (
            SELECT min(mailbox) FROM meeting WHERE state = 1 AND partition = ?1
            UNION ALL
            SELECT (
                SELECT min(mailbox) FROM meeting WHERE state = 1 AND partition = ?1 AND mailbox > due.mailbox)
            FROM due WHERE due.mailbox IS NOT NULL)
        SELECT mailbox,
            (SELECT min(due) FROM meeting
             WHERE state = 1 AND partition = ?1 AND meeting.mailbox = due.mailbox AND priority = 0),
            (SELECT min(due) FROM meeting
             WHERE state = 1 AND partition = ?1 AND meeting.mailbox = due.mailbox AND priority = 1)
        FROM due WHERE mailbox IS NOT NULL
        """

    func rows(_ ids: [MeetingID]) throws(SQLiteError) -> [MeetingID: MeetingRow] {
        var meetings: [MeetingID: MeetingRow] = [:]
        for id in ids {
            for row in try rows("WHERE meeting.id = ?", [SQLiteValue(id.uuid)]) { meetings[id] = row }
        }
        return meetings
    }

    func rows(_ activities: [ActivityKey], _ events: [ICalUID]) throws(SQLiteError) -> [MeetingRow] {
        var found: [MeetingID: MeetingRow] = [:]
        func add(_ condition: String, _ values: [SQLiteValue]) throws(SQLiteError) {
            for row in try rows(condition, values) { found[row.id] = row }
        }
        for activity in activities {
            let key = [SQLiteValue(activity.company), SQLiteValue(activity.activity)]
            try add(Self.activityCondition, key)
            try add(Self.namedActivityCondition, key)
        }
        for event in events {
            try add(Self.eventCondition, [SQLiteValue(event)])
            try add(Self.namedEventCondition, [SQLiteValue(event)])
        }
        return found.values.sorted { $0.id < $1.id }
    }

    func rows(_ items: [ItemID], in mailbox: SyncUserID) throws(SQLiteError) -> [MeetingRow] {
        var found: [MeetingID: MeetingRow] = [:]
        for item in items {
            for row in try rows(Self.itemCondition, [SQLiteValue(mailbox), SQLiteValue(item)]) { found[row.id] = row }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    func rows(of mailbox: SyncUserID, after: MeetingID?, limit: Int) throws(SQLiteError) -> [MeetingRow] {
        try rows(
            Self.mailboxCondition(after: after),
            [SQLiteValue(mailbox)] + Self.values(after) + [SQLiteValue(max(0, limit))])
    }

    func rows(seenIn mailbox: SyncUserID, after: MeetingID?, limit: Int) throws(SQLiteError) -> [MeetingRow] {
        try rows(
            Self.seenCondition(after: after),
            [SQLiteValue(mailbox)] + Self.values(after) + [SQLiteValue(max(0, limit))])
    }

    func rows(in company: Company, after: ActivityCode?, limit: Int) throws(SQLiteError) -> [MeetingRow] {
        try rows(
            Self.companyCondition,
            [SQLiteValue(company), .text(after?.rawValue ?? ""), SQLiteValue(max(0, limit))])
    }

    private static func after(_ id: MeetingID?, _ column: String) -> String { id == nil ? "" : " AND \(column) > ?" }

    private static func values(_ id: MeetingID?) -> [SQLiteValue] { id.map { [SQLiteValue($0.uuid)] } ?? [] }

    // MARK: Due rows

    func dueMailboxes(_ partition: Int32) throws(SQLiteError) -> [DueMailbox] {
        try connection.rows(Self.dueMailboxesSQL, [SQLiteValue(partition)]) { row throws(SQLiteError) in
            DueMailbox(user: try row.user(0), live: row.optionalDate(1), backfill: row.optionalDate(2))
        }
    }

    func due(of mailbox: SyncUserID, now: Date, limit: Int) throws(SQLiteError) -> [MeetingRow] {
        var meetings: [MeetingRow] = []
        for priority in RowStatus.Priority.allCases.sorted() where meetings.count < limit {
            meetings += try rows(
                Self.dueCondition,
                [
                    SQLiteValue(mailbox), SQLiteValue(priority.rawValue), SQLiteValue(now),
                    SQLiteValue(limit - meetings.count),
                ])
        }
        return meetings
    }

    func dueBackfill() throws(SQLiteError) -> [SyncUserID: Int] {
        let counts = try connection.rows(
            "SELECT mailbox, count(*) FROM meeting WHERE state = 1 AND priority = 1 GROUP BY mailbox"
        ) { row throws(SQLiteError) in (try row.user(0), Int(row.integer(1))) }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    // MARK: Counts

    func backlog() throws(SQLiteError) -> [SyncUserID: RowCounts] {
        try RowCounts.backlog(connection, table: "meeting", user: "mailbox")
    }

    /// By the stored form's member of that name.
    func asked() throws(SQLiteError) -> [SyncUserID: Int] {
        let counts = try connection.rows(
            """
            SELECT mailbox, count(*) FROM meeting
            WHERE state = 0 AND json_extract(CAST(body AS TEXT), '$.asked') IS NOT NULL GROUP BY mailbox
            """
        ) { row throws(SQLiteError) in (try row.user(0), Int(row.integer(1))) }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    func eventCount(of mailbox: SyncUserID) throws(SQLiteError) -> Int {
        try count(Self.eventCountSQL, SQLiteValue(mailbox))
    }

    func activityCount(in company: Company) throws(SQLiteError) -> Int {
        try count(Self.activityCountSQL, SQLiteValue(company))
    }

    private func count(_ sql: String, _ value: SQLiteValue) throws(SQLiteError) -> Int {
        try connection.first(sql, [value]) { row throws(SQLiteError) in Int(row.integer(0)) } ?? 0
    }
}
