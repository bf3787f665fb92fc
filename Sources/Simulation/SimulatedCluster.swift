import Foundation
import Kafka
import Runtime
import Synchronization

/// Kafka in virtual time: topics of one installation, consumer groups with the eager `range` assignor, and what goes wrong with
/// them. Everything it does takes a random time.
final class SimulatedCluster: Sendable {
    struct Log {
        var start: Int64 = 0
        var records: [ConsumerRecord] = []

        var end: Int64 { start + Int64(records.count) }

        /// The records from an offset on; `nil` where the log does not reach there.
        func records(from offset: Int64, limit: Int) -> ArraySlice<ConsumerRecord>? {
            guard (start...end).contains(offset) else { return nil }
            return records[Int(offset - start)...].prefix(limit)
        }
    }

    struct State {
        var clusterID = "cluster-1"
        /// How often the log was replaced.
        var replacements = 0
        var isDown = false
        var logs: [TopicPartition: Log] = [:]
        var groups: [String: SimulatedGroup] = [:]
        var consumers: [Int: SimulatedConsumer] = [:]
        var nextConsumer = 0
        /// Called with each record that was appended.
        var onAppend: (@Sendable (ProducerRecord) -> Void)?
        /// Offsets, by topic, from which on nothing is fetched at the moment.
        var held: [String: Int64] = [:]
    }

    let time: VirtualTime
    let randomness: SeededRandomness
    let partitionCount: Int32
    let trace: Trace
    let state = Mutex(State())
    private let observers = Mutex<[@Sendable (ProducerRecord) -> Void]>([])

    init(topics: [String], partitionCount: Int32, time: VirtualTime, randomness: SeededRandomness, trace: Trace) {
        self.time = time
        self.trace = trace
        self.randomness = randomness
        self.partitionCount = partitionCount
        state.withLock { state in
            for topic in topics {
                for partition in 0..<partitionCount { state.logs[TopicPartition(topic, partition)] = Log() }
            }
        }
    }

