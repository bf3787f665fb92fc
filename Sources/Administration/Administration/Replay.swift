import Foundation
public import Kafka
public import SyncEvents
import SyncModel
import SyncStore

/// A replay of what stands in a topic, beside the live group: its ends are fixed at its start, and the store keeps it until it is
/// over, so that it can be resumed.
public struct Replay: Sendable {
    /// Senders date records by their own clocks: behind one of a time, others of an earlier time may stand. So much is read beyond.
    static let clockDifference: TimeInterval = 3600

    let administration: Administration
    let consumer: any RecordConsumer

    /// - Parameter consumer: of this replay alone, without a group.
    public init(_ administration: Administration, _ consumer: any RecordConsumer) {
        self.administration = administration
        self.consumer = consumer
    }

    /// Fixes the ends of a replay. One of the same topic and group that was not over is given up.
    public func begin(_ mode: ReplayPlan.Mode, _ extent: ReplayExtent) async throws -> ReplayPlan {
        guard extent.topic.groups.contains(extent.group) else {
            throw AdministrationError("the group \(extent.group) does not read the topic \(extent.topic.name)")
        }
        guard extent.group == ConsumerGroup.contactWorker else {
            throw AdministrationError(
                "\(extent.topic.name) is not replayed" + (extent.topic.broughtAnew.map { ": \($0)" } ?? ""))
        }
        let topic = administration.names.name(of: extent.topic)
        let facts = try await BoundedRead(consumer: consumer).facts(of: [topic])
        let partitions = facts.keys.sorted()
        var (since, until): (Date?, Date?) = (nil, nil)
        var (firsts, ends): ([TopicPartition: Int64], [TopicPartition: Int64]) = ([:], [:])
        var isReadWhole = false
        switch extent.span {
        case .offset(let offset):
            firsts = facts.mapValues { _ in offset }
        case .time(let from, let to):
            // In whole seconds, as the store keeps them.
            since = from.map { Date(timeIntervalSinceReferenceDate: $0.timeIntervalSinceReferenceDate.rounded(.down)) }
            until = to.map { Date(timeIntervalSinceReferenceDate: $0.timeIntervalSinceReferenceDate.rounded(.up)) }
            if let since { firsts = try await consumer.offsets(at: since, of: partitions) }
            if let until { ends = try await consumer.offsets(at: until + Self.clockDifference, of: partitions) }
            isReadWhole = (since != nil && firsts.count < facts.count) || (until != nil && ends.count < facts.count)
        }
        let parts = partitions.compactMap { partition -> ReplayPlan.Part? in
            guard let facts = facts[partition] else { return nil }
            let end = min(facts.end, ends[partition] ?? facts.end)
            let first = max(facts.start, min(firsts[partition] ?? facts.start, end))
            return first < end ? ReplayPlan.Part(partition: partition.partition, next: first, end: end) : nil
        }
        var plan = ReplayPlan(
            mode: mode, topic: topic, group: extent.group, since: since, until: until, key: extent.key,
            clusterID: facts.values.first?.clusterID ?? "", by: administration.by,
            begun: try await administration.store.now(), total: parts.reduce(0) { $0 + $1.end - $1.next }, parts: parts)
        plan.report.isReadWhole = isReadWhole
        try await keep(plan)
        return plan
    }

    /// The replay of a topic and group that was begun and is not over; `nil` where there is none.
    public func unfinished(_ topic: Topic, _ group: String) async throws -> ReplayPlan? {
        let name = Self.place(administration.names.name(of: topic), group)
        guard let text = try await administration.store.cursor(name), !text.isEmpty else { return nil }
        return try? EventData.decode(ReplayPlan.self, from: Data(text.utf8))
    }

    /// An unfinished replay, as what is there by now lets it go on.
    /// - Throws: `AdministrationError` where the log is another one.
    public func resumed(_ plan: ReplayPlan) async throws -> ReplayPlan {
        var plan = plan
        let facts = try await BoundedRead(consumer: consumer).facts(of: [plan.topic])
        guard facts.values.allSatisfy({ $0.clusterID == plan.clusterID }) else {
            throw AdministrationError("the log of \(plan.topic) is another one than at the replay's start: begin anew")
        }
        for place in plan.parts.indices {
            guard let facts = facts[TopicPartition(plan.topic, plan.parts[place].partition)] else { continue }
            let next = min(max(plan.parts[place].next, facts.start), plan.parts[place].end)
            plan.report.deleted += max(0, next - plan.parts[place].next)
            plan.parts[place].next = next
        }
        return plan
    }

    func keep(_ plan: ReplayPlan) async throws {
        let text = String(decoding: try EventData.encode(plan), as: UTF8.self)
        _ = try await administration.store.commit([.cursor(Self.place(plan.topic, plan.group), text)])
    }

    /// It is over: nothing is left to resume.
    func end(_ plan: ReplayPlan) async throws {
        _ = try await administration.store.commit([.cursor(Self.place(plan.topic, plan.group), "")])
    }

    private static func place(_ topic: String, _ group: String) -> CursorName { CursorName("replay/\(topic)/\(group)") }

    /// Gives the records that the plan wants to `body`, each with the item it names.
    func records(
        of plan: inout ReplayPlan, progress: (Int64, Int64) -> Void,
        _ body: (inout ReplayPlan, ContactLinkID, ReplayedRecord) async throws -> Void
    ) async throws {
        var current = plan
        try await BoundedRead(consumer: consumer).records(
            in: plan.ranges, progress: { progress(current.total - current.left, current.total) }
        ) { partition, record in
            defer { current.passed(partition.partition, record.offset) }
            let key = record.key?.string
            guard current.isWanted(key: key, dated: record.timestamp) else { return }
            current.report.recordsRead += 1
            guard let key, let subject = record.header("ce_subject")?.string,
                let id = ContactLinkID(key: key, subject: subject)
            else {
                current.report.unreadable += 1
                return
            }
            try await body(&current, id, ReplayedRecord(partition, record))
        }
        plan = current
    }
}

/// A record, and where it stands.
struct ReplayedRecord {
    let partition: TopicPartition
    let record: ConsumerRecord

    init(_ partition: TopicPartition, _ record: ConsumerRecord) {
        self.partition = partition
        self.record = record
    }
}
