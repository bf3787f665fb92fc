import ContactSync
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPClient
import HTTPTypes
import Kafka
import KafkaWorker
import MailboxWorker
import Runtime
import Settling
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// One installation of its own on the embedded broker: a store, users with mailboxes in the stand-in, and contact-worker in this
/// process.
struct Pipeline {
    let worker: ContactWorker
    private let names: TopicNames
    private let users: [SyncUser]
    private let store: SQLiteStore
    private let producer: KafkaProducer
    private let client: HTTPClient
    private let sandbox: ExchangeSandbox
    private let server: ExchangeSandboxServer
    private let exchange: String

    private static let patience: Duration = .seconds(60)
    /// What the embedded broker gives a topic that is made by being asked for.
    private static let partitions: Int32 = 4

    init(_ session: Session, mailboxes: Int, slots: Int, latency: Duration) async throws {
        let run = "bench-\(UInt32.random(in: 0...UInt32.max))"
        let time = SystemTime()
        names = TopicNames(prefix: "\(run).")
        users = StartedStore.users(mailboxes)
        store = try await SQLiteStore.open(session.folder + "/\(run).sqlite")
        try await StartedStore.fill(store, users)

        let tenant = ExchangeTenant(
            name: "bench.example", apps: ["app": "secret"],
            mailboxes: Dictionary(uniqueKeysWithValues: users.map { ($0.email.rawValue, .usable) }))
        sandbox = ExchangeSandbox(tenant, time: time, randomness: SeededRandomness(seed: 1))
        server = ExchangeSandboxServer(sandbox, time: time, log: .silent)
        exchange = "http://127.0.0.1:\(try server.start())"
        client = try HTTPClient(log: .silent, time: time)
        let fault =
            #"{"kind": "latency", "count": 1000000, "delayMilliseconds": \#(Int(latency / .milliseconds(1)))}"#
        _ = try await client.ask(.post, "\(exchange)/sandbox/faults", fault)

        let kafka = KafkaConfiguration(bootstrapServers: try await session.embeddedKafka())
        producer = try KafkaProducer(kafka, deliveryTimeout: .seconds(30), logger: .silent)
        var configuration = ContactWorker.Configuration(
            owner: "bench", names: names, partitionCount: Self.partitions)
        configuration.worker.settling.slots = slots
        var graph = GraphConfiguration(tenant: "bench.example", clientID: "app") { "secret" }
        graph.graphURL = "\(exchange)/v1.0"
        graph.loginURL = exchange
        graph.maxInFlightPerMailbox = slots
        worker = ContactWorker(
            configuration, store: store,
            consumer: try KafkaConsumer(
                kafka, group: configuration.worker.group, topics: Set(configuration.worker.intake.topics.keys),
                logger: .silent),
            producer: producer, exchange: try GraphContacts(graph, transport: client, metrics: Metrics()), time: time,
            randomness: SystemRandomness(), log: .silent, metrics: Metrics())
    }

    func close() async {
        await producer.close(within: .seconds(3))
        await client.close()
        await server.drain(within: .seconds(2))
        await store.close()
    }

    // MARK: Doing

    /// Sends the state of these contacts for every mailbox.
    func send(_ topic: Topic, _ numbers: Range<Int>, revision: Int) async throws {
        let records = try numbers.flatMap { number in
            try users.map { user in
                try ContactEvents.event(
                    number, revision: revision, counter: revision * 1_000_000 + number + 1, of: user.id
                ).producerRecord(topic: names.name(of: topic))
            }
        }
        for result in await producer.send(records) { _ = try result.get() }
    }

    func waitForWrites(_ count: Int) async throws {
        try await wait("\(count) writes to Exchange, \(sandbox.writes) so far") { sandbox.writes >= count }
    }

    func waitUntilSettled(_ count: Int) async throws {
        try await wait("\(count) settled rows") {
            let backlog = try await store.contactBacklog()
            return backlog.values.reduce(0) { $0 + $1[.settled] } == count
        }
    }

    private func wait(_ what: @autoclosure () -> String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while try await !condition() {
            guard .now < deadline else { throw Failure("waited in vain for \(what())") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    // MARK: Asking the stand-in

    private struct Counters: Decodable {
        struct Total: Decodable {
            let reads: Int
            let writes: Int
            let throttled: Int
        }
        let total: Total
    }

    /// Requests that came to Exchange so far.
    func requests() async throws -> Int {
        let body = try await client.ask(.get, "\(exchange)/sandbox/counters")
        let total = try JSONDecoder().decode(Counters.self, from: body).total
        return total.reads + total.writes + total.throttled
    }
}
