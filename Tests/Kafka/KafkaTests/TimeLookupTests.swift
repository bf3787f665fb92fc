import Foundation
import KafkaTesting
import Testing

@testable import Kafka

@Suite("Looking up the offsets of a time")
struct TimeLookupTests {
    private static let start = Date(timeIntervalSince1970: 1_767_225_600)

    /// A topic of two partitions: the first with records dated 0, 10, 5 and 20 s after `start`, the second empty.
    private func lookUp(
        _ kind: BrokerKind, _ body: (KafkaConsumer, [TopicPartition]) async throws -> Void
    ) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let topic = broker.name("a")
        let producer = try KafkaProducer(testing: broker)
        let records = [0.0, 10, 5, 20].map { seconds in
            ProducerRecord(topic: topic, partition: 0, key: nil, value: [1], timestamp: Self.start + seconds)
        }
        // One by one, so that each has a batch of its own.
        for record in records { try await producer.send(record) }
        await producer.close(within: .seconds(10))
        let consumer = try KafkaConsumer(testing: broker)
        try await body(consumer, (0..<2).map { TopicPartition(topic, $0) })
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test(
        "A real broker gives the first record that is dated so or later, and the end where there is none",
        arguments: BrokerKind.available.filter { $0 != .embedded })
    func found(_ kind: BrokerKind) async throws {
        try await lookUp(kind) { consumer, partitions async throws in
            func offset(_ seconds: Double) async throws -> Int64? {
                let offsets = try await consumer.offsets(at: Self.start + seconds, of: partitions)
                #expect(offsets[partitions[1]] == 0)
                return offsets[partitions[0]]
            }
            #expect(try await offset(-1000) == 0)
            #expect(try await offset(0) == 0)
            #expect(try await offset(0.0001) == 1)
            #expect(try await offset(10) == 1)
            #expect(try await offset(11) == 3)
            #expect(try await offset(21) == 4)
            #expect(try await consumer.offsets(at: Self.start, of: []) == [:])
        }
    }

    @Test("The embedded broker can't look up by time: a partition with records is absent")
    func absent() async throws {
        try await lookUp(.embedded) { consumer, partitions async throws in
            #expect(try await consumer.offsets(at: Self.start, of: partitions) == [partitions[1]: 0])
            #expect(try await consumer.offsets(at: Self.start + 100, of: partitions) == [partitions[1]: 0])
        }
    }
}
