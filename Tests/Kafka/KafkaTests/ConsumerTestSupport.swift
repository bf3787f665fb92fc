import Foundation
import Kafka
import KafkaTesting
import Runtime
import Telemetry
import Testing

extension KafkaConsumer {
    /// A member of a group, with waits as short as the broker lets them be.
    convenience init(
        testing broker: TestBroker, group: String, topics: Set<String>, properties: [String: String] = [:]
    ) throws(KafkaError) {
        try self.init(
            KafkaConfiguration(
                bootstrapServers: broker.bootstrapServers,
                properties: Self.quick(on: broker).merging(properties) { _, given in given }),
            group: broker.name(group), topics: Set(topics.map { broker.name($0) }), requestTimeout: .seconds(30),
            logger: .silent)
    }

    /// A consumer without a group.
    convenience init(testing broker: TestBroker, properties: [String: String] = [:]) throws(KafkaError) {
        try self.init(
            withoutGroup: KafkaConfiguration(
                bootstrapServers: broker.bootstrapServers,
                properties: Self.quick(on: broker).merging(properties) { _, given in given }),
            requestTimeout: .seconds(30), logger: .silent)
    }

    /// The embedded broker lets a session be shorter than a real one does, though not shorter than a group's first join takes (3 s),
    /// and answers an empty fetch only when its time is over.
    private static func quick(on broker: TestBroker) -> [String: String] {
        broker.embedded == nil
            ? ["session.timeout.ms": "6000", "heartbeat.interval.ms": "500"]
            : ["session.timeout.ms": "4000", "heartbeat.interval.ms": "200", "fetch.wait.max.ms": "10"]
    }

    /// What happens next, within a minute; troubles are passed over.
    func event() async throws -> ConsumerEvent? {
        while true {
            let event = try await withTimeout(.seconds(60), SystemTime()) { try await self.next() }
            if case .trouble = event { continue }
            return event
        }
    }

    /// The next event, which is an assignment.
    func assignment() async throws -> [TopicPartition] {
        let event = try await event()
        guard case .assigned(let partitions) = event else { throw UnexpectedEvent(event) }
        return partitions
    }

    /// The next event that is no batch of records, which is a revocation.
    func revocation() async throws -> (partitions: [TopicPartition], lost: Bool) {
        while true {
            let event = try await event()
            if case .records = event { continue }
            guard case .revoked(let partitions, let lost) = event else { throw UnexpectedEvent(event) }
            return (partitions, lost)
        }
    }

    /// The next records, at least `count`.
    func records(_ count: Int) async throws -> [ReadRecord] {
        var records: [ReadRecord] = []
        while records.count < count {
            let event = try await event()
            guard case .records(let batches) = event else { throw UnexpectedEvent(event) }
            for batch in batches {
                records += batch.records.map { ReadRecord(topicPartition: batch.topicPartition, record: $0) }
            }
        }
        return records
    }

    /// The partition whose position is outside the log, as the next event says.
    func outOfRange() async throws -> TopicPartition {
        let event = try await event()
        guard case .outOfRange(let partition) = event else { throw UnexpectedEvent(event) }
        return partition
    }
}

struct ReadRecord {
    let topicPartition: TopicPartition
    let record: ConsumerRecord

    var value: String? { record.value?.string }
}

struct UnexpectedEvent: Error, CustomStringConvertible {
    let description: String

    init(_ event: ConsumerEvent?) {
        description = event.map { String(describing: $0).prefix(400).description } ?? "the consumer is closed"
    }
}

/// The error that `body` throws, which must be a `KafkaError`.
func kafkaError(_ body: () async throws -> Void) async -> KafkaError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? KafkaError
    }
}

extension TestBroker {
    /// Sends records "first", "first + 1" … to a partition.
    func send(_ numbers: Range<Int>, to topic: String, _ partition: Int32 = 0, size: Int = 0) async throws {
        let producer = try KafkaProducer(testing: self)
        let padding = String(repeating: ".", count: size)
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 5000) {
            let records = (start..<min(start + 5000, numbers.upperBound)).map { number in
                ProducerRecord(
                    topic: name(topic), partition: partition, key: Array("k".utf8),
                    value: Array("\(number)\(padding)".utf8))
            }
            for result in await producer.send(records) { _ = try result.get() }
        }
        await producer.close(within: .seconds(10))
    }
}
