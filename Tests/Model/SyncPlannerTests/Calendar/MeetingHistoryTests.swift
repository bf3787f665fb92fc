import SyncModel
import Testing

@Suite("Histories of one meeting")
struct MeetingHistoryTests {
    @Test("The history that breaks the model without the rule comes to rest in step", arguments: MeetingHistory.all)
    func named(history: MeetingHistory) {
        for seed in 1...20 {
            var world = MeetingWorld(history.scenario)
            #expect(history.replay(in: &world) > history.steps.count / 3)
            var random = SplitMix(state: UInt64(seed))
            #expect(world.rest(using: &random) == nil, "seed \(seed)")
        }
    }

    @Test(
        "Random histories: both sides agree at rest, nothing is lost without a record, and a second plan is empty",
        arguments: MeetingWorld.Scenario.all)
    func random(scenario: MeetingWorld.Scenario) {
        for seed in 1...300 {
            var world = MeetingWorld(scenario), random = SplitMix(state: UInt64(seed))
            var history: [MeetingWorld.Step] = []
            while history.count < 400, world.wrong(atRest: false) == nil {
                // Users and chance are as likely as all the pipeline together.
                let steps = Bool.random(using: &random) ? world.events : world.progress
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

extension MeetingWorld {
    /// Lets the pipeline work until nothing is left to do: why what came of it is wrong.
    mutating func rest(using random: inout SplitMix) -> String? {
        for _ in 0..<400 {
            if let wrong = wrong(atRest: false) { return wrong }
            guard let step = progress.randomElement(using: &random) else { return wrong(atRest: true) }
            take(step)
        }
        return "no rest after 400 steps"
    }
}

/// The same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
