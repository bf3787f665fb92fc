import HTTPTypes
import Synchronization
import Testing

@testable import HTTPClient

@Suite("Limiter by server")
struct AuthorityLimiterTests {
    private final class Order: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    @Test("Whoever has waited longest goes first; who gave up waiting is passed over")
    func order() async throws {
        let limiter = AuthorityLimiter(limit: 1)
        let order = Order()
        try await limiter.acquire("a")
        var tasks: [Task<Void, Never>] = []
        for number in 0..<10 {
            tasks.append(
                Task {
                    do {
                        try await limiter.acquire("a")
                        order.add(number)
                        limiter.release("a")
                    } catch {
                        order.add(-number)
                    }
                })
            while limiter.waiting(for: "a") < number + 1 { await Task.yield() }
        }
        tasks[4].cancel()
        await tasks[4].value
        #expect(order.all == [-4])
        limiter.release("a")
        for task in tasks { await task.value }
        #expect(order.all == [-4, 0, 1, 2, 3, 5, 6, 7, 8, 9])
    }

    @Test("One server's crowd does not hold up another's")
    func independent() async throws {
        let limiter = AuthorityLimiter(limit: 1)
        try await limiter.acquire("a")
        try await limiter.acquire("b")
        limiter.release("b")
        try await limiter.acquire("b")
    }
}
