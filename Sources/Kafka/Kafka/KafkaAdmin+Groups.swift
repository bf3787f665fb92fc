import CRDKafka

/// A consumer group as the brokers know it.
public struct ConsumerGroupListing: Sendable, Hashable {
    public let id: String
    /// Kafka's word: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, `CompletingRebalance`, `Unknown`.
    public let state: String
}

extension KafkaAdmin {
    /// All groups that we may see, in the order of their ids.
    public func groups() async throws(KafkaError) -> [ConsumerGroupListing] {
        try await connected { connection throws(KafkaError) in
            let what = "groups can't be listed"
            try connection.requireController(for: what)
            return try connection.repeatedly { () throws(KafkaError) in
                try connection.ask(what, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS) {
                    rd_kafka_ListConsumerGroups($0, $1, $2)
                } _: { event throws(KafkaError) in
                    try listedGroups(of: event, what)
                }
            }
        }
    }

    /// What a group has committed of these partitions: the offset of the next record to read. A partition of which it has
    /// committed nothing is left out.
    public func offsets(
        ofGroup group: String, _ partitions: Set<TopicPartition>
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        return try await connected(group: group) { connection throws(KafkaError) in
            let what = "the offsets of the group \(group) can't be read"
            let list = TopicPartitionList(partitions)
            return try connection.repeatedly { () throws(KafkaError) in
                try connection.readCommitted(list, what)
                try list.check(what)
                var offsets: [TopicPartition: Int64] = [:]
                for (partition, offset, _) in list.entries where offset >= 0 { offsets[partition] = offset }
                return offsets
            }
        }
    }

    /// Sets what a group without members has committed; a group that is not there is made by it.
    /// - Throws: `.invalid` where the group has members.
    public func setOffsets(ofGroup group: String, _ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        if offsets.isEmpty { return }
        let what = "the offsets of the group \(group) can't be set"
        if let (partition, offset) = offsets.first(where: { $0.value < 0 }) {
            throw KafkaError(.invalid, "\(what): \(offset) is no offset for \(partition)")
        }
        try await connected(group: group) { connection throws(KafkaError) in
            let list = TopicPartitionList(offsets)
            do throws(KafkaError) {
                try connection.repeatedly { () throws(KafkaError) in try connection.commit(list, what) }
            } catch {
                guard error.code == .notAssigned else { throw error }
                // The broker takes us for a member that it does not know.
                throw KafkaError(.invalid, "\(what): it has members; stop them first")
            }
        }
    }
}

private func listedGroups(of event: OpaquePointer, _ what: String) throws(KafkaError) -> [ConsumerGroupListing] {
    let result = rd_kafka_event_ListConsumerGroups_result(event)
    var count = 0
    // A broker that does not answer may hide groups: that is not a list to act on.
    if let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count), count > 0 {
        throw KafkaError(
            rd_kafka_error_code(errors[0]), what, detail: String(cString: rd_kafka_error_string(errors[0])))
    }
    let listings = rd_kafka_ListConsumerGroups_result_valid(result, &count)
    return UnsafeBufferPointer(start: listings, count: count).map { listing in
        ConsumerGroupListing(
            id: String(cString: rd_kafka_ConsumerGroupListing_group_id(listing)),
            state: String(cString: rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(listing))))
    }.sorted { $0.id < $1.id }
}
