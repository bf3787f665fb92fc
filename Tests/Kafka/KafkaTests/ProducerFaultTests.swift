import CRDKafka
import Foundation
import KafkaEmbedded
import KafkaTesting
import Telemetry
import Testing

@testable import Kafka

/// What becomes of records when the broker has trouble: on the embedded broker, whose trouble can be made, and on a real
/// one that hangs.
@Suite struct ProducerFaultTests {
    @Test("What is sent while the broker is down arrives once it is up")
    func downThenUp() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker, deliveryTimeout: .seconds(60))
        let record = ProducerRecord(topic: broker.name("a"), key: nil, value: [1])
        try await producer.send(record)
        try broker.embedded?.setDown(true)
        async let waiting = producer.send([record, record])
        try await eventually { rd_kafka_outq_len(producer.handle) >= 2 }
        try broker.embedded?.setDown(false)
        #expect(await waiting.map(\.code) == [nil, nil])
        await producer.close(within: .seconds(10))
        #expect(try recordsStored(in: broker.name("a"), partitions: 1, on: broker.bootstrapServers).count == 3)
        broker.close()
    }

    @Test("A broker that stays down: the send is given up within its time, and the next one works again")
    func timeout() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker, deliveryTimeout: .seconds(1))
        let record = ProducerRecord(topic: broker.name("a"), key: nil, value: [1])
        try broker.embedded?.setDown(true)
        let results = await producer.send([record])
        #expect(results.map(\.code) == [.timedOut])
        #expect(results.first?.error?.isRetriable == true)
        try broker.embedded?.setDown(false)
        try await eventually { await producer.send([record]).map(\.code) == [nil] }
        await producer.close(within: .seconds(10))
        broker.close()
    }

    @Test("A full queue makes the sender wait; with room it goes on")
    func fullQueue() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(
            testing: broker, deliveryTimeout: .seconds(120),
            properties: ["queue.buffering.max.messages": "10", "linger.ms": "1"])
        let records = (0..<500).map { ProducerRecord(topic: broker.name("a"), key: nil, value: Array("\($0)".utf8)) }
        async let one = producer.send(records)
        async let other = producer.send(records)
        #expect(await one.allSatisfy { $0.code == nil })
        #expect(await other.allSatisfy { $0.code == nil })
        await producer.close(within: .seconds(10))
        #expect(try recordsStored(in: broker.name("a"), partitions: 1, on: broker.bootstrapServers).count == 1000)
        broker.close()
    }

    @Test("A queue that stays full: the rest of the records is given up when the time is over")
    func queueStaysFull() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(
            testing: broker, deliveryTimeout: .seconds(8), properties: ["queue.buffering.max.messages": "10"])
        try broker.embedded?.setDown(true)
        let records = (0..<15).map { ProducerRecord(topic: broker.name("a"), key: nil, value: Array("\($0)".utf8)) }
        let results = await producer.send(records)
        #expect(results.map(\.code) == Array(repeating: .timedOut, count: 15))
        #expect(results.last?.error?.message.contains("queue stayed full") == true)
        await producer.close(within: .seconds(1))
        broker.close()
    }

    @Test("Close waits for what is on its way")
    func closeFlushes() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        try broker.embedded?.setLatency(.milliseconds(200))
        let records = (0..<100).map { _ in ProducerRecord(topic: broker.name("a"), key: nil, value: [1]) }
        async let sending = producer.send(records)
        try await eventually { rd_kafka_outq_len(producer.handle) >= 100 }
        await producer.close(within: .seconds(60))
        #expect(await sending.allSatisfy { $0.code == nil })
        broker.close()
    }

    @Test("Close gives up when its time is over, and says so to who waits; a sender that waits for room too")
    func closeGivesUp() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(
            testing: broker, deliveryTimeout: .seconds(300), properties: ["queue.buffering.max.messages": "3"])
        try broker.embedded?.setDown(true)
        let records = (0..<5).map { _ in ProducerRecord(topic: broker.name("a"), key: nil, value: [1]) }
        async let sending = producer.send(records)
        try await eventually { rd_kafka_outq_len(producer.handle) >= 3 }
        await producer.close(within: .milliseconds(100))
        #expect(await sending.map(\.code) == Array(repeating: .closed, count: 5))
        broker.close()
    }

    @Test("Errors that pass are retried, and nothing arrives twice")
    func retriedErrors() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker, deliveryTimeout: .seconds(60))
        let record = ProducerRecord(topic: broker.name("a"), key: nil, value: [1])
        try await producer.send(record)
        try broker.embedded?.fail(.produce, with: "NOT_LEADER_FOR_PARTITION", times: 2)
        try broker.embedded?.fail(.produce, with: "REQUEST_TIMED_OUT")
        #expect(await producer.send([record, record]).map(\.code) == [nil, nil])
        await producer.close(within: .seconds(10))
        #expect(try recordsStored(in: broker.name("a"), partitions: 1, on: broker.bootstrapServers).count == 3)
        broker.close()
    }

    @Test(
        "A real broker that hangs: the send is given up; once it answers again both producers go on, nothing arrives twice",
        .enabled(if: RealKafka.canStartOwn, "KAFKA_CLUSTER names no script that starts a Kafka"))
    func hangingBroker() async throws {
        let kafka = try await RealKafka.startOwn()
        let configuration = KafkaConfiguration(bootstrapServers: kafka.bootstrapServers)
        try await KafkaAdmin(configuration, timeout: .seconds(60), logger: .silent)
            .createTopics([NewTopic("a", partitions: 1)])
        let patient = try KafkaProducer(configuration, deliveryTimeout: .seconds(200), logger: .silent)
        let hasty = try KafkaProducer(configuration, deliveryTimeout: .seconds(2), logger: .silent)
        func record(_ text: String) -> ProducerRecord { ProducerRecord(topic: "a", key: nil, value: Array(text.utf8)) }
        try await patient.send(record("before"))
        try await eventually { await hasty.send([record("hasty before")]).map(\.code) == [nil] }

        try await kafka.pause()
        async let waiting = patient.send((0..<100).map { record("\($0)") })
        #expect(await hasty.send([record("given up")]).map(\.code) == [.timedOut])
        try await kafka.resume()

        #expect(await waiting.allSatisfy { $0.code == nil })
        try await eventually { await hasty.send([record("hasty after")]).map(\.code) == [nil] }
        await patient.close(within: .seconds(60))
        await hasty.close(within: .seconds(60))
        let stored = try recordsStored(in: "a", partitions: 1, on: kafka.bootstrapServers)
            .compactMap { $0.value.map { String(decoding: $0, as: UTF8.self) } }
        #expect(stored.filter { Int($0) != nil } == (0..<100).map { "\($0)" })
        #expect(stored.count { $0 == "given up" } <= 1)
        try await kafka.stop()
    }

    @Test("A producer that can't be configured says what is wrong")
    func misconfigured() async throws {
        let broker = try await TestBroker(.embedded, topics: [:])
        for (name, value) in ["no.such.property": "1", "linger.ms": "soon"] {
            let error = #expect(throws: KafkaError.self) {
                try KafkaProducer(testing: broker, properties: [name: value])
            }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(name) == true)
        }
        broker.close()
    }
}
