import Foundation
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// What stands in the topics and in the store.
extension Pipeline {
    /// A topic's records, of each partition in their order.
    func records(_ topic: Topic) async throws -> [ConsumerRecord] {
        try await withConsumer { consumer in
            let facts = try await consumer.facts(of: try await consumer.partitions(of: Self.names.name(of: topic)))
            try await consumer.assign(facts.mapValues { _ in .logStart })
            var records: [ConsumerRecord] = []
            let count = facts.values.reduce(0) { $0 + $1.end - $1.start }
            while Int64(records.count) < count, let event = try await consumer.next() {
                if case .records(let batches) = event { records += batches.flatMap(\.records) }
            }
            return records
        }
    }

    /// How many records each partition of contact-worker's topics has had.
    func logEnds() async throws -> [TopicPartition: Int64] {
        try await withConsumer { consumer in
            var ends: [TopicPartition: Int64] = [:]
            for topic in [Topic.contactChanges, .contactBackfill] {
                let partitions = try await consumer.partitions(of: Self.names.name(of: topic))
                ends.merge(try await consumer.facts(of: partitions).mapValues(\.end)) { _, new in new }
            }
            return ends
        }
    }

    private func withConsumer<Value>(_ body: (KafkaConsumer) async throws -> Value) async throws -> Value {
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: kafkaAddress), requestTimeout: .seconds(60),
            logger: .silent)
        let value = try await body(consumer)
        await consumer.close(within: .seconds(5))
        return value
    }

    /// Each contact's sequences on the live topic, user by user, in their order.
    func sequences() async throws -> [String: [ReadSequence]] {
        var sequences: [String: [ReadSequence]] = [:]
        for record in try await records(.contactChanges) {
            let envelope = try Envelope { record.header($0)?.string }
            guard let sequence = envelope.sequence else { throw ProgramTestError("a record without a sequence") }
            sequences[String(envelope.subject.split(separator: "/").last ?? ""), default: []].append(sequence)
        }
        return sequences
    }

    /// The lease of the reader of contacts; `nil` before the first.
    func readerLease() async throws -> Lease? {
        try await withStore { try await $0.leases() }.map(\.lease).first { $0.name == LeaseName("reader/1300/contact") }
    }

    func withStore<Value>(_ body: (SQLiteStore) async throws -> Value) async throws -> Value {
        let store = try await SQLiteStore.open(store)
        let value = try await body(store)
        await store.close()
        return value
    }
}
