import Foundation
import SQLite
import SyncModel

/// The table `contact_link`.
///
/// A baseline that checks has to distrust all of a mailbox's rows in one commit, be they a hundred thousand. It raises its
/// user's `check_round` instead of writing them: a row of an earlier round counts as having `check`, and as having been
/// committed once more for each round since. So what others see of a row's version is `version + its user's round`.
struct ContactLinkTable {
    private static let key = ["user_id", "company", "contact"]
    private static let columns = [
        "state", "due", "priority", "attempts", "reason", "intent_action", "intent_owner", "intent_key",
        "intent_deadline", "generation", "partition", "epoch", "counter", "needs_check", "item", "item_id", "item_etag",
        "settled", "observed_hash", "observed", "removal", "check_round", "version", "changed",
    ]
    private static let insert = """
        INSERT INTO contact_link (\((columns + key).joined(separator: ", ")))
        VALUES (\((columns + key).map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (user_id, company, contact) DO NOTHING
        """
    private static let update = """
        UPDATE contact_link SET \(columns.map { "\($0) = ?" }.joined(separator: ", "))
        WHERE user_id = ? AND company = ? AND contact = ? AND version = ?
        """
    /// Its columns are those above, then the key, then the user's round.
    private static let select = """
        SELECT \((columns + key).map { "link.\($0)" }.joined(separator: ", ")), coalesce(sync_user.check_round, 0)
        FROM contact_link AS link LEFT JOIN sync_user ON sync_user.id = link.user_id
        """
    /// Jumps from mailbox to mailbox in the index, past their rows.
    static let dueMailboxesSQL = """
        WITH RECURSIVE mailbox (user_id) AS (
            SELECT min(user_id) FROM contact_link WHERE state = 1 AND partition = ?1
            UNION ALL
            SELECT (
                SELECT min(user_id) FROM contact_link
                WHERE state = 1 AND partition = ?1 AND user_id > mailbox.user_id)
            FROM mailbox WHERE mailbox.user_id IS NOT NULL)
        SELECT user_id,
            (SELECT min(due) FROM contact_link AS link
             WHERE state = 1 AND partition = ?1 AND link.user_id = mailbox.user_id AND priority = 0),
            (SELECT min(due) FROM contact_link AS link
             WHERE state = 1 AND partition = ?1 AND link.user_id = mailbox.user_id AND priority = 1)
        FROM mailbox WHERE user_id IS NOT NULL
        """
    static let dueOfUserSQL = """
        \(select) WHERE link.state = 1 AND link.user_id = ? AND link.priority = ? AND link.due <= ?
        ORDER BY link.due, link.rowid LIMIT ?
        """
    static let dueBackfillSQL = """
        SELECT user_id, count(*) FROM contact_link WHERE state = 1 AND priority = 1 GROUP BY user_id
        """

    let connection: Connection
    /// The users' rounds in this transaction.
    private var rounds: [SyncUserID: Int64] = [:]

    init(_ connection: Connection) {
        self.connection = connection
    }

    // MARK: Writing

    /// - Returns: `false` where the row no longer has its version.
    mutating func store(_ row: ContactLink, now: Date) throws(SQLiteError) -> Bool {
        let round = try self.round(of: row.id.user)
        let values = Self.values(row, round, now)
        return row.status.version == 0
            ? try connection.run(Self.insert, values) == 1
            : try connection.run(Self.update, values + [.integer(row.status.version - round)]) == 1
    }

    func check(_ ids: [ContactLinkID], now: Date) throws(SQLiteError) {
        try connection.withStatement(
            """
            UPDATE contact_link SET needs_check = 1, changed = ?, version = version + 1
            WHERE user_id = ? AND company = ? AND contact = ?
            """
        ) { statement throws(SQLiteError) in
            for id in ids { try statement.run([SQLiteValue(now)] + Self.key(id)) }
        }
    }

    /// Rounds have been raised in this transaction.
    mutating func forgetRounds() {
        rounds = [:]
    }

    /// - Returns: how many tombstones were deleted.
    func pruneTombstones(before: Date, limit: Int) throws(SQLiteError) -> Int {
        try connection.run(
            """
            DELETE FROM contact_link WHERE rowid IN
                (SELECT rowid FROM contact_link WHERE state = 5 AND changed < ? ORDER BY changed LIMIT ?)
            """,
            [SQLiteValue(before), SQLiteValue(limit)])
    }

    private mutating func round(of user: SyncUserID) throws(SQLiteError) -> Int64 {
        if let known = rounds[user] { return known }
        let round =
            try connection.first(
                "SELECT check_round FROM sync_user WHERE id = ?", [SQLiteValue(user)]
            ) { row throws(SQLiteError) in row.integer(0) } ?? 0
        rounds[user] = round
        return round
    }

    // MARK: Reading

    func rows(_ ids: [ContactLinkID]) throws(SQLiteError) -> [ContactLinkID: ContactLink] {
        try connection.withStatement(
            Self.select + " WHERE link.user_id = ? AND link.company = ? AND link.contact = ?"
        ) { statement throws(SQLiteError) in
            var links: [ContactLinkID: ContactLink] = [:]
            links.reserveCapacity(ids.count)
            for id in ids {
                try statement.forEach(Self.key(id)) { row throws(SQLiteError) in links[id] = try Self.link(row) }
            }
            return links
        }
    }

