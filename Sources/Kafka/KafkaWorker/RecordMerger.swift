public import Kafka

/// What a worker gives to its intake: where its partitions go on, and how a batch is merged into its rows.
///
/// The runtime decodes nothing and passes over nothing by itself. Calls for one partition number come one after the other;
/// calls for different ones may overlap.
public protocol RecordMerger: Sendable {
    /// The positions that the store has recorded of these partitions; those without one are absent.
    func positions(of partitions: [TopicPartition]) async throws(IntakeError) -> [TopicPartition: RecordedPosition]

    /// Records that a partition is read from `beginning.position`. Where the log before it is lost or is another one, the gap
    /// is journalled and what the topic feeds is asked for anew, in the same commit.
    /// - Returns: `false` where another process has moved the position meanwhile.
    func begin(_ beginning: LogBeginning) async throws(IntakeError) -> Bool

    /// Merges a batch into the rows and moves the position from `batch.from` to `batch.to`, in one commit. What can't be
    /// merged is given to `deadLetters`, which returns when the broker has acknowledged it, before the commit.
    func merge(_ batch: IntakeBatch, _ deadLetters: any DeadLetterSink) async throws(IntakeError) -> MergeOutcome
}

/// Records of one partition to be merged in one commit.
public struct IntakeBatch: Sendable {
    public let topicPartition: TopicPartition
    /// In the order of their offsets; never empty.
    public let records: [ConsumerRecord]
    /// The position that the store must still have.
    public let from: RecordedPosition
    /// The position after the batch.
    public let to: RecordedPosition

    public init(topicPartition: TopicPartition, records: [ConsumerRecord], from: RecordedPosition, to: RecordedPosition)
    {
        self.topicPartition = topicPartition
        self.records = records
        self.from = from
        self.to = to
    }
}

/// What became of a batch.
public enum MergeOutcome: Sendable, Hashable {
    case merged(MergeCounts)
    /// The position was no longer `from`: another process reads the partition, or did. Nothing was merged.
    case positionLost
}

/// A batch's records, counted by what became of them.
public struct MergeCounts: Sendable, Hashable {
    /// Changed a row.
    public var merged = 0
    /// Not newer than the row.
    public var passedOverOlder = 0
    /// Newer and equal to what is settled.
    public var passedOverEqual = 0
    /// Gone to the dead letters.
    public var rejected = 0

    public init() {}
}

/// Why a batch could not be merged now; it is tried again.
public struct IntakeError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        let name: String

        /// The store can't be read or written.
        public static let store = Code(name: "store")
        /// The dead-letter topic can't be written.
        public static let deadLetters = Code(name: "dead letters")
        /// Kafka can't say where the log begins and ends.
        public static let log = Code(name: "log")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
