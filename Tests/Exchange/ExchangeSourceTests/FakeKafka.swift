import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import Synchronization

/// Topics in memory.
final class FakeKafka: RecordProducer {
    static let partitionCount: Int32 = 4

    /// An event as a test looks at it.
    struct Sent: Sendable {
        let record: ProducerRecord
        let envelope: Envelope
        let changed: EventChanged?
        let deleted: EventDeleted?

        var user: SyncUserID? { changed?.user ?? deleted?.user }
        var event: EventKey? { changed?.event ?? deleted?.event }
        var subject: String? { changed?.content.subject }
        var sequence: ReadSequence { envelope.sequence ?? .none }
    }

    struct State {
        var logs: [TopicPartition: [ProducerRecord]] = [:]
        var clusterID = "cluster-1"
        /// So many sends arrive, and their acknowledgements are lost.
        var lostAcknowledgements = 0
        var consumers: [Signal] = []
    }

    let state = Mutex(State())

    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        let (results, consumers) = state.withLock { state in
            let isLost = state.lostAcknowledgements > 0 && records.first?.topic == Topic.eventChanges.name
            if isLost { state.lostAcknowledgements -= 1 }
            let results = records.map { record -> Result<RecordPosition, KafkaError> in
                let number = Partitioner.partition(of: record.key ?? [], count: Self.partitionCount)
                let partition = TopicPartition(record.topic, record.partition ?? number)
                state.logs[partition, default: []].append(record)
                if isLost { return .failure(KafkaError(.timedOut, "no acknowledgement", isRetriable: true)) }
                return .success(RecordPosition(partition, offset: Int64((state.logs[partition]?.count ?? 0) - 1)))
            }
            return (results, state.consumers)
        }
        for consumer in consumers { consumer.raise() }
        return results
    }

    func hint(_ hint: MailboxHint) async throws {
        let envelope = Envelope(
            id: UUID().uuidString, source: "test", type: .mailboxHint, time: Date(), subject: hint.user.description)
        try await send(
            ProducerRecord(
                topic: Topic.exchangeNotifications.name, key: Array(hint.user.description.utf8),
                value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    /// Everything that was sent of events, partition by partition.
    var sent: [Sent] {
        get throws {
            try state.withLock { $0.logs }.filter { $0.key.topic == Topic.eventChanges.name }
                .sorted { $0.key < $1.key }.flatMap(\.value).map { record in
                    let envelope = try Envelope { name in
                        record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
                    }
                    let data = Data(record.value ?? [])
                    let isDeletion = envelope.type == .eventDeleted
                    return Sent(
                        record: record, envelope: envelope,
                        changed: isDeletion ? nil : try EventData.decode(EventChanged.self, from: data),
                        deleted: isDeletion ? try EventData.decode(EventDeleted.self, from: data) : nil)
                }
        }
    }
}

/// A group's member that has some of the partitions for good.
final class FakeMember: RecordConsumer {
    private struct State {
        var hasJoined = false
        var isClosed = false
        var positions: [TopicPartition: Int64] = [:]
    }

    private let kafka: FakeKafka
    private let wake = Signal()
    private let state = Mutex(State())
    private let partitions: [Int32]

    init(_ kafka: FakeKafka, partitions: [Int32]) {
        self.kafka = kafka
        self.partitions = partitions
        kafka.state.withLock { $0.consumers.append(wake) }
    }

    func next() async throws(KafkaError) -> ConsumerEvent? {
        while true {
            let (isClosed, isFirst) = state.withLock { state in
                defer { state.hasJoined = true }
                return (state.isClosed, !state.hasJoined)
            }
            if isClosed { return nil }
            if isFirst {
                return .assigned(partitions.map { TopicPartition(Topic.exchangeNotifications.name, $0) })
            }
            let logs = kafka.state.withLock { $0.logs }
            let batches = state.withLock { state in
                state.positions.sorted { $0.key < $1.key }.compactMap { partition, position -> RecordBatch? in
                    guard let log = logs[partition], position < log.count else { return nil }
                    state.positions[partition] = Int64(log.count)
                    return RecordBatch(
                        partition,
                        log[Int(position)...].enumerated().map { index, record in
                            ConsumerRecord(
                                offset: position + Int64(index), timestamp: nil, key: record.key, value: record.value,
                                headers: record.headers)
                        })
                }
            }
            if !batches.isEmpty { return .records(batches) }
            do {
                try await wake.wait()
            } catch {
                throw KafkaError(.closed, "cancelled")
            }
        }
    }

    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        state.withLock {
            $0.positions = positions.mapValues { if case .offset(let offset) = $0 { offset } else { 0 } }
        }
        wake.raise()
    }

    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {
        state.withLock { $0.positions[topicPartition] = if case .offset(let offset) = position { offset } else { 0 } }
        wake.raise()
    }

    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        kafka.state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: partitions.map { partition in
                    let end = Int64(state.logs[partition]?.count ?? 0)
                    return (partition, LogFacts(clusterID: state.clusterID, start: 0, end: end, committed: nil))
                })
        }
    }

    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        (0..<FakeKafka.partitionCount).map { TopicPartition(topic, $0) }
    }

    func release() async throws(KafkaError) {}
    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {}

    func close(within timeout: Duration) async {
        state.withLock { $0.isClosed = true }
        wake.raise()
    }
}
