import CRDKafka
import Glibc
import Telemetry

/// A client of librdkafka for one call of `KafkaAdmin`. Its functions block; it must be closed.
struct AdminConnection {
    private let client: LibrdkafkaClient
    private let queue: OpaquePointer
    private let servers: String
    private let deadline: ContinuousClock.Instant

    /// - Parameter group: whose offsets it is about. The group is not joined.
    init(
        _ configuration: KafkaConfiguration, group: String? = nil, timeout: Duration, _ logger: Logger
    ) throws(KafkaError) {
        var configuration = configuration
        configuration.properties["group.id"] = group
        let settings = try ClientSettings.of(
            configuration,
            defaults: [
                "reconnect.backoff.max.ms": "1000",
                "socket.nagle.disable": "true",
            ],
            required: ["enable.auto.commit": "false"])
        client = try LibrdkafkaClient(
            group == nil ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, configuration, settings, ClientContext(log: logger))
        guard let queue = rd_kafka_queue_new(client.handle) else {
            client.destroy()
            throw KafkaError(.other, "librdkafka gives no event queue")
        }
        self.queue = queue
        servers = configuration.bootstrapServers
        deadline = .now + timeout
    }

    func close() {
        rd_kafka_queue_destroy(queue)
        client.destroy()
    }

    /// What the brokers tell of themselves and, where it is asked for, of all topics. Valid inside `body` only.
    func withMetadata<Value>(
        ofTopics: Bool, _ body: (rd_kafka_metadata) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.handle, ofTopics ? 1 : 0, nil, &metadata, milliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            let cause = KafkaError(error, "no broker of \(servers) answers")
            throw cause.code == .timedOut ? KafkaError(.unreachable, cause.message, isRetriable: true) : cause
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        return try body(metadata.pointee)
    }

    /// Finds out in one round trip whether the brokers have a controller, without which librdkafka waits in vain. Its mock
    /// cluster names one that is not there.
    func requireController(for what: String) throws(KafkaError) {
        let brokers = try withMetadata(ofTopics: false) { metadata in
            UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map(\.id)
        }
        let controller = rd_kafka_controllerid(client.handle, min(milliseconds, 2500))
        if brokers.contains(controller) { return }
        if controller < 0 {
            throw KafkaError(.unreachable, "\(what): the cluster has no controller at the moment", isRetriable: true)
        }
        throw KafkaError(
            .notSupported,
            "\(what): the broker at \(servers) can't do that, it has no controller; it looks like the embedded broker, whose "
                + "topics are made at its start")
    }

    /// Returns once the brokers name these topics with a leader for each partition: with KRaft that is some time after they have
    /// acknowledged their creation.
    func waitForTopics(_ names: Set<String>) throws(KafkaError) {
        while true {
            let ready = try withMetadata(ofTopics: true) { metadata in
                UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).filter { topic in
                    topic.err == RD_KAFKA_RESP_ERR_NO_ERROR
                        && UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                            .allSatisfy { $0.leader >= 0 }
                }.map { String(cString: $0.topic) }
            }
            let missing = names.subtracting(ready)
            if missing.isEmpty { return }
            guard deadline > .now else {
                let list = missing.sorted().joined(separator: ", ")
                throw KafkaError(.timedOut, "made, but not in use yet by the brokers: \(list)", isRetriable: true)
            }
            usleep(20_000)
        }
    }

    /// Makes a request of librdkafka's admin interface and gives its result to `read`.
    /// - Parameters:
    ///   - what: what is being done, for errors.
    ///   - request: starts it, for the queue given.
    func ask<Value>(
        _ what: String, _ operation: rd_kafka_admin_op_t,
        _ request: (_ client: OpaquePointer, _ options: OpaquePointer?, _ queue: OpaquePointer) -> Void,
        _ read: (_ event: OpaquePointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        let options = rd_kafka_AdminOptions_new(client.handle, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        try check(rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0), what)
        request(client.handle, options, queue)
        return try answer(to: what, read)
    }

    /// Reads what the connection's group has committed of the list's partitions into the list.
    ///
    /// Not by librdkafka's ListConsumerGroupOffsets: where the group's coordinator is not ready, 2.0.2 reads through a null
    /// pointer there and takes the process down.
    func readCommitted(_ list: borrowing TopicPartitionList, _ what: String) throws(KafkaError) {
        try check(rd_kafka_committed(client.handle, list.pointer, milliseconds), what)
    }

    /// Commits the list's offsets for the connection's group, as a consumer does that assigns itself. Not by
    /// AlterConsumerGroupOffsets, for the same reason.
    func commit(_ list: borrowing TopicPartitionList, _ what: String) throws(KafkaError) {
        try check(rd_kafka_commit_queue(client.handle, list.pointer, queue, nil, nil), what)
        try answer(to: what) { event throws(KafkaError) in
            guard let committed = rd_kafka_event_topic_partition_list(event) else { return }
            for (partition, _, error) in TopicPartitionList.entries(of: committed)
            where error != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(error, "\(what) (\(partition))")
            }
        }
    }

    /// Waits for the event that answers a request. librdkafka answers by its own timeout too: the second is for that.
    private func answer<Value>(
        to what: String, _ read: (_ event: OpaquePointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        guard let event = rd_kafka_queue_poll(queue, milliseconds + 1000) else {
            throw KafkaError(.timedOut, "\(what): no answer from \(servers)", isRetriable: true)
        }
        defer { rd_kafka_event_destroy(event) }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, what, detail: rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return try read(event)
    }

    /// Does something again while the time lasts, where it fails for a cause that may pass: on a fresh cluster the first question
    /// makes the topic that keeps groups, and its partitions take a moment to be ready.
    func repeatedly<Value>(_ body: () throws(KafkaError) -> Value) throws(KafkaError) -> Value {
        while true {
            do throws(KafkaError) {
                return try body()
            } catch {
                let mayPass = [.unreachable, .timedOut].contains(error.code)
                guard mayPass, deadline > .now + .milliseconds(100) else { throw error }
                usleep(100_000)
            }
        }
    }

    private func check(_ error: rd_kafka_resp_err_t, _ what: String) throws(KafkaError) {
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error, what) }
    }

    /// What is left of the time.
    private var milliseconds: Int32 {
        Int32(max(1, min((deadline - .now) / .milliseconds(1), 3_600_000)))
    }
}
