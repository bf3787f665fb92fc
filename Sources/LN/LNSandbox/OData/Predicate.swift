/// A `$filter`, its names resolved and its types checked, over a table's rows.
indirect enum Predicate: Sendable, Hashable {
    case constant(Bool)
    case all([Predicate])
    case any([Predicate])
    case not(Predicate)
    case compare(Operand, Comparison, Operand)
    case isOneOf(Operand, [LNValue])
    case match(Match, Operand, Operand)

    enum Comparison: String, Sendable {
        case eq, ne, gt, ge, lt, le
    }

    enum Match: String, Sendable {
        case contains, startswith, endswith
    }

    indirect enum Operand: Sendable, Hashable {
        case property(Int)
        case literal(LNValue)
        case lowercased(Operand)
    }

    func holds(for row: Table.Row) -> Bool {
        switch self {
        case .constant(let value): value
        case .all(let parts): parts.allSatisfy { $0.holds(for: row) }
        case .any(let parts): parts.contains { $0.holds(for: row) }
        case .not(let part): !part.holds(for: row)
        case .compare(let one, let comparison, let other):
            Self.holds(comparison, Self.order(one.value(in: row), other.value(in: row)))
        case .isOneOf(let operand, let values):
            { value in values.contains { Self.order(value, $0) == 0 } }(operand.value(in: row))
        case .match(let match, let text, let part):
            Self.holds(match, text.value(in: row).description, part.value(in: row).description)
        }
    }

    private static func holds(_ comparison: Comparison, _ order: Int) -> Bool {
        switch comparison {
        case .eq: order == 0
        case .ne: order != 0
        case .gt: order > 0
        case .ge: order >= 0
        case .lt: order < 0
        case .le: order <= 0
        }
    }

    private static func holds(_ match: Match, _ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        return switch match {
        case .startswith: text.starts(with: part)
        case .endswith: text.reversed().starts(with: part.reversed())
        case .contains:
            part.count <= text.count && (0...text.count - part.count).contains { text[$0...].starts(with: part) }
        }
    }

    /// How two values of one kind stand to each other; the parser lets no others meet.
    static func order(_ one: LNValue, _ other: LNValue) -> Int {
        switch (one, other) {
        case (.number(let one), .number(let other)), (.time(let one), .time(let other)):
            one == other ? 0 : one < other ? -1 : 1
        default: LNCollation.compare(one.description, other.description)
        }
    }
}

extension Predicate.Operand {
    func value(in row: Table.Row) -> LNValue {
        switch self {
        case .property(let position): row[position]
        case .literal(let value): value
        case .lowercased(let operand): .text(operand.value(in: row).description.lowercased())
        }
    }
}
