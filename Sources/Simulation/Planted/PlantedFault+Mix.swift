extension PlantedFault {
    /// Runs in which what the rule is there for happens often: so many of their seeds notice that it is broken, and a
    /// change of the product, which makes each seed another run, leaves some.
    var mix: Mix {
        switch self {
        case .positionsBeforeMerge, .equalLeavesSequence, .removalWithoutRow:
            .everything
        case .noIntent:
            // Creates whose outcome is lost.
            Mix(
                weights: [.create: 200, .switchSynchronize: 200, .pull: 200, .crash: 200, .wait: 50],
                faults: [.request: 150])
        case .noFencing:
            // Readers that stand still for longer than their lease while a send is under way.
            Mix(weights: [.edit: 300, .pull: 300, .stall: 200, .brokerDown: 100], contacts: 20)
        case .unorderedReads:
            // Readers of different clocks that take turns.
            Mix(weights: [.edit: 400, .pull: 300, .crash: 150, .stall: 100, .wait: 50])
        case .settleForgetsNewer:
            // Workers that stand still while they write, and find both the answer and the next change when they go on.
            Mix(weights: [.edit: 400, .pull: 300, .stall: 200, .wait: 20], contacts: 12)
        case .oldEpoch:
            // One take-over and much before it: the next one has an epoch that is right again.
            Mix(weights: [.edit: 400, .pull: 300, .crash: 10, .wait: 200])
        case .returnNotSent:
            // Users who become active while removals are withheld.
            Mix(weights: [.withdrawAll: 100, .switchUser: 50, .pull: 200, .wait: 300])
        case .settledForgotten:
            // Users who get again what they have: switched off and on, or by a baseline.
            Mix(weights: [.edit: 300, .switchUser: 150, .pull: 300, .wait: 100])
        default: calendarMix
        }
    }
}
