import Foundation

/// What came of a fault, for the page of what the pipeline survives: a line on standard output, which `make soak` collects.
enum Survival {
    /// - Parameters:
    ///   - fault: what was done.
    ///   - seen: what an administrator sees of it.
    ///   - start: since when it could have been well again.
    static func report(_ fault: String, seen: String, since start: ContinuousClock.Instant) {
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(100)) / 10
        print("SURVIVED | \(fault) | \(seen) | nothing | \(String(format: "%.1f", seconds))")
    }
}
