import Foundation
import Runtime
import Synchronization
import Telemetry
import Testing

@testable import Lifecycle

@Suite("A group of services")
struct ServiceGroupTests {
    final class Record: Sendable {
        private let all = Mutex<[String]>([])
        func note(_ text: String) { all.withLock { $0.append(text) } }
        var lines: [String] { all.withLock { $0 } }
    }

    struct Failure: Error {}

    final class Worker: Service {
        let name: String
        let record: Record
        let fails: Bool
        let isStubborn: Bool
        private let end = Signal()

        init(_ name: String, _ record: Record, fails: Bool = false, isStubborn: Bool = false) {
            self.name = name
            self.record = record
            self.fails = fails
            self.isStubborn = isStubborn
        }

        func run() async throws {
            if fails { throw Failure() }
            try await end.wait()
            record.note("\(name) ended")
        }

        func shutDown(within timeout: Duration) async {
            record.note("\(name) is told")
            if !isStubborn { end.raise() }
        }
    }

    private func group(
        _ services: [Worker], budget: Duration = .seconds(60), exit: @escaping @Sendable (Int32) -> Void = { _ in }
    ) -> ServiceGroup {
        ServiceGroup(
            services.map { ($0.name, $0) }, budget: budget, time: SystemTime(), log: .silent, exit: exit)
    }

    @Test("A signal shuts them down, the last first, each only when the one after it has ended")
    func reverseOrder() async {
        let record = Record()
        let group = group([Worker("store", record), Worker("producer", record), Worker("consumer", record)])
        group.receive(SIGTERM)
        #expect(await group.run() == .shutDown)
        #expect(
            record.lines == [
                "consumer is told", "consumer ended", "producer is told", "producer ended", "store is told",
                "store ended",
            ])
    }

    @Test("One that fails ends the others in good order, and the outcome says why")
    func failure() async {
        let record = Record()
        let outcome = await group([Worker("store", record), Worker("consumer", record, fails: true)]).run()
        #expect(outcome.exitCode == 70)
        guard case .failed(let why) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(why.hasPrefix("consumer ended: "))
        #expect(record.lines == ["store is told", "store ended"])
    }

    @Test("A second signal ends the process at once")
    func secondSignal() async {
        let codes = Record()
        let group = group([Worker("store", Record())], exit: { codes.note(String($0)) })
        group.receive(SIGINT)
        group.receive(SIGINT)
        #expect(codes.lines == [String(128 + SIGINT)])
        #expect(await group.run() == .shutDown)
    }

    @Test("What does not end within the budget is ended with 75")
    func budget() async {
        let codes = Record()
        let group = group(
            [Worker("stubborn", Record(), isStubborn: true)], budget: .milliseconds(20), exit: { codes.note(String($0)) })
        group.receive(SIGTERM)
        _ = await group.run()
        #expect(codes.lines == ["75"])
    }

    @Test("Budgets that are out of order are named")
    func budgets() {
        #expect(ShutdownBudgets().problem == nil)
        var budgets = ShutdownBudgets()
        budgets.drain = .seconds(30)
        #expect(budgets.problem == "the drain (30.0 seconds) has to be shorter than the shutdown (25.0 seconds)")
    }
}
