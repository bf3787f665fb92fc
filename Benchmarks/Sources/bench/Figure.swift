/// One line of the table.
struct Figure: Codable {
    var name: String
    var ours: Double
    /// C's figure in the same run; `nil` where the row has a limit.
    var baseline: Double?
    var limit: Double?
    /// Of ours to the baseline or the limit; of a baseline the median of the pairs' ratios.
    var ratio: Double
    var unit: String
    /// What must be reached, in words.
    var aim: String
    var isReached: Bool
    /// Repetitions.
    var count: Int
    /// Seconds by the wall clock, medians.
    var wall: Double
    var baselineWall: Double?
}

extension Figure {
    enum Bound {
        case atMost, atLeast
    }

    /// Against a limit of its own.
    init(
        _ name: String, _ values: [Double], _ bound: Bound, _ limit: Double, unit: String, wall: [Double],
        ratioAim: Double = 1
    ) {
        let ours = values.median
        let ratio = ours / limit
        let sign = bound == .atMost ? "≤" : "≥"
        self.init(
            name: name, ours: ours, limit: limit, ratio: ratio, unit: unit,
            aim: "\(sign) \((limit * ratioAim).short) \(unit)",
            isReached: bound == .atMost ? ratio <= ratioAim : ratio >= ratioAim, count: values.count, wall: wall.median)
    }
}

extension [Double] {
    /// The middle one, or the mean of the two in the middle; 0 of none.
    var median: Double {
        if isEmpty { return 0 }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

extension Double {
    /// Three digits that count.
    var short: String {
        let digits = self >= 100 ? 0 : self >= 10 ? 1 : 2
        return formatted(digits)
    }

    private func formatted(_ digits: Int) -> String {
        let scale = digits == 0 ? 1.0 : digits == 1 ? 10.0 : 100.0
        let rounded = (self * scale).rounded() / scale
        return digits == 0 ? String(Int(rounded)) : String(rounded)
    }
}
