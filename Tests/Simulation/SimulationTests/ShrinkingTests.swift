import Testing

@testable import Simulation

@Suite("Shortening of a failing run")
struct ShrinkingTests {
    @Test("What a failure needs is kept, and nothing else")
    func keepsWhatIsNeeded() {
        let kept = Shrinking.shortest(of: 200, budget: 300) { $0.contains(17) && $0.contains(150) }
        #expect(kept == [17, 150])
    }

    @Test("It ends when its budget is used up, with a list that fails")
    func endsWithItsBudget() {
        var runs = 0
        let kept = Shrinking.shortest(of: 200, budget: 5) { places in
            runs += 1
            return places.contains(17) && places.contains(150)
        }
        #expect(runs == 5)
        #expect(kept.contains(17) && kept.contains(150))
    }
}
