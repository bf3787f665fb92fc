import Foundation
import SQLite

/// The table `hold`.
struct HoldTable {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// - Returns: `false` where the hold was decided meanwhile, otherwise than this says.
    func store(_ hold: Hold) throws(SQLiteError) -> Bool {
        let changed = try connection.run(
            """
            INSERT INTO hold (id, kind, subject, keys, detail, state, opened, decided_by, decided)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET kind = excluded.kind, subject = excluded.subject, keys = excluded.keys,
                detail = excluded.detail, state = excluded.state, opened = excluded.opened,
                decided_by = excluded.decided_by, decided = excluded.decided
            WHERE hold.state = 'open' OR hold.state = excluded.state
                OR (hold.kind = 'vanishedFolder' AND excluded.state = 'approved')
            """,
            [
                SQLiteValue(hold.id), .text(hold.kind), .text(hold.subject), .text(try Self.json(hold.keys)),
                .text(hold.detail), .text(hold.state.rawValue), SQLiteValue(hold.opened), SQLiteValue(hold.decidedBy),
                SQLiteValue(hold.decided),
            ])
        return changed > 0
    }

    /// Oldest first.
    func all(_ state: Hold.State?) throws(SQLiteError) -> [Hold] {
        try connection.rows(
            """
            SELECT id, kind, subject, keys, detail, state, opened, decided_by, decided FROM hold
            WHERE ?1 IS NULL OR state = ?1 ORDER BY opened, id
            """,
            [SQLiteValue(state?.rawValue)]
        ) { row throws(SQLiteError) in
            var hold = Hold(
                id: try row.uuid(0), kind: row.text(1), subject: row.text(2), keys: try Self.keys(row.text(3)),
                detail: row.text(4), opened: row.date(6))
            hold.state = try row.choice(5)
            hold.decidedBy = row.optionalText(7)
            hold.decided = row.optionalDate(8)
            return hold
        }
    }

    private static func json(_ keys: [String]) throws(SQLiteError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(keys), as: UTF8.self)
        } catch {
            throw SQLiteError(.other, "a hold's keys can't be written: \(error)")
        }
    }

    private static func keys(_ json: String) throws(SQLiteError) -> [String] {
        do {
            return try JSONDecoder().decode([String].self, from: Data(json.utf8))
        } catch {
            throw .unreadable("“\(json)”")
        }
    }
}

extension SQLiteStore {
    public func holds(_ state: Hold.State?) async throws(StoreError) -> [Hold] {
        try await read { connection throws(SQLiteError) in try HoldTable(connection).all(state) }
    }
}
