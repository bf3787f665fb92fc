import CRDKafka

/// Makes topics by librdkafka's own calls, so that tests of the admin client don't rest on it. Blocks for up to 20 s.
func createTopics(_ topics: [String: Int32], on bootstrapServers: String) throws {
    if topics.isEmpty { return }
    let settings = rd_kafka_conf_new()
    rd_kafka_conf_set(settings, "bootstrap.servers", bootstrapServers, nil, 0)
    rd_kafka_conf_set(settings, "log_level", "0", nil, 0)
    guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, nil, 0) else {
        throw TestBrokerError("librdkafka gives no client")
    }
    defer { rd_kafka_destroy(client) }
    let queue = rd_kafka_queue_new(client)
    defer { rd_kafka_queue_destroy(queue) }
    var wanted: [OpaquePointer?] = topics.map { rd_kafka_NewTopic_new($0.key, $0.value, 1, nil, 0) }
    defer { for topic in wanted { rd_kafka_NewTopic_destroy(topic) } }
    rd_kafka_CreateTopics(client, &wanted, wanted.count, nil, queue)
    guard let event = rd_kafka_queue_poll(queue, 20_000) else { throw TestBrokerError("topics were not made in 20 s") }
    defer { rd_kafka_event_destroy(event) }
    guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw TestBrokerError("topics were not made: \(String(cString: rd_kafka_event_error_string(event)))")
    }
    var count = 0
    let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
    for result in UnsafeBufferPointer(start: results, count: count) {
        let error = rd_kafka_topic_result_error(result)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw TestBrokerError("a topic was not made: \(String(cString: rd_kafka_err2str(error)))")
        }
    }
}
