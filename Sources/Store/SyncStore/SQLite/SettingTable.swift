import Foundation
import SQLite
import SyncModel

/// The table `setting`, and the count of changes to settings and users.
struct SettingTable {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func all() throws(SQLiteError) -> [SettingName: Setting] {
        let settings = try connection.rows(
            "SELECT name, value, version, changed_by, changed FROM setting"
        ) { row throws(SQLiteError) in
            let setting = Setting(
                value: row.text(1), version: row.integer(2), changedBy: row.text(3), changed: row.date(4))
            return (SettingName(row.text(0)), setting)
        }
        return Dictionary(settings, uniquingKeysWith: { one, _ in one })
    }

    func set(_ name: SettingName, to value: String, by: String, now: Date) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO setting (name, value, version, changed_by, changed) VALUES (?, ?, 1, ?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = version + 1,
                changed_by = excluded.changed_by, changed = excluded.changed
            """,
            [SQLiteValue(name), .text(value), .text(by), SQLiteValue(now)])
    }

    func countChange() throws(SQLiteError) {
        try connection.run("UPDATE control_changes SET count = count + 1")
    }

    func changes() throws(SQLiteError) -> Int64 {
        try connection.first("SELECT count FROM control_changes") { row throws(SQLiteError) in row.integer(0) } ?? 0
    }
}

extension SQLiteStore {
    public func controlChanges() async throws(StoreError) -> Int64 {
        try await read { connection throws(SQLiteError) in try SettingTable(connection).changes() }
    }

    public func settings() async throws(StoreError) -> [SettingName: Setting] {
        try await read { connection throws(SQLiteError) in try SettingTable(connection).all() }
    }
}
