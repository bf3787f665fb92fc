import CSQLite
public import Foundation

/// A prepared statement, lent for the time of a closure. Also the row it stands on: columns count from 0.
///
/// Not to be taken out of the closure, nor to another thread.
public struct Statement: ~Copyable {
    private let pointer: OpaquePointer
    private let path: String

    init(_ pointer: OpaquePointer, path: String) {
        self.pointer = pointer
        self.path = path
    }

    // MARK: Running

    /// Runs the statement with these values, from its beginning.
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    public func run(_ values: [SQLiteValue] = []) throws(SQLiteError) -> Int {
        defer { sqlite3_reset(pointer) }
        try bind(values)
        // `sqlite3_changes` keeps the last statement's count where this one changes nothing by its kind.
        while try step() {}
        return sqlite3_stmt_readonly(pointer) == 0 ? Int(sqlite3_changes64(sqlite3_db_handle(pointer))) : 0
    }

    /// Runs the statement with these values, from its beginning, and calls `body` on each row.
    public func forEach(
        _ values: [SQLiteValue] = [], _ body: (borrowing Statement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        defer { sqlite3_reset(pointer) }
        try bind(values)
        while try step() { try body(self) }
    }

    private func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        precondition(
            values.count == Int(sqlite3_bind_parameter_count(pointer)), "as many values as the statement has parameters"
        )
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let result =
                switch value {
                case .null: sqlite3_bind_null(pointer, index)
                case .integer(let integer): sqlite3_bind_int64(pointer, index, integer)
                case .real(let real): sqlite3_bind_double(pointer, index, real)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            csqlite_bind_text(pointer, index, $0.baseAddress, sqlite3_uint64($0.count))
                        }
                    }
                case .blob(let data):
                    data.withUnsafeBytes {
                        csqlite_bind_blob(pointer, index, $0.baseAddress, sqlite3_uint64($0.count))
                    }
                }
            guard result == SQLITE_OK else { throw error(result) }
        }
    }

    /// - Returns: whether it stands on a row.
    private func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw error(result)
        }
    }

    private func error(_ result: Int32) -> SQLiteError {
        let database = sqlite3_db_handle(pointer)
        return SQLiteError(
            resultCode: result, systemError: sqlite3_system_errno(database),
            text: String(cString: sqlite3_errmsg(database)), path: path)
    }

    // MARK: Columns

    public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    /// 0 where it is NULL.
    public func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    /// 0 where it is NULL.
    public func real(_ column: Int32) -> Double { sqlite3_column_double(pointer, column) }

    public func flag(_ column: Int32) -> Bool { integer(column) != 0 }

    /// Empty where it is NULL.
    public func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// Empty where it is NULL.
    public func blob(_ column: Int32) -> Data {
        guard let bytes = sqlite3_column_blob(pointer, column) else { return Data() }
        return Data(bytes: bytes, count: Int(sqlite3_column_bytes(pointer, column)))
    }

    public func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : real(column) }
    public func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
    public func optionalBlob(_ column: Int32) -> Data? { isNull(column) ? nil : blob(column) }
}
