import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// How many dead letters wait for a decision, as metrics by topic and group. They are read only when there are others than before, or
/// other decisions.
struct DeadLetterGauges: Sendable {
    private struct Seen: Hashable {
        let logs: [TopicPartition: Range<Int64>]
        let decisions: [String: Int]
    }

    let administration: Administration
    /// A consumer for one reading, without a group; it is closed behind it.
    let makeReader: @Sendable () throws -> any RecordConsumer
    let metrics: Metrics
    private var seen: Seen?

    init(
        _ administration: Administration, metrics: Metrics,
        makeReader: @escaping @Sendable () throws -> any RecordConsumer
    ) {
        self.administration = administration
        self.metrics = metrics
        self.makeReader = makeReader
    }

    /// - Parameter consumer: asked for the logs' ends alone.
    mutating func refresh(_ consumer: any RecordConsumer) async throws {
        let names = administration.names
        let groups = try administration.groups(named: nil)
        var logs: [TopicPartition: Range<Int64>] = [:]
        var decisions: [String: Int] = [:]
        for group in groups {
            let name = names.name(ofGroup: group)
            decisions[name] = try await administration.store.deadLetterDecisions(group: name).count
            for topic in Topic.all where topic.groups.contains(group) {
                let partitions = try await consumer.partitions(of: names.deadLetters(of: topic, group: group))
                for (partition, facts) in try await consumer.facts(of: partitions) where facts.start < facts.end {
                    logs[partition] = facts.start..<facts.end
                }
            }
        }
        let now = Seen(logs: logs, decisions: decisions)
        guard now != seen else { return }
        let waiting = logs.isEmpty ? [] : try await undecided()
        for group in groups {
            let name = names.name(ofGroup: group)
            for topic in Topic.all where topic.groups.contains(group) {
                let topic = names.name(of: topic)
                metrics.gauge(
                    "dead_letters_waiting", "Records that could not be merged and that nobody has decided yet.",
                    [("topic", topic), ("group", name)]
                ).set(Double(waiting.count { $0.group == name && $0.topic == topic }))
            }
        }
        seen = now
    }

    private func undecided() async throws -> [DeadLetterEntry] {
        let reader = try makeReader()
        do {
            let entries = try await DeadLetters(administration, reader).list().filter { $0.state == .undecided }
            await reader.close(within: .seconds(3))
            return entries
        } catch {
            await reader.close(within: .seconds(3))
            throw error
        }
    }
}
