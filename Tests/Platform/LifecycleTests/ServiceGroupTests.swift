import Foundation
import Lifecycle
import Runtime
import Synchronization
import Telemetry
import Testing

@Suite struct ServiceGroupTests {
    /// What happened, in order.
    private final class Record: Sendable {
        private let events = Mutex<[String]>([])

        func note(_ event: String) { events.withLock { $0.append(event) } }

        var all: [String] { events.withLock { $0 } }
    }

    /// A service that runs until it is drained.
    private struct Recorded: Service {
        let name: String
        let record: Record
        private let ended = Signal()

        init(_ name: String, _ record: Record) {
            self.name = name
            self.record = record
        }

        func start() async throws { record.note("start \(name)") }

        func run() async throws {
            try await ended.wait()
            record.note("ended \(name)")
        }

        func drain(within time: Duration) async {
            record.note("drain \(name)")
            ended.raise()
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description = "no disk"
    }

    private func group(_ services: [any Service], _ budgets: ShutdownBudgets = .init()) -> ServiceGroup {
        ServiceGroup(
            services, budgets: budgets, watchesSignals: false, time: SystemTime(), log: .silent
        )
    }

    @Test("Services start in order and stop in reverse, each ended before the next is told")
    func order() async throws {
        let record = Record()
        let group = group([
            Recorded("producer", record), Recorded("store", record), Recorded("consumer", record),
        ])
        group.triggerGracefulShutdown()
        try await group.run()
        #expect(
            record.all == [
                "start producer", "start store", "start consumer", "drain consumer", "ended consumer", "drain store",
                "ended store", "drain producer", "ended producer",
            ])
    }

    @Test("A service that throws ends the others with a drain, and is the reason")
    func failing() async throws {
        let record = Record()
        let failing = ServiceFunctions("consumer", run: { throw Failure() })
        let error = await #expect(throws: ServiceGroupError.self) {
            try await group([Recorded("producer", record), failing]).run()
        }
        #expect(error?.code == .serviceFailed)
        #expect(error?.message == "consumer: no disk")
        #expect(error?.exitCode == 70)
        #expect(record.all == ["start producer", "drain producer", "ended producer"])
    }

    @Test("A service that ends by itself ends the program as a failure")
    func ending() async throws {
        let error = await #expect(throws: ServiceGroupError.self) {
            try await group([ServiceFunctions("relay", run: {})]).run()
        }
        #expect(error?.message == "relay ended though nobody had asked it to")
    }

    @Test("A service that can't start stops those before it, and those after it are never started")
    func startFailure() async throws {
        let record = Record()
        let failing = ServiceFunctions("store", start: { throw Failure() })
        let error = await #expect(throws: ServiceGroupError.self) {
            try await group([Recorded("producer", record), failing, Recorded("consumer", record)]).run()
        }
        #expect(error?.code == .startFailed)
        #expect(error?.message == "store: no disk")
        #expect(record.all == ["start producer", "drain producer", "ended producer"])
    }

    @Test("A drain that takes too long is cancelled and said so")
    func drainExceeded() async throws {
        var budgets = ShutdownBudgets()
        budgets.request = .milliseconds(10)
        budgets.drain = .milliseconds(50)
        let slow = ServiceFunctions("slow", drain: { _ in try? await Task.sleep(for: .seconds(600)) })
        let group = group([slow], budgets)
        group.triggerGracefulShutdown()
        let error = await #expect(throws: ServiceGroupError.self) { try await group.run() }
        #expect(error?.code == .drainExceeded)
        #expect(error?.exitCode == 75)
    }

    @Test("Cancelling the group's task ends the services without a drain")
    func cancelled() async throws {
        let record = Record()
        await withTaskGroup(of: Void.self) { tasks in
            let group = group([Recorded("producer", record)])
            tasks.addTask { try? await group.run() }
            tasks.cancelAll()
        }
        #expect(!record.all.contains("drain producer"))
    }

    @Test("Budgets that don't fit into each other are named, each pair, before anything starts")
    func budgets() async throws {
        #expect(ShutdownBudgets().problems == [])
        var budgets = ShutdownBudgets()
        budgets.request = .seconds(20)
        budgets.maxPollInterval = .seconds(30)
        let record = Record()
        let error = await #expect(throws: ServiceGroupError.self) {
            try await group([Recorded("producer", record)], budgets).run()
        }
        #expect(error?.exitCode == 78)
        #expect(
            error?.message
                == "the drain (20.0 seconds) must be longer than the timeout of a request (20.0 seconds); "
                + "max.poll.interval.ms (30.0 seconds) must be longer than the pod's grace (30.0 seconds)")
        #expect(record.all == [])
        budgets = ShutdownBudgets()
        budgets.maxPollInterval = nil
        #expect(budgets.problems == [])
    }
}
