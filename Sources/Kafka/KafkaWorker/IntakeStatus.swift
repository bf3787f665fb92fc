public import Kafka
import Telemetry

/// What an intake says of itself.
public struct IntakeStatus: Sendable, Hashable {
    /// Whether the group has given us partitions, even none, and has not taken them back: a member that does not reach Kafka any
    /// more loses them too.
    public let hasJoined: Bool
    /// The partitions that stand still after a failure, and why.
    public let stopped: [TopicPartition: String]
    /// Records that were read and wait to be merged.
    public let waitingRecords: Int

    /// Why the process is not ready; `nil` where it is.
    public var notReady: String? {
        guard hasJoined else { return "Kafka has given no partitions: the consumer group is not joined" }
        return stopped.min { $0.key < $1.key }.map { "\($0.key) stands still: \($0.value)" }
    }
}

/// The intake's metrics.
struct IntakeMetrics: Sendable {
    private let metrics: Metrics

    init(_ metrics: Metrics) {
        self.metrics = metrics
    }

    func consumed(_ topic: String, _ count: Int) {
        metrics.counter("intake_records_total", "Records read.", [("topic", topic)]).increment(by: count)
    }

    func merged(_ topic: String, _ counts: MergeCounts, _ duration: Duration) {
        for (outcome, count) in [
            ("merged", counts.merged), ("older", counts.passedOverOlder), ("equal", counts.passedOverEqual),
            ("rejected", counts.rejected),
        ] where count > 0 {
            metrics.counter(
                "intake_merged_total", "Records by what became of them.", [("topic", topic), ("outcome", outcome)]
            ).increment(by: count)
        }
        metrics.histogram("intake_merge_seconds", "Time to merge and commit one batch.", [("topic", topic)])
            .record(duration / .seconds(1))
    }

    func holds(_ partitions: Int) {
        metrics.gauge("intake_partitions", "Partitions that this process reads, of all topics.").set(Double(partitions))
    }

    func failed(_ topic: String) {
        metrics.counter("intake_failures_total", "Batches that could not be merged yet.", [("topic", topic)])
            .increment()
    }
}
