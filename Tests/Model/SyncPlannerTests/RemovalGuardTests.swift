import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("The guard of removals")
struct RemovalGuardTests {
    private let start = Date(timeIntervalSinceReferenceDate: 800_000_000)

    private func codes(_ range: Range<Int>) -> Set<ContactCode> { Set(range.map { ContactCode("C\($0)") }) }

    private func judge(
        _ removalGuard: inout RemovalGuard, _ removals: Set<ContactCode>, _ holds: RemovalGuard.Holds = .init(),
        on occasion: RemovalGuard.Occasion = .reading, inScope: Int = 10_000, after seconds: TimeInterval = 0
    ) -> RemovalGuard.Ruling {
        removalGuard.judge(
            removals, holds, on: occasion, inScope: inScope, now: start.addingTimeInterval(seconds))
    }

    @Test("250 removals within an hour pass, the 251st does not")
    func most() {
        var removalGuard = RemovalGuard()
        #expect(judge(&removalGuard, codes(0..<200)).passing.count == 200)
        #expect(judge(&removalGuard, codes(200..<250), after: 3000).passing.count == 50)
        let ruling = judge(&removalGuard, codes(250..<251), after: 3599)
        #expect(ruling.passing.isEmpty && ruling.withheld == codes(250..<251))
    }

    @Test("A page that goes beyond the bound is withheld as a whole")
    func page() {
        var removalGuard = RemovalGuard()
        #expect(judge(&removalGuard, codes(0..<200)).withheld.isEmpty)
        #expect(judge(&removalGuard, codes(200..<400)).withheld == codes(200..<400))
    }

    @Test(
        "A quarter of those in scope passes, more does not, but nine always do",
        arguments: [(40, 10, true), (40, 11, false), (39, 10, false), (9, 9, true), (10, 10, false), (0, 9, true)])
    func share(inScope: Int, removed: Int, passes: Bool) {
        var removalGuard = RemovalGuard()
        let ruling = judge(&removalGuard, codes(0..<removed), inScope: inScope)
        #expect(ruling.passing.count == (passes ? removed : 0))
        #expect(ruling.withheld.count == (passes ? 0 : removed))
    }

    @Test("The hour rolls: what was removed before it no longer counts")
    func rolling() {
        var removalGuard = RemovalGuard()
        _ = judge(&removalGuard, codes(0..<200))
        #expect(judge(&removalGuard, codes(200..<400), after: 3600).passing.count == 200)
        #expect(removalGuard.passed(now: start.addingTimeInterval(3600)) == codes(200..<400))
    }

    @Test("While a hold is open what was withheld within the hour counts, and no longer once it is decided")
    func withheldCounts() {
        var removalGuard = RemovalGuard()
        _ = judge(&removalGuard, codes(0..<300))
        let holds = RemovalGuard.Holds(open: codes(0..<300))
        #expect(judge(&removalGuard, codes(300..<301), holds, after: 10).withheld.count == 1)
        var later = removalGuard
        #expect(judge(&later, codes(301..<302), holds, after: 3700).passing.count == 1)
        #expect(judge(&removalGuard, codes(301..<302), after: 20).passing.count == 1)
    }

    @Test("A key already held stays there, an approved one passes uncounted")
    func held() {
        var removalGuard = RemovalGuard()
        let holds = RemovalGuard.Holds(open: codes(0..<5), approved: codes(10..<400))
        let ruling = judge(&removalGuard, codes(0..<400), holds)
        #expect(ruling.passing == codes(5..<400))
        #expect(ruling.withheld.isEmpty)
        #expect(removalGuard.passed(now: start) == codes(5..<10))
    }

    @Test("A discarded removal is dropped, and asked again by the comparison however few they are")
    func discarded() {
        var removalGuard = RemovalGuard()
        let holds = RemovalGuard.Holds(discarded: codes(0..<1))
        #expect(judge(&removalGuard, codes(0..<2), holds).passing == codes(1..<2))
        let ruling = judge(&removalGuard, codes(0..<2), holds, on: .comparison)
        #expect(ruling.withheld == codes(0..<1))
        #expect(ruling.passing == codes(1..<2))
    }

    @Test("A removal whose send was cut off passes again and is counted once; what is remembered survives being stored")
    func again() throws {
        var removalGuard = RemovalGuard()
        _ = judge(&removalGuard, codes(0..<250))
        var stored = try JSONDecoder().decode(RemovalGuard.self, from: try JSONEncoder().encode(removalGuard))
        #expect(stored == removalGuard)
        #expect(judge(&stored, codes(0..<250), after: 5).passing.count == 250)
        #expect(judge(&stored, codes(250..<251), after: 6).passing.isEmpty)
    }

    @Test("How many are in scope matters from ten removals on and up to 250")
    func dependsOnScope() {
        let removalGuard = RemovalGuard()
        for (count, depends) in [(9, false), (10, true), (250, true), (251, false)] {
            #expect(removalGuard.dependsOnScope(codes(0..<count), .init(), now: start) == depends)
        }
    }
}
