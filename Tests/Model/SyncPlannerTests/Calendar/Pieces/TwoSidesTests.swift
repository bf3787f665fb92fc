import SyncModel
import SyncPlanner
import Testing

@Suite("Random pairs of histories, one of LN's users and one of Outlook's")
struct TwoSidesTests {
    @Test(
        "Both come to agree; a second plan is empty; who alone changed a group keeps his value, and who loses is on record",
        arguments: Side.allCases)
    func pairs(birth: Side) {
        for seed in 1...600 {
            var random = SplitMix(state: UInt64(seed))
            var world = TwoSidesWorld(birth: birth, using: &random)
            for _ in 1...Int.random(in: 1...4, using: &random) {
                let ln = world.history(.ln, using: &random), exchange = world.history(.exchange, using: &random)
                world.take(ln, exchange)
                if let wrong = world.settle() {
                    Issue.record("seed \(seed): \(wrong)")
                    return
                }
            }
        }
    }

    @Test("Of a private event nothing but its time comes to LN, its row or a plan, and nothing of LN's goes to it")
    func privateEvents() {
        for seed in 1...300 {
            var random = SplitMix(state: UInt64(seed))
            var world = TwoSidesWorld(birth: .exchange, using: &random)
            for _ in 1...3 {
                let ln = world.history(.ln, using: &random), exchange = world.history(.exchange, using: &random)
                world.take(ln, exchange)
                world.hide()
                for _ in 1...3 where !world.settleOnce().isEmpty {}
                #expect(world.settleOnce().isEmpty, "seed \(seed)")
                #expect(world.row.observed.ln.content?.subject == "Private", "seed \(seed)")
                #expect(world.row.observed.ln.content?.attendees == [:], "seed \(seed)")
                #expect(!"\(world.row)".contains("secret"), "seed \(seed)")
            }
        }
    }

    @Test("The order in which two histories of different groups are taken does not matter")
    func order() {
        for seed in 1...200 {
            var random = SplitMix(state: UInt64(seed))
            var one = TwoSidesWorld(birth: .ln, using: &random)
            // Else it may wait, or go with another group.
            one.policy.canWriteQuietly = true
            var other = one
            let edits = one.history(.ln, using: &random)
            let groups = Set(edits.map(\.group))
            let theirs = one.history(.exchange, using: &random).filter { !groups.contains($0.group) }
            one.take(edits, theirs)
            #expect(one.settle() == nil)
            other.take(edits, [])
            #expect(other.settle() == nil)
            other.take([], theirs)
            #expect(other.settle() == nil)
            #expect(one.contents == other.contents, "seed \(seed)")
        }
    }
}
