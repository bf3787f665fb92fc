import SyncModel
import SyncPlanner
import Testing

/// One history of the design's calendar model, and the rule that it is about.
struct MeetingHistory: Sendable, CustomTestStringConvertible {
    let rule: String
    let scenario: MeetingWorld.Scenario
    let steps: [Substring]

    init(_ rule: String, _ scenario: MeetingWorld.Scenario, _ text: String) {
        self.rule = rule
        self.scenario = scenario
        steps = text.replacing("\n", with: " ").split(separator: " > ")
    }

    var testDescription: String { "\(scenario), \(rule)" }

    /// Takes each step that our rules allow: what only the weakened model does is passed over.
    /// - Returns: how many steps were taken.
    func replay(in world: inout MeetingWorld) -> Int {
        var taken = 0
        for text in steps {
            for step in Self.steps(text, world) where world.wrong(atRest: false) == nil {
                world.take(step)
                taken += 1
            }
        }
        return taken
    }

    private static func steps(_ text: Substring, _ world: MeetingWorld) -> [MeetingWorld.Step] {
        let side: Side = text.contains("LN") ? .ln : .exchange
        if text.hasPrefix("LN user: ") || text.hasPrefix("Outlook user: ") { return user(side, text, world) }
        if text.hasPrefix("delta lags") { return world.earlier == nil ? [] : [.deltaLags] }
        if text.hasPrefix("intake ") {
            let values = letters(text)
            let index = world.topic[side].firstIndex { world.letters($0.snapshot) == values }
            return index.map { [.intake(side, $0)] } ?? []
        }
        // A false @removed is proven first, so that the event as it is gets sent.
        if text.hasSuffix(" again") || text == "false @removed" { return [.readerSendsAgain(side)] }
        if text.contains(" reader") { return world.dirty[side] ? [.readerSends(side)] : [] }
        if text.hasPrefix("decided: ") {
            guard let hold = world.row.hold, hold.decision == nil else { return [] }
            return [.decided(text.hasSuffix("keep") ? .keep : .end)]
        }
        if text == "the deadline passes" { return world.progress.filter { $0 == .deadlinePasses } }
        if let index = text.firstMatch(of: /lost, or (\d) crashes/).flatMap({ Int($0.output.1) }) {
            return world.events.filter { $0 == .crash(index) }
        }
        return text.prefix(1).first?.wholeNumberValue.map { settler($0, text.dropFirst(2), world) } ?? []
    }

    private static func user(_ side: Side, _ text: Substring, _ world: MeetingWorld) -> [MeetingWorld.Step] {
        guard let wanted = letters(text) else { return world.canDelete(side) ? [.delete(side)] : [] }
        guard let content = world.item[side].content else { return world.canBringBack(side) ? [.bringBack(side)] : [] }
        return zip(world.groups, wanted).filter { world.text(content, $0) != $1 }.map { .edit(side, $0, $1) }
    }

    /// The same part of a settlement, where this settler has come to it.
    private static func settler(_ index: Int, _ text: Substring, _ world: MeetingWorld) -> [MeetingWorld.Step] {
        let step = MeetingWorld.Step.settle(index), settler = world.settlers[index]
        guard world.progress.contains(step) else { return [] }
        let isMeant =
            switch text.split(separator: " ").first {
            case "takes": settler.phase == .idle
            case "reads": settler.isWaiting
            case "intends", "settles", "holds", "lost": settler.phase == .reading
            case "commits", "finds": settler.phase == .landed
            default: settler.phase == .sent
            }
        guard isMeant else { return [] }
        // What the weakened model decides upon from the row alone is read first.
        let isDecision = text.hasPrefix("intends") || text.hasPrefix("settles") || text.hasPrefix("holds")
        let unread = settler.reads.values.filter { $0 == nil }.count
        return Array(repeating: step, count: isDecision ? unread + 1 : 1)
    }

    /// `('A', 'Ax')` → A, Ax; nothing for `-`.
    private static func letters(_ text: Substring) -> [String]? {
        let letters = text.matches(of: /'(\w+)'/).map { String($0.output.1) }
        return letters.isEmpty ? nil : letters
    }
}

extension MeetingWorld {
    fileprivate func letters(_ snapshot: MeetingSnapshot) -> [String]? {
        snapshot.content.map { content in groups.map { text(content, $0) ?? "" } }
    }
}

extension MeetingWorld.Scenario {
    static let updates = Self(
        description: "updates", letters: Sides(ln: ["A", "B", "C"], exchange: ["A", "B", "C"]), ends: false)
    static let updatesLNWins = Self(description: "updates, LN wins", edits: 3, ends: false, winner: .ln)
    static let twoFieldGroups = Self(description: "two field groups", groups: 2, edits: 3, ends: false)
    static let narrowerLN = Self(
        description: "LN is narrower", letters: Sides(ln: ["A", "B"], exchange: ["A", "Ax", "B"]), edits: 3,
        ends: false)
    static let bornInLN = Self(description: "born in LN", there: [.ln])
    static let bornInExchange = Self(description: "born in Exchange", there: [.exchange])
    static let ends = Self(description: "ends", edits: 3)
    static let twoSettlers = Self(description: "two settlers", settlers: 2, ends: false)
    static let twoSettlersBornInExchange = Self(
        description: "two settlers, born in Exchange", there: [.exchange], edits: 1, settlers: 2)
    static let twoSettlersEnds = Self(description: "two settlers, ends", faults: 0, settlers: 2)

    static let all: [Self] = [
        .updates, .updatesLNWins, .twoFieldGroups, .narrowerLN, .bornInLN, .bornInExchange, .ends, .twoSettlers,
        .twoSettlersBornInExchange, .twoSettlersEnds,
    ]
}