    func keys(
        of user: SyncUserID, _ company: Company, _ range: KeyRange, limit: Int
    ) throws(SQLiteError) -> [ContactCode] {
        try connection.rows(
            """
            SELECT contact FROM contact_link
            WHERE user_id = ? AND company = ?\(range.condition(on: "contact")) AND state <> 5
            ORDER BY contact LIMIT ?
            """,
            [SQLiteValue(user), SQLiteValue(company)] + range.values + [SQLiteValue(max(0, limit))]
        ) { row throws(SQLiteError) in ContactCode(row.text(0)) }
    }

    /// The mailboxes with due rows in a partition.
    func dueMailboxes(_ partition: Int32) throws(SQLiteError) -> [DueMailbox] {
        try connection.rows(
            Self.dueMailboxesSQL, [SQLiteValue(partition)]
        ) { row throws(SQLiteError) in
            DueMailbox(user: try row.user(0), live: row.optionalDate(1), backfill: row.optionalDate(2))
        }
    }

    func due(of user: SyncUserID, now: Date, limit: Int) throws(SQLiteError) -> [ContactLink] {
        var links: [ContactLink] = []
        for priority in RowStatus.Priority.allCases.sorted() where links.count < limit {
            links += try connection.rows(
                Self.dueOfUserSQL,
                [
                    SQLiteValue(user), SQLiteValue(priority.rawValue), SQLiteValue(now),
                    SQLiteValue(limit - links.count),
                ]
            ) { row throws(SQLiteError) in try Self.link(row) }
        }
        return links
    }

    func dueBackfill() throws(SQLiteError) -> [SyncUserID: Int] {
        let counts = try connection.rows(
            Self.dueBackfillSQL
        ) { row throws(SQLiteError) in (try row.user(0), Int(row.integer(1))) }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    func backlog() throws(SQLiteError) -> [SyncUserID: RowCounts] {
        try RowCounts.backlog(connection, table: "contact_link", user: "user_id")
    }
}

// MARK: - Rows and values

extension ContactLinkTable {
    private enum Items: Int {
        case none = 0
        case made = 1
        case deletedByUser = 2
    }

    private static func key(_ id: ContactLinkID) -> [SQLiteValue] {
        [SQLiteValue(id.user), SQLiteValue(id.company), SQLiteValue(id.contact)]
    }

    private static func values(_ row: ContactLink, _ round: Int64, _ now: Date) -> [SQLiteValue] {
        let status = row.status
        let (item, itemID, etag): (Items, ItemID?, ETag?) =
            switch row.item {
            case .none: (.none, nil, nil)
            case .made(let id, let etag): (.made, id, etag)
            case .deletedByUser(let id): (.deletedByUser, id, nil)
            }
        let (hash, data, removal): (ContentHash?, Data?, RemovalReason?) =
            switch row.observed {
            case nil: (nil, nil, nil)
            case .content(let data, let hash): (hash, data, nil)
            case .removal(let reason): (nil, nil, reason)
            }
        return [
            SQLiteValue(status.state.rawValue), SQLiteValue(status.due), SQLiteValue(status.priority.rawValue),
            SQLiteValue(status.attempts), SQLiteValue(status.reason), SQLiteValue(status.intent?.action.rawValue),
            SQLiteValue(status.intent?.owner), SQLiteValue(status.intent?.key), SQLiteValue(status.intent?.deadline),
            SQLiteValue(status.generation), SQLiteValue(status.partition), .integer(status.sequence.epoch),
            .integer(status.sequence.counter), SQLiteValue(status.check), SQLiteValue(item.rawValue),
            SQLiteValue(itemID), SQLiteValue(etag), SQLiteValue(row.settled), SQLiteValue(hash), SQLiteValue(data),
            SQLiteValue(removal), .integer(round), .integer(status.version + 1 - round), SQLiteValue(now),
        ] + key(row.id)
    }

    private static func link(_ row: borrowing Statement) throws(SQLiteError) -> ContactLink {
        let id = ContactLinkID(
            user: try row.user(24), company: Company(Int(row.integer(25))), contact: ContactCode(row.text(26)))
        let round = row.integer(27)
        var link = ContactLink(id: id, status: try status(row, round))
        let item: Items = try row.choice(14)
        link.item =
            switch item {
            case .none: .none
            case .made: .made(ItemID(row.text(15)), ETag(row.text(16)))
            case .deletedByUser: .deletedByUser(ItemID(row.text(15)))
            }
        link.settled = row.identifier(17)
        if let hash: ContentHash = row.identifier(18) {
            link.observed = .content(row.blob(19), hash)
        } else if let reason: RemovalReason = row.identifier(20) {
            link.observed = .removal(reason)
        }
        return link
    }

    private static func status(_ row: borrowing Statement, _ round: Int64) throws(SQLiteError) -> RowStatus {
        var status = RowStatus(
            partition: Int32(truncatingIfNeeded: row.integer(10)),
            sequence: ReadSequence(epoch: row.integer(11), counter: row.integer(12)), priority: try row.choice(2))
        status.state = try row.choice(0)
        status.due = row.optionalDate(1)
        status.attempts = Int(row.integer(3))
        status.reason = row.optionalText(4)
        if !row.isNull(5) {
            status.intent = Intent(
                action: try row.choice(5), owner: row.text(6), key: row.text(7), deadline: row.date(8))
        }
        status.generation = Int(row.integer(9))
        status.check = row.flag(13) || row.integer(21) < round
        status.version = row.integer(22) + round
        return status
    }
}
