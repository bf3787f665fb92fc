import SQLite
public import SyncModel

/// The tables `published` and `cursor`: what the reader knows of LN.
struct ReaderTables {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func published(
        _ company: Company, _ set: EntitySet, _ keys: [String]
    ) throws(SQLiteError) -> [String: Published] {
        try connection.withStatement(
            "SELECT ever_in_scope, hash FROM published WHERE company = ? AND entity_set = ? AND key = ?"
        ) { statement throws(SQLiteError) in
            var published: [String: Published] = [:]
            for key in keys {
                try statement.forEach([SQLiteValue(company), SQLiteValue(set), .text(key)]) { row throws(SQLiteError) in
                    published[key] = Published(everInScope: row.flag(0), hash: row.identifier(1))
                }
            }
            return published
        }
    }

    func record(
        _ published: Published, _ company: Company, _ set: EntitySet, _ key: String
    ) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO published (company, entity_set, key, ever_in_scope, hash) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET ever_in_scope = excluded.ever_in_scope, hash = excluded.hash
            """,
            [
                SQLiteValue(company), SQLiteValue(set), .text(key), SQLiteValue(published.everInScope),
                SQLiteValue(published.hash),
            ])
    }

    func keys(
        _ company: Company, _ set: EntitySet, _ range: KeyRange, limit: Int
    ) throws(SQLiteError) -> [String] {
        try connection.rows(
            """
            SELECT key FROM published
            WHERE company = ? AND entity_set = ?\(range.condition(on: "key")) AND ever_in_scope = 1 AND hash IS NOT ?
            ORDER BY key LIMIT ?
            """,
            [SQLiteValue(company), SQLiteValue(set)] + range.values
                + [SQLiteValue(ContentHash.removal), SQLiteValue(max(0, limit))]
        ) { row throws(SQLiteError) in row.text(0) }
    }

    func move(_ name: CursorName, to value: String) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO cursor (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [SQLiteValue(name), .text(value)])
    }

    /// - Returns: `false` where the cursor is no longer `from`.
    func exchange(_ name: CursorName, from: String?, to: String) throws(SQLiteError) -> Bool {
        guard let from else {
            return try connection.run(
                "INSERT INTO cursor (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", [SQLiteValue(name), .text(to)])
                == 1
        }
        return try connection.run(
            "UPDATE cursor SET value = ? WHERE name = ? AND value = ?", [.text(to), SQLiteValue(name), .text(from)])
            == 1
    }

    func cursors(_ names: [CursorName]) throws(SQLiteError) -> [CursorName: String] {
        try connection.withStatement("SELECT value FROM cursor WHERE name = ?") { statement throws(SQLiteError) in
            var cursors: [CursorName: String] = [:]
            for name in names {
                try statement.forEach([SQLiteValue(name)]) { row throws(SQLiteError) in cursors[name] = row.text(0) }
            }
            return cursors
        }
    }

    func cursors() throws(SQLiteError) -> [CursorName: String] {
        let cursors = try connection.rows("SELECT name, value FROM cursor") { row throws(SQLiteError) in
            (CursorName(row.text(0)), row.text(1))
        }
        return Dictionary(cursors, uniquingKeysWith: { one, _ in one })
    }
}

extension SQLiteStore {
    public func published(
        _ company: Company, _ set: EntitySet, _ keys: [String]
    ) async throws(StoreError) -> [String: Published] {
        try await read { connection throws(SQLiteError) in
            try ReaderTables(connection).published(company, set, keys)
        }
    }

    public func publishedKeys(
        _ company: Company, _ set: EntitySet, after: String?, upTo: String?, limit: Int
    ) async throws(StoreError) -> [String] {
        try await read { connection throws(SQLiteError) in
            try ReaderTables(connection).keys(company, set, KeyRange(after: after, upTo: upTo), limit: limit)
        }
    }

    public func cursors() async throws(StoreError) -> [CursorName: String] {
        try await read { connection throws(SQLiteError) in try ReaderTables(connection).cursors() }
    }

    public func cursors(_ names: [CursorName]) async throws(StoreError) -> [CursorName: String] {
        try await read { connection throws(SQLiteError) in try ReaderTables(connection).cursors(names) }
    }
}
