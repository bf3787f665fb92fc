import Foundation
import KafkaEmbedded
import KafkaTesting
import Telemetry
import Testing

@testable import Kafka

/// What a consumer without a group promises, on every broker there is.
@Suite struct ConsumerTests {
    @Test("A record is read with all that it holds; nulls stay nulls", arguments: BrokerKind.available)
    func content(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let topic = broker.name("a")
        let time = Date(timeIntervalSince1970: 1_700_000_000.123)
        let sent = [
            ProducerRecord(
                topic: topic, key: Array("k".utf8), value: Array("v".utf8),
                headers: [
                    RecordHeader("ce_id", "1"), RecordHeader("null", nil), RecordHeader("empty", []),
                    RecordHeader("ce_id", "again"), RecordHeader("ümlaut", Array(repeating: 7, count: 3000)),
                ], timestamp: time),
            ProducerRecord(topic: topic, key: nil, value: nil, timestamp: time),
            ProducerRecord(topic: topic, key: [], value: [], timestamp: time),
            ProducerRecord(
                topic: topic, key: Array("many".utf8), value: Array(repeating: 9, count: 100_000),
                headers: (0..<100).map { RecordHeader("h\($0)", "\($0)") }, timestamp: time),
        ]
        let producer = try KafkaProducer(testing: broker)
        for result in await producer.send(sent) { _ = try result.get() }
        await producer.close(within: .seconds(10))

        let consumer = try KafkaConsumer(testing: broker)
        let partition = TopicPartition(topic, 0)
        try await consumer.assign([partition: .logStart])
        let read = try await consumer.records(4)
        await consumer.close(within: .seconds(10))
        #expect(read.map(\.topicPartition) == Array(repeating: partition, count: 4))
        #expect(read.map(\.record.offset) == [0, 1, 2, 3])
        #expect(read.map(\.record.timestamp) == Array(repeating: time, count: 4))
        #expect(read.map(\.record.key?.array) == sent.map(\.key))
        #expect(read.map(\.record.value?.array) == sent.map(\.value))
        #expect(read.map(\.record.headers) == sent.map(\.headers))
        #expect(read[0].record.header("ce_id")?.string == "again")
        #expect(read[0].record.header("null") == nil && read[0].record.header("other") == nil)
        #expect(read[0].record.header("empty")?.count == 0)
        broker.close()
    }

