import Administration
import Foundation
import Kafka
import Synchronization

/// Topics in memory, their groups, and their one reader.
final class MemoryTopics: RecordProducer, RecordConsumer, GroupKeeper {
    private static let partitionCount: Int32 = 2

    private struct State {
        var logs: [TopicPartition: [(record: ProducerRecord, time: Date)]] = [:]
        var positions: [TopicPartition: Int64] = [:]
        var starts: [TopicPartition: Int64] = [:]
        var isWritable = true
        var groupState: String? = "Empty"
        var groupOffsets: [TopicPartition: Int64] = [:]
    }

    /// What the broker dates records by that have no time of their own.
    static let appended = Date(timeIntervalSince1970: 1_767_225_000)

    private let state = Mutex(State())

    func records(of topic: String) -> [ProducerRecord] {
        state.withLock { state in
            state.logs.filter { $0.key.topic == topic }.sorted { $0.key < $1.key }.flatMap { $0.value.map(\.record) }
        }
    }

    func setWritable(_ isWritable: Bool) { state.withLock { $0.isWritable = isWritable } }

    /// `nil`: the broker can't tell, as the embedded one.
    func setGroupState(_ word: String?) { state.withLock { $0.groupState = word } }

    /// What came before is deleted by retention.
    func setStart(_ partition: TopicPartition, _ offset: Int64) { state.withLock { $0.starts[partition] = offset } }

    var groupOffsets: [TopicPartition: Int64] { state.withLock { $0.groupOffsets } }

    // MARK: Producing

    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        state.withLock { state in
            records.map { record in
                guard state.isWritable else {
                    return .failure(KafkaError(.timedOut, "the topic can't be written", isRetriable: true))
                }
                let partition = TopicPartition(record.topic, record.partition ?? 0)
                state.logs[partition, default: []].append((record, record.timestamp ?? Self.appended))
                return .success(RecordPosition(partition, offset: Int64((state.logs[partition]?.count ?? 0) - 1)))
            }
        }
    }

    // MARK: Reading

    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        (0..<Self.partitionCount).map { TopicPartition(topic, $0) }
    }

    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: partitions.map { partition in
                    let end = Int64(state.logs[partition]?.count ?? 0)
                    return (
                        partition,
                        LogFacts(clusterID: "log", start: state.starts[partition] ?? 0, end: end, committed: nil)
                    )
                })
        }
    }

    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        state.withLock { state in
            state.positions = positions.mapValues { if case .offset(let offset) = $0 { offset } else { 0 } }
        }
    }

    /// One record of each partition at a time; ends where a test reads beyond what is there.
    func next() async throws(KafkaError) -> ConsumerEvent? {
        let batches = state.withLock { state in
            state.positions.sorted { $0.key < $1.key }.compactMap { partition, position -> RecordBatch? in
                guard let log = state.logs[partition], position < log.count else { return nil }
                state.positions[partition] = position + 1
                let (record, time) = log[Int(position)]
                return RecordBatch(
                    partition,
                    [
                        ConsumerRecord(
                            offset: position, timestamp: time, key: record.key, value: record.value,
                            headers: record.headers)
                    ])
            }
        }
        return batches.isEmpty ? nil : .records(batches)
    }

    func release() async throws(KafkaError) {}
    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {}
    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {}
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {}
    func close(within timeout: Duration) async {}

    // MARK: Groups

    func state(ofGroup group: String) async throws(KafkaError) -> String? { state.withLock { $0.groupState } }

    func setOffsets(ofGroup group: String, _ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        state.withLock { $0.groupOffsets.merge(offsets) { _, new in new } }
    }
}
