import Runtime

/// How long a row waits after so many failures: 1 s, doubled each time, at most 15 minutes, ± 20 %.
struct Backoff: Sendable {
    var first: Duration = .seconds(1)
    var longest: Duration = .seconds(900)

    func pause(after failures: Int, _ randomness: any Randomness) -> Duration {
        randomness.jittered(min(longest, first * (1 << min(max(0, failures - 1), 20))))
    }
}
