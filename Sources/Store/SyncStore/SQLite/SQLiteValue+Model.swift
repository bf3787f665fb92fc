import Foundation
import SQLite
import SyncModel

extension SQLiteValue {
    init(_ id: UUID) { self = .blob(withUnsafeBytes(of: id.uuid) { Data($0) }) }
    init(_ user: SyncUserID) { self.init(user.uuid) }
    init(_ user: SyncUserID?) { self = user.map { SQLiteValue($0) } ?? .null }
    init(_ text: (some TextIdentifier)?) { self.init(text?.rawValue) }
    init(_ company: Company) { self.init(company.rawValue) }
    init(_ date: Date?) { self.init(date?.timeIntervalSinceReferenceDate) }
}

extension Statement {
    func date(_ column: Int32) -> Date { Date(timeIntervalSinceReferenceDate: real(column)) }

    func optionalDate(_ column: Int32) -> Date? { isNull(column) ? nil : date(column) }

    func uuid(_ column: Int32) throws(SQLiteError) -> UUID {
        let bytes = blob(column)
        guard bytes.count == MemoryLayout<uuid_t>.size else { throw .unreadable("an id of \(bytes.count) bytes") }
        return UUID(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    func user(_ column: Int32) throws(SQLiteError) -> SyncUserID { SyncUserID(try uuid(column)) }

    func identifier<Identifier: TextIdentifier>(_ column: Int32) -> Identifier? {
        optionalText(column).map(Identifier.init(rawValue:))
    }

    /// A value of a closed set.
    func choice<Choice: RawRepresentable<String>>(_ column: Int32) throws(SQLiteError) -> Choice {
        guard let choice = Choice(rawValue: text(column)) else { throw .unreadable("“\(text(column))”") }
        return choice
    }

    /// A value of a closed set.
    func choice<Choice: RawRepresentable<Int>>(_ column: Int32) throws(SQLiteError) -> Choice {
        guard let choice = Choice(rawValue: Int(integer(column))) else { throw .unreadable("\(integer(column))") }
        return choice
    }
}

extension SQLiteError {
    /// A row holds what no version of ours writes.
    static func unreadable(_ what: String) -> SQLiteError {
        SQLiteError(.corrupt, "the database holds \(what) where that can't be: restore it from a backup")
    }
}

/// A part of a table's keys, in their order (that of their UTF-8): after one, up to and with another.
struct KeyRange {
    let after: String?
    let upTo: String?

    /// ` AND key > ? AND key <= ?`, as far as there are bounds.
    func condition(on column: String) -> String {
        (after == nil ? "" : " AND \(column) > ?") + (upTo == nil ? "" : " AND \(column) <= ?")
    }

    var values: [SQLiteValue] { [after, upTo].compactMap(\.self).map(SQLiteValue.text) }
}
