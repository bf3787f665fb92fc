public import Kafka
public import Telemetry

/// Counts what goes to the dead letters, by topic, group and reason.
public struct CountedDeadLetters: DeadLetterSink {
    private let base: any DeadLetterSink
    private let group: String
    private let metrics: Metrics

    public init(_ base: any DeadLetterSink, group: String, metrics: Metrics) {
        self.base = base
        self.group = group
        self.metrics = metrics
    }

    public func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        try await base.send(letters, from: topicPartition)
        for letter in letters {
            metrics.counter(
                "dead_letters_total", "Records that could not be merged.",
                [("topic", topicPartition.topic), ("group", group), ("reason", letter.reason.rawValue)]
            ).increment()
        }
    }
}
