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
            #expect(world.rest(within: 400, using: &random) == nil, "seed \(seed)")
        }
    }

    @Test(
        "Random histories: both sides agree at rest, nothing is lost without a record, and a second plan is empty",
        arguments: MeetingWorld.Scenario.all)
    func random(scenario: MeetingWorld.Scenario) {
        for seed in 1...300 {
            var world = MeetingWorld(scenario), random = SplitMix(state: UInt64(seed))
            // Users and chance are as likely as all the pipeline together.
            let history = world.wander(400, using: &random) { Bool.random(using: &$0) }
            if let wrong = world.rest(within: 400, using: &random) {
                Issue.record("seed \(seed): \(wrong)\n\(history.map { "\($0)" }.joined(separator: "\n"))")
                return
            }
        }
    }
}
