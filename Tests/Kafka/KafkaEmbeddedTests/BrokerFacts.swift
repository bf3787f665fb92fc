import CRDKafka

/// What a plain client of librdkafka sees of a broker.
struct BrokerFacts {
    let clusterID: String?
    /// Topic → number of partitions.
    let topics: [String: Int]

    /// `nil` where no broker answers within 10 s.
    init?(of bootstrapServers: String) {
        let settings = rd_kafka_conf_new()
        rd_kafka_conf_set(settings, "bootstrap.servers", bootstrapServers, nil, 0)
        rd_kafka_conf_set(settings, "log_level", "0", nil, 0)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, nil, 0) else { return nil }
        defer { rd_kafka_destroy(client) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        guard rd_kafka_metadata(client, 1, nil, &metadata, 10_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            return nil
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let listed = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        topics = Dictionary(
            uniqueKeysWithValues: listed.map { (String(cString: $0.topic), Int($0.partition_cnt)) })
        let id = rd_kafka_clusterid(client, 10_000)
        clusterID = id.map { String(cString: $0) }
        rd_kafka_mem_free(client, id)
    }
}
