extension PlantedFault {
    /// Runs in which what the rule is there for happens often: so nearly each of their seeds notices that it is broken, and a change
    /// of the product, which makes each seed another run, leaves many others.
    var mix: Mix {
        switch self {
        case .positionsBeforeMerge, .equalLeavesSequence, .removalWithoutRow, .oldEpoch: return .everything
        case .noIntent:
            // Creates whose outcome is lost.
            return Mix(
                weights: [.create: 200, .switchSynchronize: 200, .pull: 200, .crash: 200, .wait: 50],
                faults: [.request: 150])
        case .noFencing:
            // Readers that stand still for longer than their lease while there is much to read.
            return Mix(weights: [.edit: 400, .pull: 300, .stall: 200, .wait: 100])
        case .unorderedReads:
            // Readers of different clocks that take turns.
            return Mix(weights: [.edit: 400, .pull: 300, .crash: 150, .stall: 100, .wait: 50])
        case .settleForgetsNewer:
            // The same few contacts change while they are written.
            return Mix(weights: [.edit: 500, .pull: 400, .wait: 50], faults: [.request: 100], contacts: 3)
        }
    }
}
