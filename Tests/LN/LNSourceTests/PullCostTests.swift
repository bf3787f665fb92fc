import Synchronization
import Testing
import WorkerTesting

@testable import LNSource

@Suite("What a pull costs LN")
struct PullCostTests {
    @Test("For forty users it asks LN as often as for one")
    func users() async throws {
        let one = try await requests(users: 1)
        #expect(one["Contacts", default: 0] > 0 && one["Addresses", default: 0] > 0)
        #expect(try await requests(users: 40) == one)
    }

    /// Requests by set of one pull with a changed contact. Settings and users are left out: they are read by the clock.
    private func requests(users: Int) async throws -> [String: Int] {
        let ln = FakeLN(contacts: 30, users: (1...users).map { "user\($0)" })
        let installation = try await Installation(ln)
        let counts = Mutex([String: Int]())
        try await installation.reading {
            try await installation.firstSync()
            ln.state.withLock { $0.requests = [] }
            ln.edit(FakeLN.code(3)) { $0["JobTitle"] = "Buyer" }
            try await installation.pull()
            for set in ln.state.withLock({ $0.requests.map(\.set) })
            where ["Contacts", "Addresses", "BusinessPartners"].contains(set) {
                counts.withLock { $0[set, default: 0] += 1 }
            }
        }
        #expect(installation.kafka.live.count == users)
        return counts.withLock { $0 }
    }
}
