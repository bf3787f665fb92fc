import Foundation
import Kafka
import KafkaTesting
import KafkaWorker
import Runtime
import Synchronization
import Telemetry
import Testing

/// What tells the consumer to pause and to resume, where its calls take their time.
@Suite struct IntakeBoundsTests {
    @Test("A partition whose records are merged before its pause has reached the consumer is read on")
    func latePause() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), deliveryTimeout: .seconds(60),
            logger: .silent)
        let records = (0..<4000).map { number in
            ProducerRecord(
                topic: broker.name("a"), partition: 0, key: Array("k".utf8), value: Array("\(number)".utf8),
                headers: [RecordHeader("ce_id", "\(number)")])
        }
        for result in await producer.send(records) { _ = try result.get() }
        await producer.close(within: .seconds(10))

        let merger = MemoryMerger()
        let consumer = LatePauses(
            try KafkaConsumer(
                KafkaConfiguration(
                    bootstrapServers: broker.bootstrapServers,
                    properties: [
                        "session.timeout.ms": "4000", "heartbeat.interval.ms": "200", "fetch.wait.max.ms": "10",
                    ]),
                group: broker.name("g"), topics: [broker.name("a")], requestTimeout: .seconds(30), logger: .silent))
        let worker = IntakeWorker(
            IntakeWorker.Configuration(topics: [broker.name("a"): false]), consumer: consumer, merger: merger,
            deadLetters: NoDeadLetters(), partitions: NotedPartitions(), time: SystemTime(),
            randomness: SystemRandomness(), log: .silent, metrics: Metrics())
        consumer.pauseWhen { worker.status.waitingRecords == 0 }
        // So many wait that the partition is to be paused: then all is merged, and only then the pause comes.
        merger.hold(true)
        async let ended: Void = worker.run()
        try await eventually { consumer.pauses > 0 }
        merger.hold(false)
        try await eventually { merger.count == records.count }
        await worker.drain(within: .seconds(20))
        try await ended
        broker.close()
    }

    private struct NoDeadLetters: DeadLetterSink {
        func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
            throw IntakeError(.deadLetters, "there is no dead-letter topic")
        }
    }
}

/// A consumer whose pauses are late: each waits until a condition holds.
private final class LatePauses: RecordConsumer {
    private struct State {
        var condition: @Sendable () -> Bool = { true }
        var pauses = 0
    }

    private let base: KafkaConsumer
    private let state = Mutex(State())

    init(_ base: KafkaConsumer) {
        self.base = base
    }

    func pauseWhen(_ condition: @escaping @Sendable () -> Bool) { state.withLock { $0.condition = condition } }

    var pauses: Int { state.withLock { $0.pauses } }

    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {
        let condition = state.withLock { state in
            state.pauses += 1
            return state.condition
        }
        // Met or not, the pause comes at last.
        _ = try? await eventually { condition() }
        try await base.pause(partitions)
    }

    func next() async throws(KafkaError) -> ConsumerEvent? { try await base.next() }
    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        try await base.assign(positions)
    }
    func release() async throws(KafkaError) { try await base.release() }
    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {
        try await base.seek(topicPartition, to: position)
    }
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) { try await base.resume(partitions) }
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) { try await base.commit(offsets) }
    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        try await base.facts(of: partitions)
    }
    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        try await base.partitions(of: topic)
    }
    func close(within timeout: Duration) async { await base.close(within: timeout) }
}
