import Foundation
import SQLite
import SyncModel

/// The tables `meeting`, and `meeting_item`: in which mailboxes a meeting's event was seen.
///
/// A baseline that checks raises its user's `meeting_round` instead of writing the rows of his mailbox, as with contacts
/// (`ContactLinkTable`): what others see of a row's version is `version + the round of its mailbox`.
struct MeetingTable {
    private static let columns = [
        "company", "activity", "uid", "occurrence", "named_company", "named_activity", "named_uid", "mailbox", "state",
        "due", "priority", "attempts", "reason", "has_intent", "generation", "partition", "epoch", "counter",
        "needs_check", "changed", "body", "is_hidden",
    ]
    private static let round = "coalesce((SELECT meeting_round FROM sync_user WHERE sync_user.id = ?), 0)"
    /// After the columns: its mailbox, its version, its mailbox, its id.
    private static let insert = """
        INSERT INTO meeting (\(columns.joined(separator: ", ")), check_round, version, id)
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")), \(round), ? - \(round), ?)
        ON CONFLICT DO NOTHING
        """
    /// The same; then the version that it had, and twice its unique keys.
    private static let update = """
        UPDATE meeting SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")), check_round = \(round),
            version = ? - \(round)
        WHERE id = ? AND \(visibleVersion) = ?
            AND NOT EXISTS (
                SELECT 1 FROM meeting AS other
                WHERE other.company = ? AND other.activity = ? AND other.activity IS NOT NULL AND other.id <> meeting.id)
            AND NOT EXISTS (
                SELECT 1 FROM meeting AS other
                WHERE other.uid = ? AND other.occurrence = ? AND other.uid IS NOT NULL AND other.id <> meeting.id)
        """
    private static let visibleVersion =
        "version + coalesce((SELECT meeting_round FROM sync_user WHERE sync_user.id = meeting.mailbox), 0)"

    let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    // MARK: Writing

    /// - Returns: `false` where the row no longer has its version, or another row is of its activity or event.
    func store(_ row: MeetingRow, now: Date) throws(SQLiteError) -> Bool {
        // From now on nothing is said of it any more (CAL-19).
        if row.meeting.isHidden, try isShown(row.id) { try hide(row.id) }
        let mailbox = SQLiteValue(row.mailbox)
        let values =
            try Self.values(row, now) + [mailbox, .integer(row.status.version + 1), mailbox, SQLiteValue(row.id.uuid)]
        let changed =
            row.status.version == 0
            ? try connection.run(Self.insert, values)
            : try connection.run(Self.update, values + [.integer(row.status.version)] + Self.uniqueKeys(row))
        guard changed == 1 else { return false }
        try storeItems(row)
        return true
    }

    /// - Returns: `false` where the row no longer has that version.
    func remove(_ id: MeetingID, version: Int64) throws(SQLiteError) -> Bool {
        let id = SQLiteValue(id.uuid)
        guard
            try connection.run(
                "DELETE FROM meeting WHERE id = ? AND \(Self.visibleVersion) = ?", [id, .integer(version)]) == 1
        else { return false }
        try connection.run("DELETE FROM meeting_item WHERE meeting = ?", [id])
        return true
    }

    func check(_ ids: [MeetingID], now: Date) throws(SQLiteError) {
        try connection.withStatement(
            "UPDATE meeting SET needs_check = 1, changed = ?, version = version + 1 WHERE id = ?"
        ) { statement throws(SQLiteError) in
            for id in ids { try statement.run([SQLiteValue(now), SQLiteValue(id.uuid)]) }
        }
    }

    /// - Returns: how many tombstones were deleted.
    func pruneTombstones(before: Date, limit: Int) throws(SQLiteError) -> Int {
        let ids = try connection.rows(
            "SELECT id FROM meeting WHERE state = 5 AND changed < ? ORDER BY changed LIMIT ?",
            [SQLiteValue(before), SQLiteValue(limit)]
        ) { row throws(SQLiteError) in SQLiteValue.blob(row.blob(0)) }
        for id in ids {
            try connection.run("DELETE FROM meeting WHERE id = ?", [id])
            try connection.run("DELETE FROM meeting_item WHERE meeting = ?", [id])
        }
        return ids.count
    }

    private func isShown(_ id: MeetingID) throws(SQLiteError) -> Bool {
        try connection.first(
            "SELECT is_hidden FROM meeting WHERE id = ?", [SQLiteValue(id.uuid)]
        ) { row throws(SQLiteError) in !row.flag(0) } ?? false
    }

