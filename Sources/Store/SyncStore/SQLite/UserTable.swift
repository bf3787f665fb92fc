import Foundation
import SQLite
public import SyncModel

/// The table `sync_user`.
///
/// `check_round` counts the baselines that check: a row of an earlier round than its user's is to be checked, without being
/// written for it (`ContactLinkTable`).
struct UserTable {
    private enum Baselines: Int {
        case none = 0
        case running = 1
        case done = 2
    }

    private static let columns = [
        "code", "name", "email", "is_active", "contacts_folder", "folder", "baseline", "baseline_after",
        "quarantine_reason", "quarantine_since", "quarantine_until", "quarantine_attempts", "is_paused",
        "calendar_folder", "calendar_activated", "ln_baseline", "ln_begun", "ln_after", "exchange_baseline",
        "exchange_begun", "exchange_after", "version", "id",
    ]
    private static let select = "SELECT \(columns.joined(separator: ", ")) FROM sync_user ORDER BY id"
    private static let insert = """
        INSERT INTO sync_user (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (id) DO NOTHING
        """
    private static let update = """
        UPDATE sync_user SET \(columns.dropLast().map { "\($0) = ?" }.joined(separator: ", "))
        WHERE id = ? AND version = ?
        """

    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func all() throws(SQLiteError) -> [SyncUser] {
        try connection.rows(Self.select) { row throws(SQLiteError) in try Self.user(row) }
    }

    /// - Returns: `false` where the user no longer has his version.
    func store(_ user: SyncUser) throws(SQLiteError) -> Bool {
        user.version == 0
            ? try connection.run(Self.insert, Self.values(user)) == 1
            : try connection.run(Self.update, Self.values(user) + [.integer(user.version)]) == 1
    }

    func beginBaseline(_ users: [SyncUserID], check: Bool) throws(SQLiteError) {
        for user in users {
            try connection.run(
                """
                UPDATE sync_user SET baseline = ?, baseline_after = NULL, check_round = check_round + ?,
                    version = version + 1 WHERE id = ?
                """,
                [SQLiteValue(Baselines.running.rawValue), SQLiteValue(check), SQLiteValue(user)])
        }
    }

    func beginCalendarBaseline(
        _ users: [SyncUserID], _ sides: Set<Side>, check: Bool, now: Date
    ) throws(SQLiteError) {
        for side in Side.allCases where sides.contains(side) {
            let name = side.rawValue
            for user in users {
                try connection.run(
                    """
                    UPDATE sync_user SET \(name)_baseline = ?, \(name)_begun = ?, \(name)_after = NULL,
                        version = version + 1 WHERE id = ?
                    """,
                    [SQLiteValue(Baselines.running.rawValue), SQLiteValue(now), SQLiteValue(user)])
            }
        }
        guard check else { return }
        for user in users {
            try connection.run(
                "UPDATE sync_user SET meeting_round = meeting_round + 1 WHERE id = ?", [SQLiteValue(user)])
        }
    }

    private static func values(_ user: SyncUser) -> [SQLiteValue] {
        let (baseline, after): (Baselines, ContactCode?) =
            switch user.baseline {
            case .none: (.none, nil)
            case .running(let after): (.running, after)
            case .done: (.done, nil)
            }
        return [
            SQLiteValue(user.code), .text(user.name), SQLiteValue(user.email), SQLiteValue(user.isActive),
            SQLiteValue(user.mailbox?.contactsFolder), SQLiteValue(user.mailbox?.folder),
            SQLiteValue(baseline.rawValue), SQLiteValue(after),
            SQLiteValue(user.quarantine?.reason), SQLiteValue(user.quarantine?.since),
            SQLiteValue(user.quarantine?.until), SQLiteValue(user.quarantine.map { Int64($0.attempts) }),
            SQLiteValue(user.isPaused), SQLiteValue(user.calendar.folder), SQLiteValue(user.calendar.isActivated),
        ] + values(user.calendar.baselines.ln) + values(user.calendar.baselines.exchange) + [
            .integer(user.version + 1), SQLiteValue(user.id),
        ]
    }

    private static func values(_ baseline: CalendarBaseline) -> [SQLiteValue] {
        switch baseline {
        case .none: [SQLiteValue(Baselines.none.rawValue), .null, .null]
        case .running(let begun, let after):
            [SQLiteValue(Baselines.running.rawValue), SQLiteValue(begun), SQLiteValue(after)]
        case .done(let begun): [SQLiteValue(Baselines.done.rawValue), SQLiteValue(begun), .null]
        }
    }

    private static func calendarBaseline(
        _ row: borrowing Statement, from column: Int32
    ) throws(SQLiteError) -> CalendarBaseline {
        let baseline: Baselines = try row.choice(column)
        return switch baseline {
        case .none: .none
        case .running: .running(begun: row.date(column + 1), after: row.optionalText(column + 2))
        case .done: .done(begun: row.date(column + 1))
        }
    }

    private static func user(_ row: borrowing Statement) throws(SQLiteError) -> SyncUser {
        var user = SyncUser(
            id: try row.user(22), code: LNUserCode(row.text(0)), name: row.text(1), email: EmailAddress(row.text(2)),
            isActive: row.flag(3))
        if let contactsFolder: ItemID = row.identifier(4), let folder: ItemID = row.identifier(5) {
            user.mailbox = MailboxIdentity(contactsFolder: contactsFolder, folder: folder)
        }
        let baseline: Baselines = try row.choice(6)
        user.baseline =
            switch baseline {
            case .none: .none
            case .running: .running(after: row.identifier(7))
            case .done: .done
            }
        if let reason = row.optionalText(8) {
            user.quarantine = Quarantine(
                reason: reason, since: row.date(9), until: row.date(10), attempts: Int(row.integer(11)))
        }
        user.isPaused = row.flag(12)
        user.calendar.folder = row.identifier(13)
        user.calendar.isActivated = row.flag(14)
        user.calendar.baselines.ln = try calendarBaseline(row, from: 15)
        user.calendar.baselines.exchange = try calendarBaseline(row, from: 18)
        user.version = row.integer(21)
        return user
    }
}

extension SQLiteStore {
    public func users() async throws(StoreError) -> [SyncUser] {
        try await read { connection throws(SQLiteError) in try UserTable(connection).all() }
    }
}
