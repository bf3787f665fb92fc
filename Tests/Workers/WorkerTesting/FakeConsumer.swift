package import Kafka
import Runtime
import Synchronization

/// A consumer of `FakeKafka`: without a group, or a group's member that has some of a topic's partitions for good.
package final class FakeConsumer: RecordConsumer {
    private struct State {
        /// What the member is told first, once.
        var assignment: [TopicPartition]?
        var isClosed = false
        var positions: [TopicPartition: Int64] = [:]
    }

    private let kafka: FakeKafka
    private let wake = Signal()
    private let state: Mutex<State>

    /// - Parameter assignment: the member's partitions; `nil` without a group.
    package init(_ kafka: FakeKafka, assignment: [TopicPartition]? = nil) {
        self.kafka = kafka
        state = Mutex(State(assignment: assignment))
        kafka.tell(wake)
    }

    package func next() async throws(KafkaError) -> ConsumerEvent? {
        while true {
            let (isClosed, assignment) = state.withLock { state in
                defer { state.assignment = nil }
                return (state.isClosed, state.assignment)
            }
            if isClosed { return nil }
            if let assignment { return .assigned(assignment) }
            let logs = kafka.logs
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

    package func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        state.withLock { $0.positions = positions.mapValues(\.offset) }
        wake.raise()
    }

    package func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {
        state.withLock { $0.positions[topicPartition] = position.offset }
        wake.raise()
    }

    package func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        let (logs, clusterID) = (kafka.logs, kafka.clusterID)
        return Dictionary(
            uniqueKeysWithValues: partitions.map { partition in
                let end = Int64(logs[partition]?.count ?? 0)
                return (partition, LogFacts(clusterID: clusterID, start: 0, end: end, committed: nil))
            })
    }

    package func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        (0..<FakeKafka.partitionCount).map { TopicPartition(topic, $0) }
    }

    package func release() async throws(KafkaError) {}
    package func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    package func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    package func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {}

    package func close(within timeout: Duration) async {
        state.withLock { $0.isClosed = true }
        wake.raise()
    }
}

extension StartPosition {
    fileprivate var offset: Int64 { if case .offset(let offset) = self { offset } else { 0 } }
}
