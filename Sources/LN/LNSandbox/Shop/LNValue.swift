/// A field's value as LN's tables hold it. LN knows no null: "no value" is an empty text or 1970-01-01T00:00:00Z.
public enum LNValue: Sendable, Hashable {
    case text(String)
    case number(Int)
    /// Whole seconds since 1970, UTC.
    case time(Int)
    /// A member of an enumeration by its name, `Yes`.
    case member(String)

    /// The value as OData's JSON shows it, without quotes.
    public var description: String {
        switch self {
        case .text(let text), .member(let text): text
        case .number(let number): String(number)
        case .time(let seconds): LNTime.text(seconds)
        }
    }
}

/// How LN compares texts: byte by byte, trailing blanks aside.
enum LNCollation {
    static func compare(_ one: String, _ other: String) -> Int {
        var one = one.utf8[...]
        var other = other.utf8[...]
        while one.last == 0x20 { one.removeLast() }
        while other.last == 0x20 { other.removeLast() }
        if one.elementsEqual(other) { return 0 }
        return one.lexicographicallyPrecedes(other) ? -1 : 1
    }
}
