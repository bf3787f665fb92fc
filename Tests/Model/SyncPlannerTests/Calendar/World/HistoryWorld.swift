/// What steps lead through: a random history, and then the rest that the pipeline comes to.
protocol HistoryWorld {
    associatedtype Step

    /// What users and chance can do now.
    var events: [Step] { get }
    /// What the pipeline can do now; nothing: it rests.
    var progress: [Step] { get }

    mutating func take(_ step: Step)
    /// Why it is not as the rules want it.
    func wrong(atRest: Bool) -> String?
}

extension HistoryWorld {
    /// Takes up to so many random steps, until something is wrong or nothing can be done.
    /// - Parameter isEvent: whether users or chance are to move next, where they can.
    mutating func wander(
        _ most: Int, using random: inout SplitMix, isEvent: (inout SplitMix) -> Bool
    ) -> [Step] {
        var history: [Step] = []
        while history.count < most, wrong(atRest: false) == nil {
            let steps = isEvent(&random) ? events : progress
            guard let step = (steps.isEmpty ? progress : steps).randomElement(using: &random) else { break }
            history.append(step)
            take(step)
        }
        return history
    }

    /// Lets the pipeline work until nothing is left to do: why what came of it is wrong.
    mutating func rest(within most: Int, using random: inout SplitMix) -> String? {
        for _ in 0..<most {
            if let wrong = wrong(atRest: false) { return wrong }
            guard let step = progress.randomElement(using: &random) else { return wrong(atRest: true) }
            take(step)
        }
        return "no rest after \(most) steps"
    }
}

extension MeetingWorld: HistoryWorld {}
extension PairsWorld: HistoryWorld {}

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
