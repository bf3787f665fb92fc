import CRDKafka

/// A topic to be made.
public struct NewTopic: Sendable, Hashable {
    public var name: String
    public var partitions: Int32
    /// `nil`: as the brokers' default says.
    public var replicas: Int32?
    /// Kafka's names and values, such as `retention.ms` and `cleanup.policy`.
    public var configuration: [String: String]

    public init(_ name: String, partitions: Int32, replicas: Int32? = nil, configuration: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicas = replicas
        self.configuration = configuration
    }
}

extension KafkaAdmin {
    /// Makes the topics that are not there; those that are stay as they are, whatever their partitions and configuration.
    /// - Returns: the names of those that were made.
    /// - Throws: `.invalid` for a topic without a name or partitions, and nothing is made; what the broker says of the first
    ///   topic that it refuses, and the others are made all the same.
    @discardableResult
    public func createTopics(_ topics: [NewTopic]) async throws(KafkaError) -> Set<String> {
        if topics.isEmpty { return [] }
        return try await connected { connection throws(KafkaError) in
            let what = "topics can't be made"
            try connection.requireController(for: what)
            var wanted: [OpaquePointer?] = []
            defer { for topic in wanted { rd_kafka_NewTopic_destroy(topic) } }
            for topic in topics { wanted.append(try topic.handle()) }
            let (made, refusal) = try connection.ask(what, RD_KAFKA_ADMIN_OP_CREATETOPICS) {
                rd_kafka_CreateTopics($0, &wanted, wanted.count, $1, $2)
            } _: {
                outcome(of: $0)
            }
            try connection.waitForTopics(made)
            if let refusal { throw refusal }
            return made
        }
    }

    /// All topics that we may see, with their numbers of partitions.
    public func partitionCounts() async throws(KafkaError) -> [String: Int32] {
        try await connected { connection throws(KafkaError) in
            try connection.withMetadata(ofTopics: true) { metadata in
                var counts: [String: Int32] = [:]
                for topic in UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt))
                where topic.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    counts[String(cString: topic.topic)] = topic.partition_cnt
                }
                return counts
            }
        }
    }

    /// The configuration of topics as it holds, defaults included; values that the broker keeps to itself are left out.
    /// - Throws: `.unknownTopic` where one is not there.
    public func configurations(ofTopics topics: Set<String>) async throws(KafkaError) -> [String: [String: String]] {
        if topics.isEmpty { return [:] }
        return try await connected { connection throws(KafkaError) in
            let what = "the configuration of topics can't be read"
            try connection.requireController(for: what)
            var wanted: [OpaquePointer?] = topics.sorted().map {
                rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
            }
            defer { for topic in wanted { rd_kafka_ConfigResource_destroy(topic) } }
            return try connection.ask(what, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { client, options, queue in
                rd_kafka_DescribeConfigs(client, &wanted, wanted.count, options, queue)
            } _: { event throws(KafkaError) in
                var count = 0
                let results = rd_kafka_DescribeConfigs_result_resources(
                    rd_kafka_event_DescribeConfigs_result(event), &count)
                var configurations: [String: [String: String]] = [:]
                for result in UnsafeBufferPointer(start: results, count: count) {
                    let name = String(cString: rd_kafka_ConfigResource_name(result))
                    let error = rd_kafka_ConfigResource_error(result)
                    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                        let detail = rd_kafka_ConfigResource_error_string(result).map { String(cString: $0) }
                        throw KafkaError(error, "the configuration of \(name) can't be read", detail: detail)
                    }
                    configurations[name] = entries(of: result)
                }
                return configurations
            }
        }
    }
}

extension NewTopic {
    /// For librdkafka; to be destroyed.
    fileprivate func handle() throws(KafkaError) -> OpaquePointer {
        guard !name.isEmpty, partitions > 0 else {
            throw KafkaError(.invalid, "there is no topic '\(name)' with \(partitions) partitions")
        }
        let (made, refusal) = withRefusal { rd_kafka_NewTopic_new(name, partitions, replicas ?? -1, $0, $1) }
        guard let made else { throw KafkaError(.invalid, "the topic '\(name)' can't be: \(refusal)") }
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) {
            let error = rd_kafka_NewTopic_set_config(made, key, value)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_NewTopic_destroy(made)
                throw KafkaError(error, "the topic \(name) can't have \(key)=\(value)")
            }
        }
        return made
    }
}

private func outcome(of event: OpaquePointer) -> (made: Set<String>, refusal: KafkaError?) {
    var count = 0
    let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
    var made: Set<String> = []
    var refusal: KafkaError?
    for result in UnsafeBufferPointer(start: results, count: count) {
        let name = String(cString: rd_kafka_topic_result_name(result))
        switch rd_kafka_topic_result_error(result) {
        case RD_KAFKA_RESP_ERR_NO_ERROR: made.insert(name)
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: break
        case let error:
            let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            refusal = refusal ?? KafkaError(error, "the topic \(name) can't be made", detail: detail)
        }
    }
    return (made, refusal)
}

private func entries(of resource: OpaquePointer?) -> [String: String] {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    var values: [String: String] = [:]
    for entry in UnsafeBufferPointer(start: entries, count: count) {
        guard let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry) else {
            continue
        }
        values[String(cString: name)] = String(cString: value)
    }
    return values
}
