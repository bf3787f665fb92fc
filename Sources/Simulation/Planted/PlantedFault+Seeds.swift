extension PlantedFault {
    /// Steps of the runs that are recorded here.
    public var recordedSteps: Int {
        // Only what exceeds what a run allows is noticed.
        if self == .baseIsSent { return 240 }
        return isOfCalendar ? 120 : 200
    }

    /// The first of the runs of `mix` that notices the fault, and is good without it.
    ///
    /// Each change of the product or of the simulator makes every seed another run: `scripts/renew-seeds` writes these lines anew.
    public var recordedSeed: UInt64 {
        switch self {
        case .noIntent: 1  // I1
        case .positionsBeforeMerge: 1  // I12
        case .noFencing: 1  // I15
        case .unorderedReads: 2  // I1
        case .equalLeavesSequence: 1  // I5
        case .settleForgetsNewer: 2  // I1
        case .removalWithoutRow: 1  // I5
        case .oldEpoch: 1  // I1
        case .returnNotSent: 5  // I1
        case .settledForgotten: 1  // I14
        case .echoByTime: 1  // I11
        case .commitBeforeAct: 1  // I1
        case .staleWins: 1  // I1
        case .nullOriginalStart: 1  // I12
        case .flagsInHash: 1  // I11
        case .maskedAsEmpty: 4  // I1
        case .privateNotReduced: 1  // I10
        case .noTwinSearch: 3  // I4
        case .removedWithoutProof: 1  // I1
        case .cursorBeforeAcks: 2  // I1
        case .viewsConfused: 2  // I1
        case .intentDropped: 8  // I3
        case .decisionOnOtherValues: 2  // I3
        case .conflictNotRecorded: 1  // I3
        case .noIfMatch: 1  // I3
        case .createWithoutTransactionID: 2  // I3
        case .baseIsSent: 2  // I14
        }
    }

    /// A run that notices a planted fault.
    public struct Caught: Sendable, Hashable {
        public let seed: UInt64
        /// What the first of its violations is of.
        public let invariant: String
    }

    /// The first of the seeds whose run notices the fault and is good without it; `nil` where none does.
    public func firstCaught(among seeds: ClosedRange<UInt64>, steps: Int) -> Caught? {
        for seed in seeds {
            guard let violation = Run(seed: seed, steps: steps, towards: self).outcome().violations.first,
                Run(seed: seed, steps: steps, towards: self, isPlanted: false).outcome().isGood
            else { continue }
            return Caught(seed: seed, invariant: String(violation.prefix { $0 != ":" }))
        }
        return nil
    }
}
