/// A word of an OData expression (4.01 ABNF, as far as LN takes it).
enum Token: Sendable, Hashable {
    /// A name, a keyword, or a system option (`$select`).
    case word(String)
    case text(String)
    case number(Int)
    case time(Int)
    /// `tcapi.comContact.AnswerOnQuestionYn'Yes'`.
    case member(type: String, name: String)
    /// One of `( ) , = ; / *`.
    case mark(Character)
    case end

    var description: String {
        switch self {
        case .word(let word): "'\(word)'"
        case .text(let text): "the text '\(text)'"
        case .number(let number): "the number \(number)"
        case .time(let seconds): "the time \(LNTime.text(seconds))"
        case .member(let type, let name): "\(type)'\(name)'"
        case .mark(let mark): "'\(mark)'"
        case .end: "the end"
        }
    }
}

/// Cuts an expression, escapes decoded, into its words.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    static func tokens(_ text: String) throws(ODataError) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() throws(ODataError) -> Token? {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ";"),
            UInt8(ascii: "/"), UInt8(ascii: "*"):
            position += 1
            return .mark(Character(Unicode.Scalar(byte)))
        case UInt8(ascii: "'"):
            return .text(try quoted())
        case _ where Self.isDigit(byte) || byte == UInt8(ascii: "-"):
            return try literal()
        case _ where Self.isNameStart(byte):
            return try wordOrMember()
        default:
            throw .invalid("Unexpected character at position \(position)")
        }
    }

    /// A text in quotes, a quote within it doubled.
    private mutating func quoted() throws(ODataError) -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "'") {
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "'") else {
                    position += 1
                    return String(decoding: content, as: UTF8.self)
                }
                position += 1
            }
            content.append(bytes[position])
            position += 1
        }
        throw .invalid("The text at position \(start) is not ended")
    }

    /// A number or a time.
    private mutating func literal() throws(ODataError) -> Token {
        let start = position
        while position < bytes.count, Self.isLiteral(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int(text) { return .number(number) }
        if let seconds = LNTime.seconds(text) { return .time(seconds) }
        throw .invalid("'\(text)' is neither a whole number nor a date with a time")
    }

    private mutating func wordOrMember() throws(ODataError) -> Token {
        let start = position
        while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "'") else { return .word(word) }
        return .member(type: word, name: try quoted())
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: ".")
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte)
            || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: ".")].contains(byte)
    }
}
