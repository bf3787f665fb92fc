/// Reads a `$filter`: `or` and `and` over `not`, parentheses, comparisons, `in` and the text functions.
struct FilterParser {
    /// More parentheses and `not`s within each other than this are refused, so that no text exhausts the stack.
    private static let maximumDepth = 64

    private enum Kind: Hashable {
        case text, number, time, null
        case member(Enumeration)

        var description: String {
            switch self {
            case .text: "a text"
            case .number: "a number"
            case .time: "a time"
            case .null: "null"
            case .member(let enumeration): "a value of \(enumeration.name)"
            }
        }
    }

    private struct TypedOperand {
        let operand: Predicate.Operand?
        let kind: Kind
        /// The property it is of, whose literals lose their leading blanks.
        var property: Property?
    }

    private let resource: Resource
    private var reader: TokenReader
    private var depth = 0

    static func parse(_ text: String, over resource: Resource) throws(ODataError) -> Predicate {
        var parser = FilterParser(resource: resource, reader: try TokenReader(text))
        let predicate = try parser.alternatives()
        guard parser.reader.current == .end else { throw parser.reader.unexpected("'and', 'or' or the end") }
        return predicate
    }

    private mutating func alternatives() throws(ODataError) -> Predicate {
        var parts = [try conjunction()]
        while reader.skip(.word("or")) { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(ODataError) -> Predicate {
        var parts = [try negation()]
        while reader.skip(.word("and")) { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func negation() throws(ODataError) -> Predicate {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw .invalid("The filter is nested too deeply") }
        if reader.skip(.word("not")) { return .not(try negation()) }
        if reader.skip(.mark("(")) {
            let inner = try alternatives()
            try reader.expect(.mark(")"))
            return inner
        }
        if case .word(let name) = reader.current, let match = Predicate.Match(rawValue: name) {
            return try matching(match)
        }
        return try comparison()
    }

    private mutating func matching(_ match: Predicate.Match) throws(ODataError) -> Predicate {
        _ = reader.advance()
        try reader.expect(.mark("("))
        let text = try textOperand(of: match.rawValue)
        try reader.expect(.mark(","))
        let part = try textOperand(of: match.rawValue)
        try reader.expect(.mark(")"))
        let predicate = Predicate.match(match, text, part)
        let isEqual = reader.current == .word("eq")
        guard isEqual || reader.current == .word("ne") else { return predicate }
        _ = reader.advance()
        if reader.skip(.word("true")) { return isEqual ? predicate : .not(predicate) }
        if reader.skip(.word("false")) { return isEqual ? .not(predicate) : predicate }
        throw reader.unexpected("'true' or 'false'")
    }

    private mutating func comparison() throws(ODataError) -> Predicate {
        let left = try operand()
        let word = try reader.word("a comparison")
        if word == "in" { return try oneOf(left) }
        guard let comparison = Predicate.Comparison(rawValue: word) else {
            throw .invalid("'\(word)' is no comparison: eq, ne, gt, ge, lt, le, in")
        }
        let right = try operand()
        guard let one = left.operand, let other = right.operand else {
            // LN has no null: nothing equals it.
            switch comparison {
            case .eq: return .constant(left.operand == nil && right.operand == nil)
            case .ne: return .constant(left.operand != nil || right.operand != nil)
            default: throw .invalid("null can't be ordered")
            }
        }
        guard left.kind == right.kind else {
            throw .invalid("\(left.kind.description) can't be compared with \(right.kind.description)")
        }
        if case .member = left.kind, comparison != .eq, comparison != .ne {
            throw .invalid("\(left.kind.description) can't be ordered")
        }
        return .compare(normalized(one, like: right), comparison, normalized(other, like: left))
    }

    private mutating func oneOf(_ left: TypedOperand) throws(ODataError) -> Predicate {
        guard let operand = left.operand else { throw .invalid("null can't be in a list") }
        try reader.expect(.mark("("))
        var values: [LNValue] = []
        repeat {
            let item = try self.operand()
            guard case .literal(let value) = item.operand else { throw .invalid("A list holds literals") }
            guard item.kind == left.kind else {
                throw .invalid("\(left.kind.description) can't be compared with \(item.kind.description)")
            }
            values.append(left.property?.normalized(value) ?? value)
        } while reader.skip(.mark(","))
        try reader.expect(.mark(")"))
        return .isOneOf(operand, values)
    }

    private func normalized(_ operand: Predicate.Operand, like other: TypedOperand) -> Predicate.Operand {
        guard case .literal(let value) = operand, let property = other.property else { return operand }
        return .literal(property.normalized(value))
    }

    private mutating func textOperand(of function: String) throws(ODataError) -> Predicate.Operand {
        let typed = try operand()
        guard typed.kind == .text, let operand = typed.operand else {
            throw .invalid("\(function) takes texts, not \(typed.kind.description)")
        }
        return operand
    }

    private mutating func operand() throws(ODataError) -> TypedOperand {
        switch reader.advance() {
        case .text(let text): return TypedOperand(operand: .literal(.text(text)), kind: .text)
        case .number(let number): return TypedOperand(operand: .literal(.number(number)), kind: .number)
        case .time(let seconds): return TypedOperand(operand: .literal(.time(seconds)), kind: .time)
        case .member(let type, let name): return try member(type, name)
        case .word("null"): return TypedOperand(operand: nil, kind: .null)
        case .word(let name) where reader.current == .mark("("): return try call(name)
        case .word(let name): return try property(name)
        case let other: throw .invalid("Expected a property or a literal, found \(other.description)")
        }
    }

    private mutating func call(_ function: String) throws(ODataError) -> TypedOperand {
        guard function == "tolower" else { throw .invalid("The function \(function) is not supported here") }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw .invalid("The filter is nested too deeply") }
        try reader.expect(.mark("("))
        let inner = try textOperand(of: function)
        try reader.expect(.mark(")"))
        return TypedOperand(operand: .lowercased(inner), kind: .text)
    }

    private func property(_ name: String) throws(ODataError) -> TypedOperand {
        guard reader.current != .mark("/") else {
            throw .invalid("Navigation in $filter is not supported: \(name)/")
        }
        let position = try resource.position(of: name)
        let property = resource.type.properties[position]
        let kind: Kind =
            switch property.kind {
            case .text, .multiline: .text
            case .number: .number
            case .time: .time
            case .member(let enumeration): .member(enumeration)
            }
        return TypedOperand(operand: .property(position), kind: kind, property: property)
    }

    /// A literal of an enumeration; LN wants its type's full name.
    private func member(_ type: String, _ name: String) throws(ODataError) -> TypedOperand {
        let enumeration = resource.type.properties.lazy.compactMap { property -> Enumeration? in
            if case .member(let enumeration) = property.kind { enumeration } else { nil }
        }.first { "\(resource.service).\($0.name)" == type }
        guard let enumeration else { throw .invalid("\(type) is no type that \(resource.name) uses") }
        guard enumeration.contains(name) else { throw .invalid("\(type) has no value '\(name)'") }
        return TypedOperand(operand: .literal(.member(name)), kind: .member(enumeration))
    }
}
