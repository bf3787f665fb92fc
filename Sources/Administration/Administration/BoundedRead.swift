import Kafka

/// A read of what stands in topics at this moment, beside their groups: ends are fixed at its start, nothing is committed.
struct BoundedRead {
    /// Of one read alone, without a group.
    let consumer: any RecordConsumer

    /// Gives every record of these topics to `body`, partition by partition in the order of their offsets.
    /// - Parameters:
    ///   - offset: the first of each partition; `nil`: the log's start.
    ///   - progress: told how many offsets are passed, of how many.
    /// - Throws: `AdministrationError` where retention overtakes the read.
    func records(
        of topics: [String], from offset: Int64? = nil, progress: (Int64, Int64) -> Void = { _, _ in },
        _ body: (TopicPartition, ConsumerRecord) async throws -> Void
    ) async throws {
        var open = try await extent(of: topics, from: offset)
        let total = open.values.reduce(Int64(0)) { $0 + Int64($1.count) }
        var done: Int64 = 0
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
                    done += next - range.lowerBound
                    open[batch.topicPartition] = next < range.upperBound ? next..<range.upperBound : nil
                }
                progress(done, total)
            case .outOfRange(let partition):
                throw AdministrationError("\(partition) lost its first records while it was read: start again")
            case .trouble(let error) where [.notAuthorized, .unknownTopic].contains(error.code):
                throw error
            case .trouble, .assigned, .revoked:
                continue
            }
        }
        guard open.isEmpty else {
            throw AdministrationError("reading ended after \(done) of \(total) records: start again")
        }
    }

    /// Where each partition that has anything to read begins and ends.
    private func extent(of topics: [String], from offset: Int64?) async throws -> [TopicPartition: Range<Int64>] {
        var partitions: [TopicPartition] = []
        for topic in topics { partitions += try await consumer.partitions(of: topic) }
        let facts = try await consumer.facts(of: partitions)
        if let partition = partitions.first(where: { facts[$0] == nil }) {
            throw AdministrationError("Kafka has no leader for \(partition) at the moment: try again")
        }
        return facts.compactMapValues { facts in
            let first = max(facts.start, min(offset ?? facts.start, facts.end))
            return first < facts.end ? first..<facts.end : nil
        }
    }
}
