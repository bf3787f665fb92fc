import Foundation
import Kafka
import KafkaTesting
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// What contact-worker has resident while it takes in what has piled up in a real Kafka, and writes mailboxes beside it.
enum MemoryRow {
    private static let name = "contact-worker's memory, 1,000,000 records behind (Kafka)"
    private static let users = 100
    private static let contacts = 1000
    private static let revisions = 10

    static var all: [Row] {
        guard RealKafka.isAvailable else { return [] }
        return [
            Row(name: name) { session in
                let installation = try await Installation(session, kafka: try await RealKafka.bootstrapServers())
                let outcome: Result<(grown: Double, seconds: Double), any Error>
                do {
                    outcome = .success(try await measured(installation))
                } catch {
                    outcome = .failure(error)
                }
                await installation.close()
                let (grown, seconds) = try outcome.get()
                return [Figure(name, [grown], .atMost, 64, unit: "MiB above start", wall: [seconds])]
            }
        ]
    }

    private static func measured(_ installation: Installation) async throws -> (grown: Double, seconds: Double) {
        let topics = Installation.topics(installation.names)
        try await KafkaAdmin(
            KafkaConfiguration(bootstrapServers: installation.kafka), timeout: .seconds(60), logger: .silent
        ).createTopics(
            topics.map {
                NewTopic(
                    $0, partitions: Int32(Topic.defaultPartitionCount), configuration: ["retention.ms": "3600000"])
            })
        let store = try await SQLiteStore.open(installation.store)
        let users = StartedStore.users(users)
        try await StartedStore.fill(store, users)
        try await installation.startExchange(users.map(\.email.rawValue), latency: .milliseconds(100))
        let progress = Progress(store: store, group: installation.names.name(ofGroup: ConsumerGroup.contactWorker))

        // At start: it has its partitions, and nothing is to be done.
        let first = try await installation.start("contact-worker")
        try await progress.wait { $0.count == 2 * Topic.defaultPartitionCount }
        try await Task.sleep(for: .seconds(2))
        let start = try ProcessReading.residentMemory(of: first.pid)
        try await installation.end("contact-worker")

        try await Backlog(users: users, contacts: contacts, revisions: revisions).send(
            to: installation.kafka, topic: installation.names.name(of: .contactChanges))
        let total = users.count * contacts * revisions
        let begin = ContinuousClock.now
        let worker = try await installation.start("contact-worker")
        var highest = 0.0
        try await progress.wait { positions in
            guard worker.status == nil else { throw Failure("contact-worker has ended") }
            highest = max(highest, try ProcessReading.residentMemory(of: worker.pid))
            return positions.values.reduce(0) { $0 + Int($1.next) } == total
        }
        let seconds = begin.duration(to: .now) / .seconds(1)
        Console.say("  from \(start.short) to \(highest.short) MiB, \(Int(Double(total) / seconds)) records/s")
        await store.close()
        return (highest - start, seconds)
    }

    /// What the store has recorded of the group.
    private struct Progress {
        let store: SQLiteStore
        let group: String

        func wait(until isReached: ([IntakePartition: IntakePosition]) throws -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(240)
            while !(try isReached(try await store.intakePositions(group: group))) {
                guard .now < deadline else { throw Failure("it was not done after 240 s") }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}

/// Changes that nobody has read yet: one contact after the other for all users, one revision after the other.
private struct Backlog {
    let users: [SyncUser]
    let contacts: Int
    let revisions: Int

    func send(to servers: String, topic: String) async throws {
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: servers), deliveryTimeout: .seconds(60), logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // A batch is acknowledged while the next ones are made.
            var underWay = 0
            for revision in 0..<revisions {
                for number in 0..<contacts {
                    let state = try ContactEvents.state(number, revision: revision)
                    let records = users.map {
                        state.event(counter: revision * contacts + number + 1, of: $0.id).producerRecord(topic: topic)
                    }
                    if underWay >= 64 {
                        try await group.next()
                        underWay -= 1
                    }
                    group.addTask { for result in await producer.send(records) { _ = try result.get() } }
                    underWay += 1
                }
            }
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
    }
}
