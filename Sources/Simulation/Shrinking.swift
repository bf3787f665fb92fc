/// Shortens a failing list of steps: leaves out as much as can be left out while the run still fails (delta debugging: halves,
/// then quarters, down to single steps).
enum Shrinking {
    /// - Parameters:
    ///   - budget: how many runs it may take.
    ///   - fails: whether the run of these steps, named by their places, fails.
    /// - Returns: the places of the steps that are needed.
    static func shortest(of count: Int, budget: Int, fails: ([Int]) -> Bool) -> [Int] {
        var kept = Array(0..<count)
        var runs = 0
        var size = max(1, count / 2)
        while runs < budget {
            var hasShrunk = false
            var start = 0
            while start < kept.count, runs < budget {
                var candidate = kept
                candidate.removeSubrange(start..<min(start + size, kept.count))
                runs += 1
                if fails(candidate) {
                    kept = candidate
                    hasShrunk = true
                } else {
                    start += size
                }
            }
            if size == 1, !hasShrunk { break }
            if !hasShrunk { size = max(1, size / 2) }
        }
        return kept
    }
}

extension Run {
    /// The places of the steps that a failing run needs in order to fail.
    /// - Parameter budget: how many runs it may take to find out.
    public static func shortest(
        seed: UInt64, steps: Int, towards fault: PlantedFault?, isPlanted: Bool, isCalendar: Bool, budget: Int
    ) -> [Int] {
        Shrinking.shortest(of: steps, budget: budget) { places in
            !Run(
                seed: seed, steps: steps, places: places, towards: fault, isPlanted: isPlanted, isCalendar: isCalendar
            ).outcome().isGood
        }
    }
}
