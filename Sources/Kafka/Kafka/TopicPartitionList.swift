import CRDKafka

/// librdkafka's list of partitions with an offset each.
struct TopicPartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>) {
        pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        }
    }

    init(_ offsets: [TopicPartition: Int64]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition).pointee.offset = offset
        }
    }

    /// Topics to subscribe to.
    init(topics: Set<String>) {
        self.init(topics.map { TopicPartition($0, RD_KAFKA_PARTITION_UA) })
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// The entries of a list of librdkafka's.
    static func entries(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) -> [(topicPartition: TopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt)).map { entry in
            (TopicPartition(String(cString: entry.topic), entry.partition), entry.offset, entry.err)
        }
    }

    var entries: [(topicPartition: TopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        Self.entries(of: pointer)
    }

    /// Throws the first error that an entry has.
    func check(_ what: String) throws(KafkaError) {
        for (topicPartition, _, error) in entries where error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(error, "\(what) (\(topicPartition))")
        }
    }
}

extension StartPosition {
    /// As librdkafka's lists have it.
    var rawOffset: Int64 {
        switch self {
        case .offset(let offset): offset
        case .logStart: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .logEnd: Int64(RD_KAFKA_OFFSET_END)
        }
    }
}
