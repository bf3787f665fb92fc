import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import Synchronization

/// Topics in memory.
final class FakeKafka: RecordProducer {
    static let partitionCount: Int32 = 4

    /// A contact's event as a test looks at it.
    struct Sent: Sendable, Hashable {
        let user: SyncUserID
        let contact: String
        let isRemoval: Bool
        let sequence: ReadSequence
        let hash: String
        let isBackfill: Bool
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
            let isLost = state.lostAcknowledgements > 0 && records.first?.topic != "ln.notifications"
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

    /// Everything is gone, as with the embedded broker's restart.
    func startAnew(_ clusterID: String) {
        state.withLock { state in
            state.logs = [:]
            state.clusterID = clusterID
        }
    }

    func hint(_ hint: Hint) async throws {
        let envelope = Envelope(id: UUID().uuidString, source: "test", type: .hint, time: Date(), subject: hint.key)
        try await send(
            ProducerRecord(
                topic: "ln.notifications", key: Array(hint.key.utf8), value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    /// The contacts' events, live and by back-fill.
    var sent: [Sent] {
        state.withLock { state in
            state.logs.sorted { $0.key < $1.key }.flatMap { partition, records in
                records.compactMap { record -> Sent? in
                    guard partition.topic != "ln.notifications" else { return nil }
                    func header(_ name: String) -> String {
                        String(
                            decoding: record.headers.last { $0.name == name }?.value ?? [], as: UTF8.self)
                    }
                    guard let user = SyncUserID(String(decoding: record.key ?? [], as: UTF8.self)),
                        let sequence = ReadSequence(header("ce_sequence"))
                    else { return nil }
                    return Sent(
                        user: user, contact: String(header("ce_subject").split(separator: "/").last ?? ""),
                        isRemoval: header("ce_type") == "ln.contact.removed.v1", sequence: sequence,
                        hash: header("ce_contenthash"), isBackfill: partition.topic == "ln.contact-backfill")
                }
            }
        }
    }

    var live: [Sent] { sent.filter { !$0.isBackfill } }
    var backfill: [Sent] { sent.filter(\.isBackfill) }

    /// What each mailbox ends with: the newest state of each contact, removals left out.
    var mailboxes: [SyncUserID: [String: String]] {
        var newest: [SyncUserID: [String: Sent]] = [:]
        for sent in sent where sent.sequence > newest[sent.user]?[sent.contact]?.sequence ?? .none {
            newest[sent.user, default: [:]][sent.contact] = sent
        }
        return newest.mapValues { $0.filter { !$0.value.isRemoval }.mapValues(\.hash) }
    }
}

/// A consumer without a group.
final class FakeConsumer: RecordConsumer {
    private let kafka: FakeKafka
    private let wake = Signal()
    private let positions = Mutex<[TopicPartition: Int64]>([:])

    init(_ kafka: FakeKafka) {
        self.kafka = kafka
        kafka.state.withLock { $0.consumers.append(wake) }
    }

    func next() async throws(KafkaError) -> ConsumerEvent? {
        while true {
            let logs = kafka.state.withLock { $0.logs }
            let batches = positions.withLock { positions in
                positions.compactMap { partition, position -> RecordBatch? in
                    guard let log = logs[partition], position < log.count else { return nil }
                    positions[partition] = Int64(log.count)
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
        self.positions.withLock {
            $0 = positions.mapValues { if case .offset(let offset) = $0 { offset } else { 0 } }
        }
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
    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {}
    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {}
    func close(within timeout: Duration) async {}
}
