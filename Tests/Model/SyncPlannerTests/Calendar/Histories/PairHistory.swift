import SyncModel
import SyncPlanner
import Testing

/// One history of the design's model of pairs, and the rule that it is about.
struct PairHistory: Sendable, CustomTestStringConvertible {
    let rule: String
    let steps: [Substring]

    init(_ rule: String, _ text: String) {
        self.rule = rule
        steps = text.replacing("\n", with: " ").split(separator: " > ")
    }

    var testDescription: String { rule }

    /// Takes each step that our rules allow: what only the weakened model does is passed over.
    /// - Returns: how many steps were taken.
    func replay(in world: inout PairsWorld) -> Int {
        var taken = 0
        for text in steps {
            guard world.wrong(atRest: false) == nil, let step = Self.step(text, world) else { continue }
            world.take(step)
            taken += 1
        }
        return taken
    }

    private static func step(_ text: Substring, _ world: PairsWorld) -> PairsWorld.Step? {
        let words = text.split(separator: " ")
        if text.hasSuffix("user creates") { return .userCreates(words[0] == "LN" ? .ln : .exchange) }
        if text.hasPrefix("Outlook user copies ") {
            return world.items.exchange.first { $0.name == words[3] && $0.names != nil }.map { .userCopies($0) }
        }
        if text.hasSuffix("taken in") {
            let side: Side = words[0] == "LN" ? .ln : .exchange
            return world.unread[side].firstIndex { $0.name == words[1] }.map { .takeIn(side, $0) }
        }
        let row = world.rows.first { text.contains("('\(name($0, .ln))', '\(name($0, .exchange))')") }
        if text.hasPrefix("the deadline") {
            return row.map { .deadlinePasses($0) }.flatMap { world.progress.contains($0) ? $0 : nil }
        }
        guard let index = words[0].first?.wholeNumberValue else { return nil }
        if words[1] == "takes" {
            return row.map { .take(index, $0) }.flatMap { world.progress.contains($0) ? $0 : nil }
        }
        let isMeant =
            switch words[1] {
            case "finds": world.settlers[index]?.phase == .search
            case "links", "intends": world.settlers[index]?.phase == .decided
            case "creates": world.settlers[index]?.phase == .sent
            default: world.settlers[index]?.phase == .landed
            }
        return isMeant ? .settle(index) : nil
    }

    private static func name(_ row: Meeting, _ side: Side) -> String { PairsWorld.name(row, side) ?? "" }
}
