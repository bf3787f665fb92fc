public import Foundation

/// Where reading of a partition begins.
public enum StartPosition: Sendable, Hashable {
    case offset(Int64)
    /// The oldest record that is still there.
    case logStart
    /// Behind the newest record.
    case logEnd
}

/// What the broker knows of a partition.
public struct LogFacts: Sendable, Hashable {
    /// The id of the cluster that keeps the log; another id is another log, whatever its offsets look like.
    public let clusterID: String
    /// The offset of the oldest record that is still there.
    public let start: Int64
    /// The offset behind the newest record.
    public let end: Int64
    /// What the consumer's group has committed to Kafka; `nil` where it has committed nothing, or there is no group.
    public let committed: Int64?

    public init(clusterID: String, start: Int64, end: Int64, committed: Int64?) {
        self.clusterID = clusterID
        self.start = start
        self.end = end
        self.committed = committed
    }

    /// Records that a reader has not read yet who goes on at `next` of the log of cluster `cluster`; all of them, where it has
    /// read nothing or another cluster's log.
    public func unread(next: Int64?, of cluster: String?) -> Int64 {
        let isSameLog = cluster == clusterID
        return max(0, end - (isSameLog ? max(next ?? start, start) : start))
    }
}

/// What a consumer tells its reader, in the order in which it happened.
public enum ConsumerEvent: Sendable {
    /// The group gave us these partitions, and no others. Nothing is read before `assign` says from where.
    case assigned([TopicPartition])
    /// The partitions are to be given back: end what is under way for them and call `release()`. With `lost`, they are
    /// another member's already and nothing may be started for them.
    case revoked([TopicPartition], lost: Bool)
    case records([RecordBatch])
    /// The position is before the log's start or behind its end: `assign` or `seek` with another. Nothing is read of the
    /// partition until then.
    case outOfRange(TopicPartition)
    /// A partition, or the connection as a whole, has trouble; reading goes on by itself once it is over.
    case trouble(KafkaError)
}

/// Reads records: `KafkaConsumer`, or the simulator's topics. One task calls `next()`; any task may call the rest.
public protocol RecordConsumer: Sendable {
    /// What happened next; `nil` once the consumer is closed.
    /// - Throws: `.fatal` where the consumer is of no more use, `.closed` where the task is cancelled while it waits.
    func next() async throws(KafkaError) -> ConsumerEvent?

    /// Reads these partitions, and no others, from these positions: the answer to `.assigned`, or an assignment of one's
    /// own where the consumer has no group.
    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError)

    /// Gives all partitions back: the answer to `.revoked`.
    func release() async throws(KafkaError)

    /// Goes on reading one assigned partition from another position. Records read before are not delivered any more.
    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError)

    /// Delivers nothing of these partitions until `resume`. Those that are paused already stay so.
    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError)

    /// Takes `pause` back; ignores partitions that are not paused.
    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError)

    /// Commits to Kafka, for its tools to see, the offset of the next record to read of each partition.
    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError)

    /// What the broker knows of these partitions, asked now.
    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts]

    /// The numbers of a topic's partitions.
    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition]

    /// The offset of each partition's first record that is dated `time` or later; the log's end where none is. Senders date records,
    /// by their clocks: later records may be dated earlier.
    ///
    /// Those partitions are absent whose broker can't look up by time, as the embedded one can't, or has no leader for them now:
    /// records are then to be told by their dates.
    func offsets(at time: Date, of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64]

    /// Leaves the group and ends; `next()` returns `nil` from now on. Returns after `timeout` at the latest.
    func close(within timeout: Duration) async
}

extension RecordConsumer {
    /// Of logs without an index of times.
    public func offsets(
        at time: Date, of partitions: [TopicPartition]
    ) async throws(KafkaError) -> [TopicPartition: Int64] { [:] }
}