    private func hide(_ id: MeetingID) throws(SQLiteError) {
        try JournalTable(connection).hide(MeetingRow.journalItem(id))
        try OutboxTable(connection).delete(of: id)
    }

    /// Most commits leave a meeting's items as they are.
    private func storeItems(_ row: MeetingRow) throws(SQLiteError) {
        var items = row.copies
        if let event = row.meeting.event { items[row.mailbox] = event.item }
        let id = SQLiteValue(row.id.uuid)
        let known = try connection.rows(
            "SELECT mailbox, item FROM meeting_item WHERE meeting = ?", [id]
        ) { row throws(SQLiteError) in (try row.user(0), ItemID(row.text(1))) }
        for (mailbox, item) in known where items[mailbox] != item {
            try connection.run(
                "DELETE FROM meeting_item WHERE mailbox = ? AND meeting = ?", [SQLiteValue(mailbox), id])
        }
        let isKnown = Dictionary(known, uniquingKeysWith: { one, _ in one })
        for (mailbox, item) in items where isKnown[mailbox] != item {
            try connection.run(
                "INSERT INTO meeting_item (mailbox, meeting, item) VALUES (?, ?, ?)",
                [SQLiteValue(mailbox), id, SQLiteValue(item)])
        }
    }
}

// MARK: - Rows and values

extension MeetingTable {
    /// Its columns are those above, then the version, the round it was stored in, the id, and its mailbox's round.
    private static let select = """
        SELECT \(columns.map { "meeting.\($0)" }.joined(separator: ", ")), meeting.version, meeting.check_round, meeting.id,
            coalesce(sync_user.meeting_round, 0)
        FROM meeting LEFT JOIN sync_user ON sync_user.id = meeting.mailbox
        """

    /// The rows of a query on `meeting`: what follows `FROM`.
    func rows(_ condition: String, _ values: [SQLiteValue]) throws(SQLiteError) -> [MeetingRow] {
        try connection.rows("\(Self.select) \(condition)", values) { row throws(SQLiteError) in try Self.row(row) }
    }

    /// For the test that looks at the query's plan.
    static func sql(_ condition: String) -> String { "\(select) \(condition)" }

    private static func values(_ row: MeetingRow, _ now: Date) throws(SQLiteError) -> [SQLiteValue] {
        let (meeting, status) = (row.meeting, row.status)
        let named = meeting.eventFacts.activity
        return [
            SQLiteValue(meeting.activity.map { Int64($0.company.rawValue) }), SQLiteValue(meeting.activity?.activity),
            SQLiteValue(meeting.event?.uid), .text(row.occurrence),
            SQLiteValue(named.map { Int64($0.company.rawValue) }), SQLiteValue(named?.activity),
            SQLiteValue(meeting.activityFacts.meetingKey), SQLiteValue(row.mailbox),
            SQLiteValue(status.state.rawValue), SQLiteValue(status.due), SQLiteValue(status.priority.rawValue),
            SQLiteValue(status.attempts), SQLiteValue(status.reason),
            SQLiteValue(status.intent != nil || meeting.intent != nil), SQLiteValue(status.generation),
            SQLiteValue(status.partition), .integer(status.sequence.epoch), .integer(status.sequence.counter),
            SQLiteValue(status.check || meeting.check), SQLiteValue(now), .blob(try StoredMeeting(row).data()),
            SQLiteValue(meeting.isHidden),
        ]
    }

    private static func uniqueKeys(_ row: MeetingRow) -> [SQLiteValue] {
        [
            SQLiteValue(row.meeting.activity.map { Int64($0.company.rawValue) }),
            SQLiteValue(row.meeting.activity?.activity), SQLiteValue(row.meeting.event?.uid), .text(row.occurrence),
        ]
    }

    private static func row(_ row: borrowing Statement) throws(SQLiteError) -> MeetingRow {
        let round = row.integer(25)
        var status = RowStatus(
            partition: Int32(truncatingIfNeeded: row.integer(15)),
            sequence: ReadSequence(epoch: row.integer(16), counter: row.integer(17)), priority: try row.choice(10))
        status.state = try row.choice(8)
        status.due = row.optionalDate(9)
        status.attempts = Int(row.integer(11))
        status.reason = row.optionalText(12)
        status.generation = Int(row.integer(14))
        status.check = row.flag(18) || row.integer(23) < round
        status.version = row.integer(22) + round
        let activity = row.optionalText(1).map {
            ActivityKey(company: Company(Int(row.integer(0))), activity: ActivityCode($0))
        }
        return try StoredMeeting(row.blob(20)).row(
            MeetingID(try row.uuid(24)), activity: activity, occurrence: row.text(3), mailbox: try row.user(7), status)
    }
}
