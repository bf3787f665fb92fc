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
        "quarantine_reason", "quarantine_since", "quarantine_until", "quarantine_attempts", "is_paused", "version",
        "id",
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
            SQLiteValue(user.isPaused), .integer(user.version + 1), SQLiteValue(user.id),
        ]
    }

    private static func user(_ row: borrowing Statement) throws(SQLiteError) -> SyncUser {
        var user = SyncUser(
            id: try row.user(14), code: LNUserCode(row.text(0)), name: row.text(1), email: EmailAddress(row.text(2)),
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
        user.version = row.integer(13)
        return user
    }
}

extension SQLiteStore {
    public func users() async throws(StoreError) -> [SyncUser] {
        try await read { connection throws(SQLiteError) in try UserTable(connection).all() }
    }
}
