import CRDKafka
import Foundation
import KafkaEmbedded
import KafkaTesting
import Telemetry
import Testing

@testable import Kafka

/// What the producer promises, on every broker there is.
@Suite struct ProducerTests {
    @Test(
        "A record arrives as it was sent: key, value, headers, time; nulls stay nulls", arguments: BrokerKind.available)
    func content(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        let topic = broker.name("a")
        let time = Date(timeIntervalSince1970: 1_700_000_000.123)
        let records = [
            ProducerRecord(
                topic: topic, key: Array("k".utf8), value: Array("v".utf8),
                headers: [
                    RecordHeader("ce_id", "1"), RecordHeader("null", nil), RecordHeader("empty", []),
                    RecordHeader("ce_id", "again"),
                    RecordHeader("a long name with ümlauts", Array(repeating: 7, count: 3000)),
                ], timestamp: time),
            ProducerRecord(topic: topic, key: nil, value: nil, timestamp: time),
            ProducerRecord(topic: topic, key: [], value: [], timestamp: time),
            ProducerRecord(
                topic: topic, key: Array("many".utf8), value: Array(repeating: 9, count: 100_000),
                headers: (0..<100).map { RecordHeader("h\($0)", "\($0)") }, timestamp: time),
        ]
        let positions = try await producer.send(records).map { try $0.get() }
        await producer.close(within: .seconds(10))
        #expect(positions.map(\.offset) == [0, 1, 2, 3])
        let stored = try recordsStored(in: topic, partitions: 1, on: broker.bootstrapServers)
        #expect(
            stored
                == zip(records, positions).map {
                    StoredRecord(
                        position: $1, key: $0.key, value: $0.value, headers: $0.headers, timestamp: 1_700_000_000_123)
                })
        broker.close()
    }

    @Test("Keys go where Java's producers put them, in the order of sending", arguments: BrokerKind.available)
    func partitions(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 7])
        let producer = try KafkaProducer(testing: broker)
        let topic = broker.name("a")
        let records = (0..<2000).map { number in
            ProducerRecord(topic: topic, key: Array("key \(number % 50)".utf8), value: Array("\(number)".utf8))
        }
        let positions = try await producer.send(records).map { try $0.get() }
        await producer.close(within: .seconds(10))
        for (record, position) in zip(records, positions) {
            #expect(position.topicPartition.partition == Partitioner.partition(of: record.key ?? [], count: 7))
        }
        let stored = try recordsStored(in: topic, partitions: 7, on: broker.bootstrapServers)
        #expect(stored.count == 2000)
        for partition in 0..<Int32(7) {
            let numbers = stored.filter { $0.position.topicPartition.partition == partition }
                .compactMap { $0.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
            #expect(numbers == numbers.sorted())
        }
        broker.close()
    }

    @Test("Many senders at once each get their own records' positions", arguments: BrokerKind.available)
    func manySenders(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 3])
        let producer = try KafkaProducer(testing: broker)
        let topic = broker.name("a")
        let sent = try await withThrowingTaskGroup(of: [RecordPosition: String].self) { group in
            for sender in 0..<20 {
                group.addTask {
                    var sent: [RecordPosition: String] = [:]
                    for round in 0..<10 {
                        let texts = (0..<(round == 0 ? 1 : 13)).map { "\(sender) \(round) \($0)" }
                        let records = texts.map {
                            ProducerRecord(topic: topic, partition: Int32(sender % 3), key: nil, value: Array($0.utf8))
                        }
                        for (text, result) in zip(texts, await producer.send(records)) { sent[try result.get()] = text }
                    }
                    return sent
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { one, _ in one } }
        }
        await producer.close(within: .seconds(10))
        let stored = try recordsStored(in: topic, partitions: 3, on: broker.bootstrapServers)
        #expect(stored.count == 20 * (1 + 9 * 13))
        #expect(sent.count == stored.count)
        for record in stored {
            #expect(sent[record.position] == record.value.map { String(decoding: $0, as: UTF8.self) })
        }
        broker.close()
    }

    @Test("A record that is too large is refused, its neighbours are not", arguments: BrokerKind.available)
    func tooLarge(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        let sizes = [1, 2_000_000, 1]
        let results = await producer.send(
            sizes.map { ProducerRecord(topic: broker.name("a"), key: nil, value: Array(repeating: 1, count: $0)) })
        await producer.close(within: .seconds(10))
        #expect(results.map(\.code) == [nil, .tooLarge, nil])
        broker.close()
    }

    @Test("A partition that is not there is refused", arguments: BrokerKind.available)
    func unknownPartition(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let producer = try KafkaProducer(testing: broker)
        let results = await producer.send(
            [0, 2, 1].map { ProducerRecord(topic: broker.name("a"), partition: $0, key: nil, value: [1]) })
        await producer.close(within: .seconds(10))
        #expect(results.map(\.code) == [nil, .unknownTopic, nil])
        broker.close()
    }

    @Test(
        "A topic that is not there is refused, and so is a name that no topic can have", arguments: BrokerKind.available
    )
    func unknownTopic(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        // The embedded broker makes topics that are asked for.
        let unknown = kind == .real ? broker.name("no-such-topic") : ""
        let results = await producer.send(
            [broker.name("a"), unknown, ""].map { ProducerRecord(topic: $0, key: nil, value: [1]) })
        await producer.close(within: .seconds(10))
        #expect(results.map { $0.code == nil } == [true, false, false])
        if kind == .real { #expect(results[1].code == .unknownTopic) }
        broker.close()
    }

    @Test(
        "A fatal error ends it: what is on its way and all later sends are told, close returns",
        arguments: BrokerKind.available)
    func fatal(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let producer = try KafkaProducer(
            testing: broker, deliveryTimeout: .seconds(300), properties: ["linger.ms": "60000"])
        let record = ProducerRecord(topic: broker.name("a"), key: nil, value: [1])
        async let waiting = producer.send([record, record])
        try await eventually { rd_kafka_outq_len(producer.handle) >= 2 }
        rd_kafka_test_fatal_error(producer.handle, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "for a test")
        #expect(await waiting.map(\.code) == [.fatal, .fatal])
        for _ in 1...2 { #expect(await producer.send([record]).map(\.code) == [.fatal]) }
        await producer.close(within: .seconds(10))
        #expect(await producer.send([record]).map(\.code) == [.fatal])
        broker.close()
    }

    @Test("After close nothing is sent, and close may be called again")
    func closed() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        async let one: Void = producer.close(within: .seconds(10))
        async let other: Void = producer.close(within: .seconds(10))
        _ = await (one, other)
        await producer.close(within: .zero)
        let results = await producer.send([ProducerRecord(topic: broker.name("a"), key: nil, value: [1])])
        #expect(results.map(\.code) == [.closed])
        broker.close()
    }

    @Test("Nothing to send is answered with nothing")
    func nothing() async throws {
        let broker = try await TestBroker(.embedded, topics: [:])
        let producer = try KafkaProducer(testing: broker)
        #expect(await producer.send([]).isEmpty)
        await producer.close(within: .seconds(10))
        broker.close()
    }
}