    /// Calls this with each record that is appended, always.
    func observe(_ observer: @escaping @Sendable (ProducerRecord) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// A new log, as a broker has it that lost the old one. Groups have to join anew.
    /// - Parameters:
    ///   - isGrown: past the old offsets already, with records that say nothing; else it is empty.
    ///   - isSameCluster: its topics were made anew; else it has another cluster id, as the embedded broker after a restart.
    func replaceLog(isGrown: Bool, isSameCluster: Bool) {
        let groups = state.withLock { state in
            state.replacements += 1
            if !isSameCluster { state.clusterID = "cluster-\(state.replacements + 1)" }
            let replacement = state.replacements
            for (partition, old) in state.logs {
                var log = Log()
                for offset in 0..<(isGrown ? old.end + 3 : 0) {
                    log.records.append(
                        ConsumerRecord(
                            offset: offset, timestamp: nil, key: nil, value: nil,
                            headers: [RecordHeader("ce_id", "\(replacement)/\(partition)/\(offset)")]))
                }
                state.logs[partition] = log
            }
            for name in state.groups.keys { state.groups[name]?.committed = [:] }
            return state.groups.keys.sorted()
        }
        for group in groups { loseAllMembers(of: group) }
    }

    /// Lets nobody fetch a topic's records from these offsets on; `nil`: takes it back.
    func hold(_ topic: String, from offset: Int64?) {
        state.withLock { $0.held[topic] = offset }
        pumpAll()
    }

    /// Nobody can send, fetch or ask until it is up again.
    func setDown(_ isDown: Bool) {
        state.withLock { $0.isDown = isDown }
        if !isDown { pumpAll() }
    }

    /// Records nobody has read yet, of all topics that the group reads.
    func unread(group: String, positions: [TopicPartition: Int64]) -> Int64 {
        state.withLock { state in
            state.logs.reduce(0) { sum, log in
                guard state.groups[group]?.topics.contains(log.key.topic) == true else { return sum }
                return sum + max(0, log.value.end - max(log.value.start, positions[log.key] ?? 0))
            }
        }
    }

    /// Records of one partition, where the cluster is still this one.
    func records(of partition: TopicPartition, _ offsets: Range<Int64>, clusterID: String) -> [ConsumerRecord] {
        state.withLock { state in
            guard state.clusterID == clusterID, let log = state.logs[partition] else { return [] }
            return log.records(from: offsets.lowerBound, limit: offsets.count).map(Array.init) ?? []
        }
    }

    /// Every record of a topic that is still there.
    func records(of topic: String) -> [(TopicPartition, ConsumerRecord)] {
        state.withLock { state in
            state.logs.filter { $0.key.topic == topic }.sorted { $0.key < $1.key }
                .flatMap { partition, log in log.records.map { (partition, $0) } }
        }
    }

    /// Appends, as the broker does when a request reaches it.
    func append(_ record: ProducerRecord) -> RecordPosition? {
        let position: RecordPosition? = state.withLock { state in
            let partition =
                record.partition ?? Partitioner.partition(of: record.key ?? [], count: partitionCount)
            let topicPartition = TopicPartition(record.topic, partition)
            guard !state.isDown, let offset = state.logs[topicPartition]?.end else { return nil }
            state.logs[topicPartition]?.records.append(
                ConsumerRecord(
                    offset: offset, timestamp: record.timestamp, key: record.key, value: record.value,
                    headers: record.headers))
            return RecordPosition(topicPartition, offset: offset)
        }
        if let position {
            state.withLock { $0.onAppend }?(record)
            for observer in observers.withLock({ $0 }) { observer(record) }
            trace.note(
                "record \(position) \(record.headerText("ce_subject")) \(record.headerText("ce_sequence")) \(record.headerText("ce_contenthash"))"
            )
            pumpAll()
        }
        return position
    }

    func facts(of partitions: [TopicPartition], group: String?) throws(KafkaError) -> [TopicPartition: LogFacts] {
        let facts: [TopicPartition: LogFacts]? = state.withLock { state in
            guard !state.isDown else { return nil }
            var facts: [TopicPartition: LogFacts] = [:]
            for partition in partitions {
                guard let log = state.logs[partition] else { continue }
                facts[partition] = LogFacts(
                    clusterID: state.clusterID, start: log.start, end: log.end,
                    committed: group.flatMap { state.groups[$0]?.committed[partition] })
            }
            return facts
        }
        guard let facts else { throw KafkaError(.unreachable, "no broker answers", isRetriable: true) }
        return facts
    }

    func partitions(of topic: String) -> [TopicPartition] {
        state.withLock { state in state.logs.keys.filter { $0.topic == topic }.sorted() }
    }

    /// Some milliseconds on the wire.
    func latency(_ longest: Int = 50) -> Duration {
        .milliseconds(randomness.next(in: 1...longest))
    }

    /// Lets every consumer fetch.
    func pumpAll() {
        for consumer in state.withLock({ $0.consumers.sorted { $0.key < $1.key }.map(\.value) }) { consumer.pump() }
    }
}

/// One process's producer.
struct SimulatedProducer: RecordProducer {
    let cluster: SimulatedCluster
    let fate: ProcessFate
    let faults: Faults

    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        var results: [Result<RecordPosition, KafkaError>] = []
        // Each record goes its own way in order; the process may crash between two of them.
        for record in records {
            do {
                let position: RecordPosition? = try await fate.wait { resume in
                    cluster.time.schedule(after: cluster.latency(5)) {
                        let fault = faults.draw(.produce)
                        let position = fault == .before ? nil : cluster.append(record)
                        if fault != nil { disturb(record) }
                        // The acknowledgement is lost, and the producer's retry finds the record there: or gives up.
                        resume(fault == .after ? nil : position)
                    }
                }
                if let position {
                    results.append(.success(position))
                } else {
                    results.append(.failure(KafkaError(.timedOut, "no acknowledgement came", isRetriable: true)))
                }
            } catch {
                results.append(.failure(KafkaError(.closed, "the process ends")))
            }
        }
        return results
    }

    /// A record whose producer has given it up, or has it acknowledged already, reaches the broker late: behind what was sent
    /// after it, or once more.
    private func disturb(_ record: ProducerRecord) {
        guard cluster.randomness.next() & 1 == 0 else { return }
        cluster.time.schedule(after: .milliseconds(cluster.randomness.next(in: 1...5000))) {
            _ = cluster.append(record)
        }
    }
}

extension ProducerRecord {
    fileprivate func headerText(_ name: String) -> String {
        headers.first { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    }
}
