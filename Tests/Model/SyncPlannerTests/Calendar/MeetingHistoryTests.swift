import SyncModel
import Testing

@Suite("Random histories of one meeting")
struct MeetingHistoryTests {
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

    @Test(
        "Both sides agree at rest, nothing is lost without a record, and a second plan is empty",
        arguments: [Set<Side>([.ln, .exchange]), [.ln], [.exchange]])
    func histories(there: Set<Side>) {
        for seed in 1...400 {
            var random = SplitMix(state: UInt64(seed))
            var world = MeetingWorld(there: there, settlers: seed % 2 + 1)
            var edits = 4, faults = 2
            for step in 0..<400 {
                let steps = world.progress()
                let chance = Int.random(in: 0..<10, using: &random)
                if edits > 0, chance < 2 {
                    edits -= 1
                    let side: Side = Bool.random(using: &random) ? .ln : .exchange
                    if Int.random(in: 0..<6, using: &random) == 0 {
                        world.delete(side)
                    } else {
                        world.edit(side, Bool.random(using: &random) ? .subject : .location)
                    }
                } else if faults > 0, chance == 2 {
                    faults -= 1
                    if let index = world.settlers.indices.randomElement(using: &random) { world.crash(index) }
                } else if let next = steps.randomElement(using: &random) {
                    next(&world)
                } else if edits == 0 {
                    break
                }
                if step == 399 { world.broken = world.broken ?? "no rest after 400 steps" }
                if world.broken != nil { break }
            }
            if let wrong = world.wrongAtRest {
                Issue.record("seed \(seed): \(wrong)")
                return
            }
        }
    }
}
