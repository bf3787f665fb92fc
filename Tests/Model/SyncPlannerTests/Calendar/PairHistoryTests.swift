import Testing

@Suite("Histories of activities and events that may be one meeting")
struct PairHistoryTests {
    @Test("The history that breaks the model without the rule leaves each item in one row", arguments: PairHistory.all)
    func named(history: PairHistory) {
        for seed in 1...20 {
            var world = PairsWorld(), random = SplitMix(state: UInt64(seed))
            #expect(history.replay(in: &world) > history.steps.count / 3)
            #expect(world.rest(within: 200, using: &random) == nil, "seed \(seed)")
        }
    }

    @Test("Random histories leave each item in one row, and no item is made twice")
    func random() {
        for seed in 1...1500 {
            var world = PairsWorld(), random = SplitMix(state: UInt64(seed))
            let history = world.wander(200, using: &random) { Int.random(in: 0..<4, using: &$0) == 0 }
            if let wrong = world.rest(within: 200, using: &random) {
                Issue.record("seed \(seed): \(wrong)\n\(history.map { "\($0)" }.joined(separator: "\n"))")
                return
            }
        }
    }
}
