/// Reads an expression's words one after the other.
struct TokenReader {
    private let tokens: [Token]
    private var position = 0

    init(_ text: String) throws(ODataError) {
        tokens = try Lexer.tokens(text)
    }

    var current: Token { position < tokens.count ? tokens[position] : .end }

    mutating func advance() -> Token {
        defer { position += 1 }
        return current
    }

    mutating func skip(_ token: Token) -> Bool {
        guard current == token else { return false }
        position += 1
        return true
    }

    mutating func expect(_ token: Token) throws(ODataError) {
        guard skip(token) else { throw unexpected("\(token.description)") }
    }

    mutating func word(_ what: String) throws(ODataError) -> String {
        guard case .word(let word) = current else { throw unexpected(what) }
        position += 1
        return word
    }

    func unexpected(_ wanted: String) -> ODataError {
        .invalid("Expected \(wanted), found \(current.description)")
    }
}
