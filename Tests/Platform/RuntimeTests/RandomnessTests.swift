import Runtime
import Testing

@Suite struct RandomnessTests {
    /// Always the same bits.
    private struct Fixed: Randomness {
        let bits: UInt64
        func next() -> UInt64 { bits }
    }

    @Test("A seed gives SplitMix64's numbers")
    func seeded() {
        let zero = SeededRandomness(seed: 0)
        #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
        let other = SeededRandomness(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in other.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test("Numbers of a range stay in it, reach its ends, and are the same for a seed")
    func range() {
        let (one, other) = (SeededRandomness(seed: 5), SeededRandomness(seed: 5))
        let numbers = (0..<1000).map { _ in one.next(in: -2...2) }
        #expect(numbers == (0..<1000).map { _ in other.next(in: -2...2) })
        #expect(Set(numbers) == [-2, -1, 0, 1, 2])
        #expect(one.next(in: 7...7) == 7)
    }

    @Test("Jitter stays within its fraction, at both ends")
    func jitter() {
        #expect(Fixed(bits: 0).jittered(.seconds(10)) == .seconds(8))
        let longest = Fixed(bits: .max).jittered(.seconds(10))
        #expect(longest > .seconds(11.999) && longest <= .seconds(12))
        #expect(Fixed(bits: 0).jittered(.seconds(10), by: 0) == .seconds(10))
        let randomness = SystemRandomness()
        #expect(
            (0..<1000).allSatisfy { _ in
                (Duration.seconds(9)...Duration.seconds(11)).contains(randomness.jittered(.seconds(10), by: 0.1))
            })
    }

    @Test("A name that is nearly right is recognized, one that is far from all is not")
    func spelling() {
        let names = ["status", "start", "replay"]
        #expect(Spelling.nearest(to: "staus", among: names) == "status")
        #expect(Spelling.nearest(to: "replya", among: names) == "replay")
        #expect(Spelling.nearest(to: "xyzzyx", among: names) == nil)
        #expect(Spelling.nearest(to: "a", among: [String]()) == nil)
    }
}
