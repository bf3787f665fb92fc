import Foundation
package import Kafka
import Runtime
package import SyncEvents
import SyncModel
package import SyncStore
import Synchronization

/// Topics in memory, as what sends to them and reads from them sees them.
package final class FakeKafka: RecordProducer {
    package static let partitionCount: Int32 = 4

    private struct State {
        var logs: [TopicPartition: [ProducerRecord]] = [:]
        var clusterID = "cluster-1"
        var lostAcknowledgements = 0
        var consumers: [Signal] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// All records, partition by partition.
    package var logs: [TopicPartition: [ProducerRecord]] { state.withLock { $0.logs } }

    /// Whether a group has taken in all records of a topic.
    package func isTaken(_ topic: Topic, at positions: [IntakePartition: IntakePosition]) -> Bool {
        logs.filter { $0.key.topic == topic.name }.allSatisfy { partition, log in
            positions[IntakePartition(topic: partition.topic, partition: partition.partition)]?.next == Int64(log.count)
        }
    }

    package var clusterID: String { state.withLock { $0.clusterID } }

    /// So many sends, hints aside, arrive from now on, and their acknowledgements are lost.
    package func loseAcknowledgements(_ count: Int) { state.withLock { $0.lostAcknowledgements = count } }

    package func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        let (results, consumers) = state.withLock { state in
            let hints = [Topic.lnNotifications.name, Topic.exchangeNotifications.name]
            let isLost = state.lostAcknowledgements > 0 && records.first.map { !hints.contains($0.topic) } ?? false
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
    package func startAnew(_ clusterID: String) {
        state.withLock { state in
            state.logs = [:]
            state.clusterID = clusterID
        }
    }

    package func hint(_ hint: Hint) async throws {
        try await send(hint, .hint, key: hint.key, to: .lnNotifications)
    }

    package func hint(_ hint: MailboxHint) async throws {
        try await send(hint, .mailboxHint, key: hint.user.description, to: .exchangeNotifications)
    }

    private func send(_ data: some Encodable, _ type: EventType, key: String, to topic: Topic) async throws {
        let envelope = Envelope(id: UUID().uuidString, source: "test", type: type, time: Date(), subject: key)
        try await send(
            ProducerRecord(
                topic: topic.name, key: Array(key.utf8), value: Array(try EventData.encode(data)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    /// Raises the signal at each record.
    func tell(_ consumer: Signal) { state.withLock { $0.consumers.append(consumer) } }
}
