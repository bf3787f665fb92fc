import CRDKafka
import Foundation
import KafkaEmbedded
import KafkaTesting
import Telemetry
import Testing

@testable import Kafka

/// What a consumer does when things go wrong.
@Suite struct ConsumerFaultTests {
    @Test(
        "Records that were deleted before they were read: the position is outside, and reading goes on from the start")
    func deletedRecords() async throws {
        guard RealKafka.isAvailable else { return }
        let broker = try await TestBroker(.real, topics: ["a": 1])
        let partition = TopicPartition(broker.name("a"), 0)
        try await broker.send(0..<20, to: "a")
        try deleteRecords(before: 15, of: partition, on: broker.bootstrapServers)
        let consumer = try KafkaConsumer(testing: broker)
        #expect(try await consumer.facts(of: [partition])[partition]?.start == 15)
        try await consumer.assign([partition: .offset(3)])
        #expect(try await consumer.outOfRange() == partition)
        try await consumer.seek(partition, to: .logStart)
        #expect(try await consumer.records(5).map(\.record.offset) == Array(15..<20))
        await consumer.close(within: .seconds(10))
    }

    @Test("A member that the broker gave up has lost its partitions, joins again and reads on")
    func lostSession() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        try await broker.send(0..<10, to: "a")
        let consumer = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let partition = try #require(try await consumer.assignment().first)
        try await consumer.assign([partition: .logStart])
        #expect(try await consumer.records(10).count == 10)
        try broker.embedded?.setDown(true)
        let revoked = try await consumer.revocation()
        #expect(revoked.lost && revoked.partitions == [partition])
        #expect(await kafkaError { try await consumer.commit([partition: 10]) }?.code == .notAssigned)
        try await consumer.release()
        try broker.embedded?.setDown(false)
        #expect(try await consumer.assignment() == [partition])
        try await consumer.assign([partition: .offset(9)])
        #expect(try await consumer.records(1).map(\.value) == ["9"])
        await consumer.close(within: .seconds(20))
        broker.close()
    }

    @Test("A reader that stands still loses its partitions to others", arguments: BrokerKind.available)
    func stalledReader(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        try await broker.send(0..<10, to: "a")
        let limit = kind == .embedded ? "4000" : "6000"
        let first = try KafkaConsumer(
            testing: broker, group: "g", topics: ["a"], properties: ["max.poll.interval.ms": limit])
        let partition = try #require(try await first.assignment().first)
        try await first.assign([partition: .logStart])
        // Its reader asks no more, though records wait.
        let second = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        while try await second.assignment().isEmpty {}
        try await second.assign([partition: .offset(5)])
        #expect(try await second.records(5).count == 5)
        // It hears of the loss as soon as it asks again.
        #expect(try await first.revocation().partitions == [partition])
        try await first.release()
        await first.close(within: .seconds(20))
        await second.close(within: .seconds(20))
        broker.close()
    }

    @Test("A fatal error ends the consumer with a distinct error, and it closes")
    func fatal() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let consumer = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let partition = try #require(try await consumer.assignment().first)
        try await consumer.assign([partition: .logStart])
        rd_kafka_test_fatal_error(consumer.handle, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "fenced in a test")
        let error = await kafkaError { while try await consumer.event() != nil {} }
        #expect(error?.code == .fatal && error?.message.contains("fenced in a test") == true)
        #expect(await kafkaError { _ = try await consumer.next() }?.code == .fatal)
        await consumer.close(within: .seconds(20))
        #expect(try await consumer.next() == nil)
        broker.close()
    }

    @Test("Two members with one group.instance.id: the first is fenced, which is fatal")
    func fenced() async throws {
        guard RealKafka.isAvailable else { return }
        let broker = try await TestBroker(.real, topics: ["a": 1])
        let properties = ["group.instance.id": "one"]
        let first = try KafkaConsumer(testing: broker, group: "g", topics: ["a"], properties: properties)
        _ = try await first.assignment()
        let second = try KafkaConsumer(testing: broker, group: "g", topics: ["a"], properties: properties)
        #expect(await kafkaError { while try await first.event() != nil {} }?.code == .fatal)
        await first.close(within: .seconds(20))
        await second.close(within: .seconds(20))
    }

    @Test("Closing under load returns in time and delivers nothing any more", arguments: BrokerKind.available)
    func closeUnderLoad(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 4])
        for partition: Int32 in 0..<4 { try await broker.send(0..<3000, to: "a", partition, size: 1000) }
        let consumer = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let all = try await consumer.assignment()
        try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .logStart) }))
        _ = try await consumer.records(1)
        let start = ContinuousClock.now
        await consumer.close(within: .seconds(10))
        #expect(ContinuousClock.now - start < .seconds(40))
        #expect(try await consumer.next() == nil)
        #expect(await kafkaError { try await consumer.assign([:]) }?.code == .closed)
        // It has left the group: the next member need not wait for the session to end.
        let next = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        #expect(try await next.assignment() == all)
        await next.close(within: .seconds(10))
        broker.close()
    }

    @Test("Closing while the broker is down, and before there ever was one, returns in time")
    func closeWithoutBroker() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let consumer = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let all = try await consumer.assignment()
        try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .logStart) }))
        try broker.embedded?.setDown(true)
        let start = ContinuousClock.now
        await consumer.close(within: .seconds(3))
        let never = try KafkaConsumer(testing: broker, group: "h", topics: ["a"])
        let commit = Task { await kafkaError { _ = try await never.facts(of: all) } }
        await never.close(within: .seconds(3))
        #expect(ContinuousClock.now - start < .seconds(24))
        #expect(await commit.value?.code == .closed)
        broker.close()
    }

    @Test("Facts and commits without a broker fail in their time, and reading goes on once it is back")
    func downAndUp() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let partition = TopicPartition(broker.name("a"), 0)
        try await broker.send(0..<5, to: "a")
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: broker.bootstrapServers), requestTimeout: .seconds(2),
            logger: .silent)
        try await consumer.assign([partition: .logStart])
        #expect(try await consumer.records(5).count == 5)
        try broker.embedded?.setDown(true)
        let error = await kafkaError { _ = try await consumer.facts(of: [partition]) }
        #expect(error?.isRetriable == true && error?.code != .closed)
        try broker.embedded?.setDown(false)
        try await broker.send(5..<8, to: "a")
        #expect(try await consumer.records(3).map(\.value) == ["5", "6", "7"])
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("Another cluster behind the same address is told by its id, and its shorter log by its range")
    func anotherCluster() async throws {
        let first = try EmbeddedKafka.onPortOfItsOwn(topics: ["a": 1])
        let port = try #require(first.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
        let partition = TopicPartition("a", 0)
        let configuration = KafkaConfiguration(
            bootstrapServers: first.bootstrapServers, properties: ["fetch.wait.max.ms": "10"])
        func send(_ numbers: Range<Int>) async throws {
            let producer = try KafkaProducer(configuration, deliveryTimeout: .seconds(60), logger: .silent)
            for result in await producer.send(
                numbers.map { ProducerRecord(topic: "a", partition: 0, key: nil, value: Array("\($0)".utf8)) })
            {
                _ = try result.get()
            }
            await producer.close(within: .seconds(10))
        }
        try await send(0..<10)
        let consumer = try KafkaConsumer(
            withoutGroup: configuration, requestTimeout: .seconds(30), logger: .silent)
        let before = try #require(try await consumer.facts(of: [partition])[partition])
        try await consumer.assign([partition: .logStart])
        #expect(try await consumer.records(10).count == 10)
        first.close()
        let second = try EmbeddedKafka(port: port, topics: ["a": 1])
        try await send(100..<103)
        #expect(try await consumer.outOfRange() == partition)
        let after = try #require(try await consumer.facts(of: [partition])[partition])
        #expect(after.clusterID != before.clusterID && after.end == 3)
        try await consumer.seek(partition, to: .logStart)
        #expect(try await consumer.records(3).map(\.value) == ["100", "101", "102"])
        await consumer.close(within: .seconds(10))
        second.close()
    }

    @Test("A reader that does not keep up bounds what is read, and loses nothing")
    func backPressure() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 8])
        // More than may wait, and less than the embedded broker keeps.
        for partition: Int32 in 0..<8 { try await broker.send(0..<3000, to: "a", partition, size: 1000) }
        let consumer = try KafkaConsumer(testing: broker)
        let all = (0..<8).map { TopicPartition(broker.name("a"), $0) }
        try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .logStart) }))
        try await eventually { try await consumer.isThrottled() }
        #expect(consumer.waitingBytes < 8 << 20)
        let read = try await consumer.records(24_000)
        for partition in all {
            #expect(read.filter { $0.topicPartition == partition }.map(\.record.offset) == Array(0..<3000))
        }
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("What is put aside of a paused partition is bounded, however much librdkafka has at once")
    func pausedBytes() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 2])
        let consumer = try KafkaConsumer(testing: broker, properties: ["fetch.message.max.bytes": "1000000"])
        let (paused, other) = (TopicPartition(broker.name("a"), 0), TopicPartition(broker.name("a"), 1))
        try await consumer.assign([paused: .logStart, other: .logStart])
        try await consumer.pause([paused])
        // Sent only now: what had been read before the pause would be put aside too.
        for partition: Int32 in 0..<2 { try await broker.send(0..<3000, to: "a", partition, size: 1000) }
        var most = 0
        var read: [ReadRecord] = []
        while read.count(where: { $0.topicPartition == other }) < 3000 {
            read += try await consumer.records(1)
            most = max(most, consumer.heldBytes)
        }
        #expect(most < 450 << 10)
        try await consumer.resume([paused])
        while read.count < 6000 { read += try await consumer.records(1) }
        for partition in [paused, other] {
            #expect(read.filter { $0.topicPartition == partition }.map(\.record.offset) == Array(0..<3000))
        }
        await consumer.close(within: .seconds(10))
        broker.close()
    }
}

/// By librdkafka's own call. Blocks for up to 20 s.
private func deleteRecords(before offset: Int64, of partition: TopicPartition, on bootstrapServers: String) throws {
    let settings = rd_kafka_conf_new()
    rd_kafka_conf_set(settings, "bootstrap.servers", bootstrapServers, nil, 0)
    let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, settings, nil, 0))
    defer { rd_kafka_destroy(client) }
    let queue = rd_kafka_queue_new(client)
    defer { rd_kafka_queue_destroy(queue) }
    let list = TopicPartitionList([partition: offset])
    var request: OpaquePointer? = rd_kafka_DeleteRecords_new(list.pointer)
    rd_kafka_DeleteRecords(client, &request, 1, nil, queue)
    let event = rd_kafka_queue_poll(queue, 20_000)
    #expect(event.map { rd_kafka_event_error($0) } == RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_event_destroy(event)
    rd_kafka_DeleteRecords_destroy(request)
}
