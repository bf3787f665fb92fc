public import Foundation

/// One partition of one topic.
public struct IntakePartition: Sendable, Hashable, CustomStringConvertible {
    public let topic: String
    public let partition: Int32

    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public var description: String { "\(topic)/\(partition)" }
}

/// Where reading of a partition goes on, and of which log.
public struct IntakePosition: Sendable, Hashable {
    /// The next record to read.
    public let next: Int64
    /// The cluster that keeps the log.
    public let clusterID: String
    /// The `ce_id` of the last record before `next`; `nil` where there was none, or it had none.
    public let lastEventID: String?

    public init(next: Int64, clusterID: String, lastEventID: String?) {
        self.next = next
        self.clusterID = clusterID
        self.lastEventID = lastEventID
    }
}

/// Where a dead letter came from.
public struct DeadLetterOrigin: Sendable, Hashable {
    public let group: String
    public let partition: IntakePartition
    public let offset: Int64

    public init(group: String, partition: IntakePartition, offset: Int64) {
        self.group = group
        self.partition = partition
        self.offset = offset
    }
}

/// What a person decided of a dead letter.
public struct DeadLetterDecision: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable {
        case redriven, discarded
    }

    public let verdict: Verdict
    public let by: String
    public let at: Date

    public init(verdict: Verdict, by: String, at: Date) {
        self.verdict = verdict
        self.by = by
        self.at = at
    }
}
