public import Kafka

/// Where a group has read a partition to, as the store has recorded it.
public struct RecordedPosition: Sendable, Hashable {
    /// The offset of the next record to merge.
    public let next: Int64
    /// The cluster that keeps the log.
    public let clusterID: String
    /// The `ce_id` of the record before `next`: the witness that the log is still the same one.
    public let lastEventID: String?

    public init(next: Int64, clusterID: String, lastEventID: String?) {
        self.next = next
        self.clusterID = clusterID
        self.lastEventID = lastEventID
    }
}

/// A partition that is not simply read on from where it was.
public struct LogBeginning: Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
        /// Nothing was recorded yet.
        case firstTime
        /// The log is another one: another cluster, or other records at the same offsets.
        case anotherLog
        /// Records that were not read yet are gone: retention was shorter than the pause.
        case recordsGone(Int64)
        /// The recorded position is behind the log's end.
        case beyondEnd
        /// Kafka knows a later position than the store: the store was restored.
        case storeRestored(committed: Int64)
    }

    public let topicPartition: TopicPartition
    public let reason: Reason
    /// What the store has recorded until now.
    public let recorded: RecordedPosition?
    /// What it is to record, and where reading begins.
    public let position: RecordedPosition

    public init(topicPartition: TopicPartition, reason: Reason, recorded: RecordedPosition?, position: RecordedPosition)
    {
        self.topicPartition = topicPartition
        self.reason = reason
        self.recorded = recorded
        self.position = position
    }

    /// What the recorded position and the log's facts say (architecture, *Offsets*); `nil`: reading goes on at `recorded`.
    /// - Parameter isWitnessRefuted: the record before the position is another one than it was.
    public static func decide(
        _ topicPartition: TopicPartition, recorded: RecordedPosition?, facts: LogFacts, isWitnessRefuted: Bool = false
    ) -> LogBeginning? {
        func begin(_ reason: Reason, at next: Int64, lastEventID: String? = nil) -> LogBeginning {
            LogBeginning(
                topicPartition: topicPartition, reason: reason, recorded: recorded,
                position: RecordedPosition(next: next, clusterID: facts.clusterID, lastEventID: lastEventID))
        }
        guard let recorded else {
            // The store was restored to before this partition was first read, or is another one.
            if let committed = facts.committed, committed > facts.start {
                return begin(.storeRestored(committed: committed), at: facts.start)
            }
            return begin(.firstTime, at: facts.start)
        }
        if isWitnessRefuted || recorded.clusterID != facts.clusterID { return begin(.anotherLog, at: facts.start) }
        if recorded.next < facts.start { return begin(.recordsGone(facts.start - recorded.next), at: facts.start) }
        if recorded.next > facts.end { return begin(.beyondEnd, at: facts.start) }
        if let committed = facts.committed, committed > recorded.next {
            return begin(.storeRestored(committed: committed), at: recorded.next, lastEventID: recorded.lastEventID)
        }
        return nil
    }
}

extension LogBeginning.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .firstTime: "read for the first time"
        case .anotherLog: "the log is another one than before"
        case .recordsGone(let count): "\(count) records were deleted by retention before they were read"
        case .beyondEnd: "the log ends before the recorded position"
        case .storeRestored(let committed): "Kafka knows the later position \(committed): the store was restored"
        }
    }
}
