extension PlantedFault {
    /// A run that notices a planted fault.
    public struct Caught: Sendable, Hashable {
        public let seed: UInt64
        /// Whether one of its violations is of this invariant.
        public let invariant: String

        public init(_ seed: UInt64, _ invariant: String) {
            self.seed = seed
            self.invariant = invariant
        }
    }

    /// Steps of the runs that are recorded here.
    public static let recordedSteps = 200

    /// A run of `recordedSteps` steps that notices the fault, and is good without it.
    ///
    /// Each change of the product or of the simulator makes every seed another run: `simulate --find` prints these lines anew.
    public var recorded: Caught {
        switch self {
        case .noIntent: Caught(69, "I11")
        case .positionsBeforeMerge: Caught(1, "I12")
        case .noFencing: Caught(240, "I15")
        case .unorderedReads: Caught(14, "I11")
        case .equalLeavesSequence: Caught(1, "I12")
        case .settleForgetsNewer: Caught(354, "I11")
        case .removalWithoutRow: Caught(1, "I5")
        case .oldEpoch: Caught(4, "I5")
        }
    }

    /// The first of the seeds whose run notices the fault and is good without it; `nil` where none does.
    public func firstCaught(among seeds: ClosedRange<UInt64>, steps: Int) -> Caught? {
        for seed in seeds {
            guard let violation = Run(seed: seed, steps: steps, towards: self).outcome().violations.first,
                Run(seed: seed, steps: steps, towards: self, isPlanted: false).outcome().isGood
            else { continue }
            return Caught(seed, String(violation.prefix { $0 != ":" }))
        }
        return nil
    }
}