    @Test(
        "A record that is larger than a fetch is read, behind small ones and beside a partition that is full of them",
        .enabled(if: RealKafka.isAvailable))
    func largeRecord() async throws {
        let servers = try await RealKafka.bootstrapServers()
        let topic = "large-\(UInt64.random(in: 0...UInt64.max))"
        try await KafkaAdmin(
            KafkaConfiguration(bootstrapServers: servers), timeout: .seconds(60), logger: .silent
        ).createTopics([NewTopic(topic, partitions: 2, configuration: ["max.message.bytes": "3000000"])])
        let large = [UInt8](repeating: 7, count: 3 << 19)
        func small(_ count: Int) -> [[UInt8]] { (0..<count).map { [UInt8](repeating: UInt8($0 % 251), count: 1000) } }
        let values = [small(1000) + [large] + small(10), small(4000)]
        // Not compressed, so that it is as large for the broker.
        let producer = try KafkaProducer(
            KafkaConfiguration(
                bootstrapServers: servers,
                properties: ["message.max.bytes": "3000000", "compression.type": "none"]),
            deliveryTimeout: .seconds(60), logger: .silent)
        for (partition, values) in values.enumerated() {
            let records = values.map { ProducerRecord(topic: topic, partition: Int32(partition), key: nil, value: $0) }
            for result in await producer.send(records) { _ = try result.get() }
        }
        await producer.close(within: .seconds(10))

        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: servers), requestTimeout: .seconds(30), logger: .silent)
        let partitions = (0..<2).map { TopicPartition(topic, Int32($0)) }
        try await consumer.assign([partitions[0]: .logStart, partitions[1]: .logStart])
        let read = try await consumer.records(5011)
        await consumer.close(within: .seconds(10))
        for (partition, values) in zip(partitions, values) {
            let records = read.filter { $0.topicPartition == partition }.map(\.record)
            #expect(records.map(\.offset) == values.indices.map { Int64($0) })
            #expect(zip(records, values).allSatisfy { $0.value?.array == $1 })
        }
    }

    @Test(
        "Whoever produces larger records sets so, and can read with the same properties",
        arguments: BrokerKind.available)
    func largerMessages(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        try await broker.send(0..<1, to: "a")
        let consumer = try KafkaConsumer(testing: broker, properties: ["message.max.bytes": "3000000"])
        try await consumer.assign([TopicPartition(broker.name("a"), 0): .logStart])
        #expect(try await consumer.records(1).map(\.value) == ["0"])
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("Reading begins where the assignment says, and seeking goes on elsewhere", arguments: BrokerKind.available)
    func positions(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 3])
        for partition: Int32 in 0..<3 { try await broker.send(0..<100, to: "a", partition) }
        let consumer = try KafkaConsumer(testing: broker)
        let partitions = (0..<3).map { TopicPartition(broker.name("a"), $0) }
        try await consumer.assign([partitions[0]: .offset(90), partitions[1]: .offset(95), partitions[2]: .logEnd])
        let read = try await consumer.records(15)
        #expect(read.filter { $0.topicPartition == partitions[0] }.map(\.record.offset) == Array(90..<100))
        #expect(read.filter { $0.topicPartition == partitions[1] }.map(\.record.offset) == Array(95..<100))
        #expect(read.count == 15)

        try await consumer.seek(partitions[1], to: .offset(98))
        #expect(try await consumer.records(2).map(\.value) == ["98", "99"])
        try await consumer.seek(partitions[0], to: .logStart)
        #expect(try await consumer.records(100).map(\.record.offset) == Array(0..<100))
        // Another assignment takes the place of the first.
        try await consumer.assign([partitions[1]: .offset(99)])
        try await broker.send(100..<101, to: "a", 0)
        try await broker.send(100..<101, to: "a", 1)
        let last = try await consumer.records(2)
        #expect(last.map(\.topicPartition) == [partitions[1], partitions[1]] && last.map(\.value) == ["99", "100"])
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("The end of the log is where reading goes on with what comes", arguments: BrokerKind.available)
    func logEnd(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        try await broker.send(0..<10, to: "a")
        let consumer = try KafkaConsumer(testing: broker)
        let partition = TopicPartition(broker.name("a"), 0)
        let end = try #require(try await consumer.facts(of: [partition])[partition]).end
        #expect(end == 10)
        try await consumer.assign([partition: .offset(end)])
        try await broker.send(10..<12, to: "a")
        #expect(try await consumer.records(2).map(\.value) == ["10", "11"])
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("A paused partition delivers nothing and loses nothing; others go on", arguments: BrokerKind.available)
    func pause(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let partitions = (0..<2).map { TopicPartition(broker.name("a"), $0) }
        // More than is put aside before librdkafka is paused too.
        try await broker.send(0..<2000, to: "a", 0, size: 1000)
        let consumer = try KafkaConsumer(testing: broker)
        try await consumer.assign([partitions[0]: .logStart, partitions[1]: .logStart])
        var read = try await consumer.records(1)
        try await consumer.pause([partitions[0]])
        try await consumer.pause([partitions[0]])
        try await broker.send(0..<500, to: "a", 1)
        let others = try await consumer.records(500)
        #expect(others.map(\.topicPartition) == Array(repeating: partitions[1], count: 500))
        try await consumer.resume(Set(partitions))
        read += try await consumer.records(2000 - read.count)
        #expect(read.map(\.record.offset) == Array(0..<2000))
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("Partitions and facts of the log; no group has committed nothing", arguments: BrokerKind.available)
    func facts(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 3])
        try await broker.send(0..<5, to: "a", 1)
        let consumer = try KafkaConsumer(testing: broker)
        let partitions = try await consumer.partitions(of: broker.name("a"))
        #expect(partitions == (0..<3).map { TopicPartition(broker.name("a"), $0) })
        let facts = try await consumer.facts(of: partitions)
        #expect(partitions.map { facts[$0]?.start } == [0, 0, 0] && partitions.map { facts[$0]?.end } == [0, 5, 0])
        #expect(Set(facts.values.map(\.clusterID)).count == 1 && facts.values.allSatisfy { !$0.clusterID.isEmpty })
        #expect(facts.values.allSatisfy { $0.committed == nil })
        #expect(await kafkaError { try await consumer.commit([partitions[0]: 1]) }?.code == .invalid)
        #expect(await kafkaError { _ = try await consumer.partitions(of: "") }?.code == .invalid)
        await consumer.close(within: .seconds(10))
        #expect(await kafkaError { _ = try await consumer.facts(of: partitions) }?.code == .closed)
        #expect(try await consumer.next() == nil)
        broker.close()
    }

    @Test("Of many partitions a broker is asked at once: one that answers late tells of all within one question's time")
    func factsOfMany() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 100])
        try await broker.send(0..<3, to: "a", 99)
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: broker.bootstrapServers), requestTimeout: .seconds(10),
            logger: .silent)
        let partitions = try await consumer.partitions(of: broker.name("a"))
        // One after another they would take a minute.
        try broker.embedded?.setLatency(.milliseconds(600))
        let facts = try await consumer.facts(of: partitions)
        #expect(facts.count == 100)
        #expect(facts[TopicPartition(broker.name("a"), 99)]?.end == 3)
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("A position beyond the log's end is told, and reading goes on from another", arguments: BrokerKind.available)
    func beyondEnd(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let partitions = (0..<2).map { TopicPartition(broker.name("a"), $0) }
        for partition: Int32 in 0..<2 { try await broker.send(0..<10, to: "a", partition) }
        let consumer = try KafkaConsumer(testing: broker)
        try await consumer.assign([partitions[0]: .offset(50)])
        #expect(try await consumer.outOfRange() == partitions[0])
        try await consumer.seek(partitions[0], to: .logStart)
        #expect(try await consumer.records(10).map(\.record.offset) == Array(0..<10))
        // The same by a new assignment, and without a word on the other partition.
        try await consumer.assign([partitions[0]: .offset(50), partitions[1]: .offset(10)])
        #expect(try await consumer.outOfRange() == partitions[0])
        try await consumer.assign([partitions[0]: .offset(9), partitions[1]: .offset(10)])
        #expect(try await consumer.records(1).map(\.value) == ["9"])
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("Cancelling the reader's task ends its wait, not the consumer")
    func cancellation() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let consumer = try KafkaConsumer(testing: broker)
        let reader = Task { await kafkaError { _ = try await consumer.next() } }
        reader.cancel()
        #expect(await reader.value?.code == .closed)
        try await broker.send(0..<1, to: "a")
        try await consumer.assign([TopicPartition(broker.name("a"), 0): .logStart])
        #expect(try await consumer.records(1).count == 1)
        await consumer.close(within: .seconds(10))
        broker.close()
    }
}
