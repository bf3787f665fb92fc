import Synchronization

/// Where random numbers come from: the system, or a seed in the simulator.
public protocol Randomness: Sendable {
    /// 64 uniformly random bits.
    func next() -> UInt64
}

extension Randomness {
    /// A uniformly random whole number of `range`.
    public func next(in range: ClosedRange<Int>) -> Int {
        var generator = Generator(randomness: self)
        return Int.random(in: range, using: &generator)
    }

    /// `duration` made shorter or longer by at most `fraction` of it (0.2: ±20 %), so that many waiters don't wake at once.
    public func jittered(_ duration: Duration, by fraction: Double = 0.2) -> Duration {
        let unit = Double(next() >> 11) * 0x1p-53
        return duration * (1 + (unit * 2 - 1) * fraction)
    }
}

private struct Generator<Source: Randomness>: RandomNumberGenerator {
    let randomness: Source

    func next() -> UInt64 { randomness.next() }
}

/// The system's random numbers.
public struct SystemRandomness: Randomness {
    public init() {}

    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

/// The same numbers for the same seed (SplitMix64).
public final class SeededRandomness: Randomness {
    private let state: Mutex<UInt64>

    public init(seed: UInt64) {
        state = Mutex(seed)
    }

    public func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
