import Foundation
import HTTPTypes
import Kafka
import KafkaTesting
import Processes
import Testing

/// What `make soak` does with a real Kafka of three nodes. `SOAK_MINUTES` says how long the one mailbox is throttled: 10.
@Suite("The pipeline on three nodes of a real Kafka", .timeLimit(.minutes(60)))
struct ThreeNodesTests {
    private static let minutes = ProcessInfo.processInfo.environment["SOAK_MINUTES"].flatMap(Double.init)

    /// Brokers notice after 9 s that one of them is gone (broker.session.timeout.ms), clients after 10 s that one hangs; then all
    /// that waited is done.
    private static let election: Duration = .seconds(30)

    /// What was done to a node, and when.
    private struct Blow {
        let fault: String
        let seen: String
        let struck: ContinuousClock.Instant
        let mended: ContinuousClock.Instant
    }

    @Test(
        "One node killed and restarted, another paused and resumed, while a mailbox answers 429: all is well again within 30 s, and but for these the others' p99 stays within twice idle's",
        .enabled(if: RealKafka.canStartOwn && minutes != nil, "part of make soak: set SOAK_MINUTES"))
    func soak() async throws {
        let throttled = Duration.seconds(60 * (Self.minutes ?? 10))
        let kafka = try await RealKafka.startOwn(nodes: 3)
        let shop = try await RealShop(kafka, users: 8, deadlines: "standard")
        let pipeline = shop.pipeline
        let programs = [
            "ln-producer": "ln-producer", "ln-producer-2": "ln-producer",
            "contact-worker": "contact-worker", "contact-worker-2": "contact-worker",
        ]
        for (name, program) in programs where name.hasSuffix("-2") { try await pipeline.start(program, as: name) }
        let mailboxes = try await pipeline.mailboxes()
        let served = mailboxes.dropLast()
        let load = try ChangeLoad(pipeline, contacts: shop.contacts, mailboxes: mailboxes)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await load.watch() }
            group.addTask {
                defer { load.finish() }
                // A first round is not counted: caches and connections are cold.
                try await load.edit(for: throttled / 20)
                try await eventually("the first round has arrived") { load.allArrived(in: mailboxes) }
                let quiet = ContinuousClock.now
                try await load.edit(for: throttled / 5)
                try await eventually("all edits of the quiet time have arrived") { load.allArrived(in: mailboxes) }

                let start = ContinuousClock.now
                try await pipeline.control(
                    pipeline.exchange, "faults",
                    ["kind": "status", "status": 429, "retryAfter": 1, "count": 1_000_000, "mailbox": mailboxes[7]])
                async let blows = Self.strike(kafka, during: throttled)
                try await load.edit(for: throttled)
                let end = ContinuousClock.now
                let struck = try await blows
                try await eventually("the others have all edits") { load.allArrived(in: served) }
                #expect(!load.allArrived(in: mailboxes.suffix(1)), "the throttled mailbox was not throttled")
                _ = try await pipeline.client.send(.delete, pipeline.exchange + "/sandbox/faults")
                let freed = ContinuousClock.now
                try await eventually("the throttled mailbox has caught up", within: .seconds(1200)) {
                    load.allArrived(in: mailboxes)
                }
                let caughtUp = ContinuousClock.now - freed

                func others(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> [ChangeLoad.Arrival] {
                    load.arrivals(from: from, to: to).filter { served.contains($0.mailbox) }
                }
                let idle = others(quiet, start)
                let all = others(start, end)
                Self.tell("idle", idle)
                Self.tell("one mailbox throttled, nodes struck", all)
                for blow in struck { try Self.judge(blow, all, idle: idle) }
                // While Kafka finds out that a node is gone, and has others lead, whatever was on it waits.
                let calm = all.filter { arrival in
                    !struck.contains { ($0.struck - .seconds(1)..<$0.struck + Self.election).contains(arrival.made) }
                }
                Self.tell("of these, but for the \(Self.election) after each blow", calm)
                #expect(calm.latency(0.99) <= idle.latency(0.99) * 2)
                Survival.report(
                    "a mailbox answers 429 for \(throttled.components.seconds / 60) min",
                    seen: "status: its contacts are due, with the age of the oldest; the other mailboxes are served",
                    untilWell: caughtUp)
            }
            try await group.waitForAll()
        }
        await load.close()
        try await pipeline.inStep("everything", within: .seconds(300))
        try await shop.settled()
        for name in programs.keys { #expect(pipeline.isRunning(name), "\(name) ended: \(pipeline.text(of: name))") }
        await pipeline.close()
        try await kafka.stop()
    }

    /// Kills one node and starts it again, then freezes another for a while: each in its own part of the time.
    private static func strike(_ kafka: OwnKafka, during time: Duration) async throws -> [Blow] {
        var blows: [Blow] = []
        let part = time / 10
        func blow(
            _ fault: String, _ seen: String, _ first: OwnKafka.Action, _ then: OwnKafka.Action, node: Int
        ) async throws {
            try await Task.sleep(for: part * 2)
            let struck = ContinuousClock.now
            try await kafka.act(first, onNode: node)
            try await Task.sleep(for: part * 2)
            try await kafka.act(then, onNode: node)
            blows.append(Blow(fault: fault, seen: seen, struck: struck, mended: .now))
        }
        try await blow(
            "a Kafka node of three killed (kill -9) and restarted",
            "log: a broker can't be reached; then: the brokers answer again", .kill, .start,
            node: 1)
        try await blow(
            "a Kafka node of three hangs (SIGSTOP, then SIGCONT)",
            "log: a broker can't be reached: timed out; then: the brokers answer again", .pause, .resume,
            node: 2)
        return blows
    }

    /// A blow is over when the last edit that was late because of it has arrived: of those made after it 99 of 100 are as fast as they are to be,
    /// for now and then one is late without a blow.
    private static func judge(_ blow: Blow, _ all: [ChangeLoad.Arrival], idle: [ChangeLoad.Arrival]) throws {
        tell("during “\(blow.fault)”", all.filter { blow.struck <= $0.made && $0.made < blow.mended })
        let bound = idle.latency(0.99) * 2
        // An edit made just before the blow may be late by it too.
        let concerned = all.filter { blow.struck - .seconds(1) <= $0.made && $0.made < blow.mended }
            .sorted { $0.made < $1.made }
        let isLate = concerned.map { $0.latency > bound }
        // Of the edits from that place on, so many are late.
        var rest = isLate.count(where: \.self), count = concerned.count
        var untilWell = Duration.zero
        for (arrival, isLate) in zip(concerned, isLate) where rest * 100 > count {
            if isLate { untilWell = max(untilWell, arrival.arrived - blow.struck) }
            rest -= isLate ? 1 : 0
            count -= 1
        }
        #expect(untilWell < election, "a node that is away is done without: \(blow.fault)")
        Survival.report(blow.fault, seen: blow.seen, untilWell: untilWell)
    }

    private static func tell(_ phase: String, _ arrivals: [ChangeLoad.Arrival]) {
        func milliseconds(_ duration: Duration) -> Int64 {
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        }
        let figures = [0.5, 0.99, 1].map { String(milliseconds(arrivals.latency($0))) }
        print(
            "LATENCY | \(phase) | p50 \(figures[0]) ms | p99 \(figures[1]) ms | longest \(figures[2]) ms | \(arrivals.count) edits in mailboxes"
        )
        fflush(nil)
    }
}
