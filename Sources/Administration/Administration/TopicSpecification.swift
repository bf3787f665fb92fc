public import SyncEvents

/// A topic as an installation needs it.
public struct TopicSpecification: Sendable, Hashable {
    public let name: String
    public let partitions: Int32
    public let configuration: [String: String]

    /// Every topic of an installation, dead letters included, as the catalogue has them: retention is by time, nothing is
    /// compacted.
    public static func all(_ names: TopicNames, partitions: Int32) -> [TopicSpecification] {
        Topic.all.flatMap { topic in
            [TopicSpecification(names.name(of: topic), partitions, days: topic.retentionDays)]
                + topic.groups.map { group in
                    TopicSpecification(
                        names.deadLetters(of: topic, group: group), partitions, days: Topic.deadLetterRetentionDays)
                }
        }
    }

    private init(_ name: String, _ partitions: Int32, days: Int) {
        self.name = name
        self.partitions = partitions
        configuration = ["cleanup.policy": "delete", "retention.ms": String(days * 86_400_000)]
    }
}

/// What became of one topic.
public struct TopicOutcome: Sendable, Hashable, Codable {
    public let name: String
    /// In words: `made with 24 partitions`.
    public let outcome: String
    public let isAsWanted: Bool

    public init(name: String, outcome: String, isAsWanted: Bool) {
        self.name = name
        self.outcome = outcome
        self.isAsWanted = isAsWanted
    }
}
