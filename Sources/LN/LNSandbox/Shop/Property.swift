/// A field of a table.
struct Property: Sendable {
    enum Kind: Sendable {
        /// `Edm.String` of at most so many characters.
        case text(Int)
        /// `MultiLineText`.
        case multiline
        /// `Edm.Int32` in this range.
        case number(ClosedRange<Int>)
        /// `Edm.DateTimeOffset`.
        case time
        case member(Enumeration)
    }

    let name: String
    let kind: Kind
    /// What a new row has there.
    let initial: LNValue
    /// A short code that LN keeps right-justified: where it is shorter than its domain, OData shows it with leading blanks.
    let isRightJustified: Bool
    /// Set by LN alone.
    let isComputed: Bool

    private init(
        _ name: String, _ kind: Kind, _ initial: LNValue, isRightJustified: Bool = false, isComputed: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.initial = initial
        self.isRightJustified = isRightJustified
        self.isComputed = isComputed
    }

    static func text(_ name: String, _ length: Int) -> Property { Property(name, .text(length), .text("")) }

    static func code(_ name: String, _ length: Int) -> Property {
        Property(name, .text(length), .text(""), isRightJustified: true)
    }

    static func multiline(_ name: String) -> Property { Property(name, .multiline, .text("")) }

    static func number(_ name: String, _ range: ClosedRange<Int>) -> Property {
        Property(name, .number(range), .number(range.lowerBound))
    }

    static func time(_ name: String) -> Property { Property(name, .time, .time(0)) }

    static func member(_ name: String, _ enumeration: Enumeration, _ initial: String) -> Property {
        Property(name, .member(enumeration), .member(initial))
    }

    /// A text that LN alone sets.
    static func computed(_ name: String, _ length: Int) -> Property {
        Property(name, .text(length), .text(""), isComputed: true)
    }

    /// When LN last changed the row.
    static let modification = Property("LastModificationDate", .time, .time(0), isComputed: true)

    /// The value that LN looks for when it is given this text or value: codes without the blanks that justify them.
    func normalized(_ value: LNValue) -> LNValue {
        guard isRightJustified, case .text(let text) = value, text.utf8.first == 0x20 else { return value }
        return .text(String(text.drop { $0 == " " }))
    }
}
