import Testing

@Suite("Histories of activities and events that may be one meeting")
struct PairHistoryTests {
    @Test("The history that breaks the model without the rule leaves each item in one row", arguments: PairHistory.all)
    func named(history: PairHistory) {
        for seed in 1...20 {
            var world = PairsWorld(), random = SplitMix(state: UInt64(seed))
            #expect(history.replay(in: &world) > history.steps.count / 3)
            #expect(world.rest(using: &random) == nil, "seed \(seed)")
        }
    }

    @Test("Random histories leave each item in one row, and no item is made twice")
    func random() {
        for seed in 1...1500 {
            var world = PairsWorld(), random = SplitMix(state: UInt64(seed))
            var history: [PairsWorld.Step] = []
            while history.count < 200, world.wrong(atRest: false) == nil {
                let steps = Int.random(in: 0..<4, using: &random) == 0 ? world.events : world.progress
                guard let step = (steps.isEmpty ? world.progress : steps).randomElement(using: &random) else { break }
                history.append(step)
                world.take(step)
            }
            if let wrong = world.rest(using: &random) {
                Issue.record("seed \(seed): \(wrong)\n\(history.map { "\($0)" }.joined(separator: "\n"))")
                return
            }
        }
    }
}

extension PairsWorld {
    /// Lets the pipeline work until nothing is left to do: why what came of it is wrong.
    mutating func rest(using random: inout SplitMix) -> String? {
        for _ in 0..<200 {
            if let wrong = wrong(atRest: false) { return wrong }
            guard let step = progress.randomElement(using: &random) else { return wrong(atRest: true) }
            take(step)
        }
        return "no rest after 200 steps"
    }
}
