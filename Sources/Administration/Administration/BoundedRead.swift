import Foundation
import Kafka

/// A read of what stands in topics at this moment, beside their groups: ends are fixed at its start, nothing is committed.
struct BoundedRead {
    /// Of one read alone, without a group.
    let consumer: any RecordConsumer

    /// Gives every record of these partitions' ranges to `body`, partition by partition in the order of their offsets.
    /// - Parameter progress: told, from time to time, that more is read.
    /// - Throws: `AdministrationError` where retention overtakes the read.
    func records(
        in ranges: [TopicPartition: Range<Int64>], progress: () -> Void = {},
        _ body: (TopicPartition, ConsumerRecord) async throws -> Void
    ) async throws {
        var open = ranges.filter { !$0.value.isEmpty }
        guard !open.isEmpty else { return }
        try await consumer.assign(open.mapValues { .offset($0.lowerBound) })
        while !open.isEmpty, let event = try await consumer.next() {
            switch event {
            case .records(let batches):
                for batch in batches {
                    guard let range = open[batch.topicPartition], let last = batch.records.last else { continue }
                    for record in batch.records where range.contains(record.offset) {
                        try await body(batch.topicPartition, record)
                    }
                    let next = min(last.offset + 1, range.upperBound)
                    open[batch.topicPartition] = next < range.upperBound ? next..<range.upperBound : nil
                }
                progress()
            case .outOfRange(let partition):
                throw AdministrationError("\(partition) lost its first records while it was read: start again")
            case .trouble(let error) where [.notAuthorized, .unknownTopic].contains(error.code):
                throw error
            case .trouble, .assigned, .revoked:
                continue
            }
        }
        guard open.isEmpty else {
            let left = open.values.reduce(Int64(0)) { $0 + Int64($1.count) }
            throw AdministrationError("reading ended \(left) records too early: start again")
        }
    }

    /// Where each partition of these topics begins and ends.
    func facts(of topics: [String]) async throws -> [TopicPartition: LogFacts] {
        var partitions: [TopicPartition] = []
        for topic in topics { partitions += try await consumer.partitions(of: topic) }
        let facts = try await consumer.facts(of: partitions)
        if let partition = partitions.first(where: { facts[$0] == nil }) {
            throw AdministrationError("Kafka has no leader for \(partition) at the moment: try again")
        }
        return facts
    }
}
