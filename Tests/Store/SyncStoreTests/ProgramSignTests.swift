import RuntimeTesting
import SyncStore
import Testing

@Suite("The sign that a program runs", .timeLimit(.minutes(1)))
struct ProgramSignTests {
    @Test("One process gives it; it is given back when that ends, and another takes over")
    func handedOver() async throws {
        let time = ManualTime()
        let store = try await SQLiteStore.inMemory(time: time)
        func owner() async throws -> String? {
            let now = time.now
            return try await store.leases().first {
                $0.lease.name == ProgramSign.lease(of: "calendar-worker") && $0.expires > now
            }?.lease.owner
        }
        func begin(_ owner: String) -> Task<Void, Never> {
            let sign = ProgramSign(of: "calendar-worker", store, owner: owner, time: time)
            return Task { await sign.run() }
        }
        func seen(_ wanted: String?) async throws {
            while try await owner() != wanted { await Task.yield() }
        }
        let one = begin("one")
        try await seen("one")
        let two = begin("two")
        one.cancel()
        await one.value
        #expect(try await owner() == nil)
        // Who stands by looks from time to time.
        while try await owner() == nil {
            time.advance(by: ProgramSign.interval)
            await Task.yield()
        }
        #expect(try await owner() == "two")
        two.cancel()
        await two.value
        #expect(try await owner() == nil)
    }
}
