/// Reads a `$filter`: `or` binds least, then `and`, then `not`.
struct FilterParser {
    private let words: [Substring]
    private var next = 0

    static func parse(_ text: String) throws(GraphError) -> Filter {
        guard let words = words(text) else { throw invalid(text) }
        var parser = FilterParser(words: words)
        guard let filter = parser.disjunction(), parser.next == words.count else { throw invalid(text) }
        return filter
    }

    private static func invalid(_ text: String) -> GraphError {
        GraphError(400, "BadRequest", "Invalid filter clause: syntax error in '\(text)'.")
    }

    private init(words: [Substring]) {
        self.words = words
    }

    /// Words, parentheses, and literals with their quotes; `nil` where a quote is not closed.
    private static func words(_ text: String) -> [Substring]? {
        var words: [Substring] = []
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if character == " " {
                index = text.index(after: index)
            } else if character == "'" {
                var end = text.index(after: index)
                while true {
                    guard end < text.endIndex else { return nil }
                    let following = text.index(after: end)
                    if text[end] == "'" {
                        guard following < text.endIndex, text[following] == "'" else { break }
                        end = text.index(after: following)
                    } else {
                        end = following
                    }
                }
                words.append(text[index...end])
                index = text.index(after: end)
            } else if "(),:".contains(character) {
                words.append(text[index...index])
                index = text.index(after: index)
            } else {
                let end = text[index...].firstIndex { " '(),:".contains($0) } ?? text.endIndex
                words.append(text[index..<end])
                index = end
            }
        }
        return words
    }

    private mutating func take(_ word: String) -> Bool {
        guard next < words.count, words[next] == word else { return false }
        next += 1
        return true
    }

    private mutating func disjunction(_ depth: Int = 0) -> Filter? {
        guard depth < 50, var filter = conjunction(depth) else { return nil }
        while take("or") {
            guard let other = conjunction(depth) else { return nil }
            filter = .or(filter, other)
        }
        return filter
    }

    private mutating func conjunction(_ depth: Int) -> Filter? {
        guard var filter = single(depth) else { return nil }
        while take("and") {
            guard let other = single(depth) else { return nil }
            filter = .and(filter, other)
        }
        return filter
    }

    private mutating func single(_ depth: Int) -> Filter? {
        if take("not") { return depth < 50 ? single(depth + 1).map { .not($0) } : nil }
        if take("(") {
            guard let filter = disjunction(depth + 1), take(")") else { return nil }
            return filter
        }
        if take("startswith") {
            guard take("("), let path = path(), take(","), let value = literal(), take(")") else { return nil }
            return .startsWith(path, value)
        }
        guard var path = path() else { return nil }
        if path.last?.lowercased() == "any", path.count > 1 {
            path.removeLast()
            guard take("("), next < words.count else { return nil }
            let variable = String(words[next])
            next += 1
            guard take(":"), let filter = disjunction(depth + 1), take(")") else { return nil }
            return .any(path, variable, filter)
        }
        guard next < words.count, let comparison = Filter.Comparison(rawValue: String(words[next])) else { return nil }
        next += 1
        guard let value = literal() else { return nil }
        return .compare(path, comparison, value)
    }

    private mutating func path() -> [String]? {
        guard next < words.count, let first = words[next].first, first.isLetter else { return nil }
        defer { next += 1 }
        return words[next].split(separator: "/").map(String.init)
    }

    private mutating func literal() -> String? {
        guard next < words.count, let first = words[next].first, first != "(", first != ")", first != "," else {
            return nil
        }
        defer { next += 1 }
        guard first == "'" else { return String(words[next]) }
        return String(words[next].dropFirst().dropLast()).replacing("''", with: "'")
    }
}
