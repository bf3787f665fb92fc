import Foundation
import HTTPTypes
import Kafka
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing

/// ln-producer several times over: one reads, the others wait for its leases.
@Suite("Hot standbys of ln-producer")
struct StandbyTests {
    /// A lease lasts 13 s; the order wants the take-over within 15 s. With the deadlines as shipped, waited for four times as long.
    private static let takeover: Duration = .seconds(4 * 15)

    @Test(
        "kill -9 of the one that reads: another takes over, what changed in between arrives once, no older state after a newer"
    )
    func takeover() async throws {
        let pipeline = try await Pipeline()
        let names = ["producer-1", "producer-2", "producer-3"]
        var processes: [String: ChildProcess] = [:]
        for name in names {
            processes[name] = try await pipeline.start("ln-producer", as: name, ["LNSYNC_DEADLINES": "standard"])
        }
        try await pipeline.start("contact-worker")
        try await pipeline.begin()
        try await pipeline.inStep("the first sync")
        let store = try await SQLiteStore.open(pipeline.store)
        let before = try #require(try await lease(store))
        let contact = try #require(try await pipeline.contactsInScope().first)
        let users = try await pipeline.mailboxes().count
        let recordsBefore = try await sequences(pipeline)[contact]?.count ?? 0

        try #require(processes[before.owner]).signal(SIGKILL)
        try await pipeline.edit(contact, ["JobTitle": "Promoted in the gap"])
        try await eventually("another holds the lease", within: Self.takeover) {
            guard let lease = try await lease(store) else { return false }
            return lease.owner != before.owner && lease.epoch > before.epoch
        }
        try await pipeline.inStep("the change of the gap", within: Self.takeover)
        #expect(try await pipeline.dump().contains("Promoted in the gap"))

        let sequences = try await sequences(pipeline)
        #expect(sequences[contact]?.count == recordsBefore + users, "one record for each user")
        for (contact, sequences) in sequences {
            #expect(sequences == sequences.sorted(), "\(contact): an older read behind a newer")
        }
        for name in names where name != before.owner { #expect(processes[name]?.status == nil, "\(name) ended") }
        await store.close()
        await pipeline.close()
    }

    @Test("A second pull with nothing changed asks nothing of Exchange")
    func secondPull() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let before = try await served(pipeline)
        try await pipeline.pull()
        let store = try await SQLiteStore.open(pipeline.store)
        try await eventually("the hint's pull is done") {
            try await store.intakePositions(group: "reader/1300/contact").contains { $0.value.next > 0 }
        }
        // Had the pull sent something, it would be merged and due, or behind the worker's position.
        try await eventually("nothing is due") { try await store.contactBacklog().values.allSatisfy { $0[.due] == 0 } }
        #expect(try await served(pipeline) == before)
        await store.close()
        await pipeline.close()
    }

    private func lease(_ store: SQLiteStore) async throws -> Lease? {
        try await store.leases().map(\.lease).first { $0.name == LeaseName("reader/1300/contact") }
    }

    /// Requests that Exchange saw, of all kinds.
    private func served(_ pipeline: Pipeline) async throws -> [String: Int] {
        struct Counters: Decodable {
            let statuses: [String: Int]
        }
        let data = try await pipeline.client.send(.get, pipeline.exchange + "/sandbox/counters")
        return try JSONDecoder().decode(Counters.self, from: data).statuses
    }

    /// Each contact's sequences on the live topic, user by user, in their order.
    private func sequences(_ pipeline: Pipeline) async throws -> [String: [ReadSequence]] {
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: pipeline.kafkaAddress), requestTimeout: .seconds(60),
            logger: .silent)
        let topic = Pipeline.names.name(of: .contactChanges)
        let facts = try await consumer.facts(of: try await consumer.partitions(of: topic))
        try await consumer.assign(facts.mapValues { _ in .logStart })
        var sequences: [String: [ReadSequence]] = [:]
        var missing = facts.values.reduce(0) { $0 + $1.end - $1.start }
        while missing > 0, let event = try await consumer.next() {
            guard case .records(let batches) = event else { continue }
            for batch in batches {
                missing -= Int64(batch.records.count)
                for record in batch.records {
                    let envelope = try Envelope { record.header($0)?.string }
                    let contact = String(envelope.subject.split(separator: "/").last ?? "")
                    sequences[contact, default: []].append(try #require(envelope.sequence))
                }
            }
        }
        await consumer.close(within: .seconds(5))
        return sequences
    }
}
