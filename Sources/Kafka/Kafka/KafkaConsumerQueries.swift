import CRDKafka
import Dispatch
import Foundation
import Synchronization

/// What a consumer asks the broker. Each question blocks a thread of its own: librdkafka before 2.3.0 ignores the time limit of
/// some, and the consumer's thread has to go on.
final class ConsumerQueries: Sendable {
    private let client: LibrdkafkaClient
    private let hasGroup: Bool
    private let timeout: Duration
    private let running = DispatchGroup()
    private let lastBeat = Mutex(ContinuousClock.now)

    init(_ client: LibrdkafkaClient, hasGroup: Bool, timeout: Duration) {
        self.client = client
        self.hasGroup = hasGroup
        self.timeout = timeout
    }

    /// The consumer's thread is alive.
    func beat() { lastBeat.withLock { $0 = .now } }
    var sinceLastBeat: Duration { .now - lastBeat.withLock { $0 } }

    var handle: OpaquePointer { client.handle }

    /// Blocks until no question is under way.
    func waitForEnd() { running.wait() }

    func facts(of partitions: [TopicPartition], _ reply: Reply<[TopicPartition: LogFacts]>) {
        start(reply) { (deadline) throws(KafkaError) in try self.facts(of: partitions, by: deadline) }
    }

    func partitions(of topic: String, _ reply: Reply<[TopicPartition]>) {
        start(reply) { (deadline) throws(KafkaError) in try self.partitions(of: topic, by: deadline) }
    }

    func start<Value>(
        _ reply: Reply<Value>,
        _ question: @escaping @Sendable (ContinuousClock.Instant) throws(KafkaError) -> Value
    ) {
        running.enter()
        Thread.detachNewThread { [running, timeout] in
            let deadline = ContinuousClock.now + timeout
            reply.finish { () throws(KafkaError) in try question(deadline) }
            running.leave()
        }
    }

    /// Those partitions that nothing can be said of now, for want of a leader say, are absent.
    private func facts(
        of partitions: [TopicPartition], by deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: LogFacts] {
        let clusterID = try currentClusterID(by: deadline)
        let committed = try committedOffsets(of: partitions, by: deadline)
        var facts: [TopicPartition: LogFacts] = [:]
        for (partition, extent) in extents(of: partitions, by: deadline) {
            facts[partition] = LogFacts(
                clusterID: clusterID, start: extent.lowerBound, end: extent.upperBound, committed: committed[partition])
        }
        return facts
    }

    private func committedOffsets(
        of partitions: [TopicPartition], by deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard hasGroup, !partitions.isEmpty else { return [:] }
        let list = TopicPartitionList(partitions)
        let error = rd_kafka_committed(client.handle, list.pointer, milliseconds(until: deadline))
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, "the group's committed positions are unknown")
        }
        return Dictionary(
            list.entries.filter { $0.error == RD_KAFKA_RESP_ERR_NO_ERROR && $0.offset >= 0 }
                .map { ($0.topicPartition, $0.offset) }, uniquingKeysWith: { one, _ in one })
    }

    /// Asked anew: librdkafka keeps the id that it saw last, and another cluster may answer at the same address by now.
    private func currentClusterID(by deadline: ContinuousClock.Instant) throws(KafkaError) -> String {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.handle, 0, nil, &metadata, milliseconds(until: deadline))
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, "the cluster does not answer") }
        rd_kafka_metadata_destroy(metadata)
        guard let id = rd_kafka_clusterid(client.handle, milliseconds(until: deadline)) else {
            throw KafkaError(.unreachable, "the cluster does not tell its id", isRetriable: true)
        }
        defer { rd_kafka_mem_free(client.handle, id) }
        return String(cString: id)
    }

    private func partitions(
        of topic: String, by deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition] {
        guard !topic.isEmpty, let handle = rd_kafka_topic_new(client.handle, topic, nil) else {
            throw KafkaError(.invalid, "'\(topic)' is no topic's name")
        }
        defer { rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.handle, 0, handle, &metadata, milliseconds(until: deadline))
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw KafkaError(error, "the partitions of \(topic) are unknown")
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        guard let described = topics.first(where: { String(cString: $0.topic) == topic }) else {
            throw KafkaError(.unknownTopic, "there is no topic \(topic)", isRetriable: true)
        }
        guard described.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(described.err, "the partitions of \(topic) are unknown")
        }
        return UnsafeBufferPointer(start: described.partitions, count: Int(described.partition_cnt))
            .map { TopicPartition(topic, $0.id) }.sorted()
    }

    func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        Int32(min(max(0, (deadline - .now) / .milliseconds(1)), 1e9))
    }
}
