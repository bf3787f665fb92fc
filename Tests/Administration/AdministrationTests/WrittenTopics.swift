import Foundation
import Kafka
import Synchronization

/// Topics with records in them, and a consumer without a group that reads them.
final class WrittenTopics: RecordConsumer {
    private struct State {
        var partitions: [TopicPartition: [ConsumerRecord]] = [:]
        var events: [ConsumerEvent] = []
        var assigned: [TopicPartition: StartPosition] = [:]
        var isAnswering = true
        var isIndexed = true
        /// The consumer is closed after so many events; `nil`: never.
        var eventsLeft: Int?
    }

    static let cluster = "cluster"

    private let partitionCount: Int32
    /// Records of one batch.
    private let batchSize: Int
    private let state = Mutex(State())

    init(partitionCount: Int32 = 2, batchSize: Int = 2) {
        self.partitionCount = partitionCount
        self.batchSize = batchSize
    }

    // MARK: What the test does

    func write(_ records: [ConsumerRecord], to topicPartition: TopicPartition) {
        state.withLock { $0.partitions[topicPartition, default: []] += records }
    }

    /// Comes before the records of the next assignment.
    func announce(_ event: ConsumerEvent) {
        state.withLock { $0.events.append(event) }
    }

    /// The broker can't be asked any more.
    func stopAnswering() {
        state.withLock { $0.isAnswering = false }
    }

    /// The broker can't look up offsets by time, as the embedded one can't.
    func dropTimeIndex() {
        state.withLock { $0.isIndexed = false }
    }

    /// Retention deletes what stands before.
    func delete(before offset: Int64, of topicPartition: TopicPartition) {
        state.withLock { $0.partitions[topicPartition]?.removeAll { $0.offset < offset } }
    }

    /// The consumer is closed after its next event.
    func endAfterNextEvent() {
        state.withLock { $0.eventsLeft = 1 }
    }

    /// Where reading began.
    var assigned: [TopicPartition: StartPosition] { state.withLock { $0.assigned } }

    // MARK: RecordConsumer

    func next() async throws(KafkaError) -> ConsumerEvent? {
        state.withLock { state in
            guard !state.events.isEmpty, state.eventsLeft != 0 else { return nil }
            state.eventsLeft = state.eventsLeft.map { $0 - 1 }
            return state.events.removeFirst()
        }
    }

    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        state.withLock { state in
            state.assigned = positions
            for (topicPartition, position) in positions.sorted(by: { $0.key < $1.key }) {
                guard case .offset(let first) = position else { continue }
                let records = state.partitions[topicPartition, default: []].filter { $0.offset >= first }
                for start in stride(from: 0, to: records.count, by: batchSize) {
                    let piece = Array(records[start..<min(start + batchSize, records.count)])
                    state.events.append(.records([RecordBatch(topicPartition, piece)]))
                }
            }
        }
    }

    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        try requireAnswer()
        return (0..<partitionCount).map { TopicPartition(topic, $0) }
    }

    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        try requireAnswer()
        return state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: partitions.map { partition in
                    let records = state.partitions[partition, default: []]
                    return (
                        partition,
                        LogFacts(
                            clusterID: Self.cluster, start: records.first?.offset ?? 0,
                            end: records.last.map { $0.offset + 1 } ?? 0, committed: nil)
                    )
                })
        }
    }

    func offsets(
        at time: Date, of partitions: [TopicPartition]
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        state.withLock { state in
            guard state.isIndexed else { return [:] }
            return Dictionary(
                uniqueKeysWithValues: partitions.map { partition in
                    let records = state.partitions[partition, default: []]
                    let found = records.first { $0.timestamp.map { $0 >= time } ?? false }
                    return (partition, found?.offset ?? records.last.map { $0.offset + 1 } ?? 0)
                })
        }
    }

    private func requireAnswer() throws(KafkaError) {
        guard state.withLock({ $0.isAnswering }) else { throw KafkaError(.unreachable, "no broker") }
    }

    func release() async throws(KafkaError) {}
    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {}
    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {}
    func close(within timeout: Duration) async {}
}
