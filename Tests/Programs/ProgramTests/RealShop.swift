import Foundation
import HTTPTypes
import Kafka
import KafkaTesting
import Processes
import SyncEvents
import Telemetry

/// The pipeline on a real Kafka, after its first sync.
struct RealShop {
    let kafka: OwnKafka
    let pipeline: Pipeline
    /// Those in scope at the beginning.
    let contacts: [String]

    init(_ kafka: OwnKafka, contacts: Int = 32, users: Int = 2, deadlines: String = "tenth") async throws {
        self.kafka = kafka
        pipeline = try await Pipeline(contacts: contacts, users: users, realKafka: kafka, deadlines: deadlines)
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        self.contacts = try await pipeline.contactsInScope()
    }

    /// An edit at LN's screens, pulled and sent.
    func edit(_ contact: String, _ fields: [String: String]) async throws {
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.ln)/sandbox/data/Contacts/\(contact)", try JSONEncoder().encode(fields))
        try await pipeline.pull("--wait")
    }

    func mailbox(_ address: String) async throws -> DataMailbox {
        try DataMailbox(
            json: try await pipeline.client.send(.get, "\(pipeline.exchange)/sandbox/mailboxes/\(address)"))
    }

    /// The ids of all items in our folders: an item that is made again has another.
    func items() async throws -> Set<String> {
        var items: Set<String> = []
        for address in try await pipeline.mailboxes() {
            items.formUnion(try await mailbox(address).synchronized.map { "\(address) \($0.link) \($0.id)" })
        }
        return items
    }

    /// Every request that changed something in Exchange.
    func writes() async throws -> Int {
        struct Counters: Decodable { let writes: Int }
        let data = try await pipeline.client.send(.get, pipeline.exchange + "/sandbox/counters")
        return try JSONDecoder().decode(Counters.self, from: data).writes
    }

    /// Waits until `lnsync status` says that nothing is under way and nothing waits.
    func settled() async throws {
        var said = ""
        do {
            try await eventually("lnsync status says that all is in step") {
                let answer = try await pipeline.lnsync("status")
                said = answer.output
                return answer.status == 0 && said.contains("all is in step")
            }
        } catch {
            throw ProgramTestError("\(error): \(said)")
        }
    }

    /// Drains a program. What is started later under its name takes its place.
    func stop(_ name: String) async throws {
        let status = await pipeline.end(name, by: SIGTERM)
        guard status == 0 else { throw ProgramTestError("\(name) ended with \(status): \(pipeline.text(of: name))") }
    }

    func stopAll() async throws {
        for name in ["ln-producer", "contact-worker"] { try await stop(name) }
    }

    func startAll() async throws {
        for name in ["ln-producer", "contact-worker"] { try await pipeline.start(name) }
    }

    /// Deletes whatever stands in the topics that contact-worker reads.
    func deleteAllRecords() async throws {
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: kafka.bootstrapServers), requestTimeout: .seconds(60),
            logger: .silent)
        var ends: [TopicPartition: Int64] = [:]
        for topic in [Topic.contactChanges, .contactBackfill] {
            let partitions = try await consumer.partitions(of: Pipeline.names.name(of: topic))
            for (partition, facts) in try await consumer.facts(of: partitions) where facts.end > facts.start {
                ends[partition] = facts.end
            }
        }
        await consumer.close(within: .seconds(10))
        try await kafka.deleteRecords(before: ends)
    }
}
