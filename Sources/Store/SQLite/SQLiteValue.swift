public import Foundation

/// A value that is bound to a parameter of a statement.
public enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)

    public init(_ integer: Int64?) { self = integer.map(SQLiteValue.integer) ?? .null }
    public init(_ integer: Int32) { self = .integer(Int64(integer)) }
    public init(_ integer: Int) { self = .integer(Int64(integer)) }
    public init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
    public init(_ real: Double?) { self = real.map(SQLiteValue.real) ?? .null }
    public init(_ text: String?) { self = text.map(SQLiteValue.text) ?? .null }
    public init(_ blob: Data?) { self = blob.map(SQLiteValue.blob) ?? .null }
}
