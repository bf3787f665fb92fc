import CRDKafka
public import Foundation
public import Telemetry

/// Reads Kafka: as a member of a group that shares topics by the `range` assignor, or partitions of its own choice.
///
/// A thread of its own makes every call to librdkafka that reading needs, and runs until `close(within:)`. Positions are the
/// reader's: nothing is committed or stored by itself, and a partition is read from where `assign` says.
///
/// What waits for the reader is bounded (2 MiB, and 8 MiB and a fetch in librdkafka); a reader that stops asking while something waits
/// loses its partitions to other members after librdkafka's `max.poll.interval.ms`, at one and a half times it at the latest.
public final class KafkaConsumer: RecordConsumer {
    private let exchange: ConsumerExchange
    private let queries: ConsumerQueries
    private let requestTimeout: Duration

    /// A member of `group` that shares `topics`. It connects in the background: trouble comes as events.
    /// - Parameter requestTimeout: for commits, facts and partitions.
    /// - Throws: `.invalid` where the configuration can't be.
    public convenience init(
        _ configuration: KafkaConfiguration, group: String, topics: Set<String>,
        requestTimeout: Duration = .seconds(10), logger: Logger
    ) throws(KafkaError) {
        guard !group.isEmpty, !topics.isEmpty else {
            throw KafkaError(.invalid, "a group and its topics must be named")
        }
        try self.init(configuration, Membership(group: group, topics: topics), requestTimeout, logger)
    }

    /// A consumer without a group, which reads what it assigns to itself.
    public convenience init(
        withoutGroup configuration: KafkaConfiguration, requestTimeout: Duration = .seconds(10), logger: Logger
    ) throws(KafkaError) {
        try self.init(configuration, nil, requestTimeout, logger)
    }

    private struct Membership {
        let group: String
        let topics: Set<String>
    }

    private init(
        _ configuration: KafkaConfiguration, _ membership: Membership?, _ requestTimeout: Duration, _ logger: Logger
    ) throws(KafkaError) {
        let settings = try ClientSettings.of(
            configuration,
            defaults: [
                "session.timeout.ms": "10000",
                "heartbeat.interval.ms": "2000",
                "max.poll.interval.ms": "300000",
                // What is fetched ahead: see docs/decisions/0023. Before 2.2.0 librdkafka looks again a second after it has found enough
                // there: with much less it would stand still often.
                "queued.min.messages": "10000",
                "queued.max.messages.kbytes": "8192",
                // Compressed bytes, which may be many times as many in memory: of a partition, and of a fetch. A broker sends a batch that
                // is larger all the same, alone. The second can't be less than message.max.bytes, which librdkafka takes for the most
                // that a batch of zstd may hold too.
                "fetch.message.max.bytes": "16384",
                "fetch.max.bytes":
                    "\(max(1_000_000, configuration.properties["message.max.bytes"].flatMap { Int($0) } ?? 0))",
                "fetch.wait.max.ms": "100",
                "reconnect.backoff.max.ms": "1000",
                // A broker that hangs: after librdkafka's own minute another would long be the leader.
                "socket.timeout.ms": "10000",
                // The kernel goes on taking connections for it: whoever comes back to it before another leads waits no longer than this.
                "api.version.request.timeout.ms": "3000",
                // Before 2.10.0 librdkafka leaves Nagle's algorithm on.
                "socket.nagle.disable": "true",
            ],
            required: [
                // Without a group none is used; librdkafka's assignments want a name for one nevertheless.
                "group.id": membership?.group ?? configuration.clientID,
                // Eager: cooperative rebalances have five faults before 2.10.0 (issues 4059, 4312, 4527, 4783, and 4908). With range
                // a member gets the same partition numbers of all its topics.
                "partition.assignment.strategy": "range",
                "enable.auto.commit": "false",
                "enable.auto.offset.store": "false",
                // An offset outside the log is an event, not silently another offset.
                "auto.offset.reset": "error",
                // Since 2.2 an end-of-partition message in a batch moves the position (until 2.13.2).
                "enable.partition.eof": "false",
            ])
        ConsumerContext.register(in: settings)
        let context = ConsumerContext(log: logger)
        let client = try LibrdkafkaClient(RD_KAFKA_CONSUMER, configuration, settings, context)
        // Errors and callbacks come by the consumer's queue too.
        rd_kafka_poll_set_consumer(client.handle)
        guard let queue = rd_kafka_queue_get_consumer(client.handle), let results = rd_kafka_queue_new(client.handle)
        else {
            client.destroy()
            throw KafkaError(.other, "librdkafka gives no queues")
        }
        exchange = ConsumerExchange(limits: ConsumerBuffer.Limits())
        queries = ConsumerQueries(client, hasGroup: membership != nil, timeout: requestTimeout)
        self.requestTimeout = requestTimeout
        if let membership {
            let topics = TopicPartitionList(topics: membership.topics)
            let error = rd_kafka_subscribe(client.handle, topics.pointer)
            if error != RD_KAFKA_RESP_ERR_NO_ERROR {
                rd_kafka_queue_destroy(queue)
                rd_kafka_queue_destroy(results)
                client.destroy()
                throw KafkaError(error, "the topics can't be subscribed to")
            }
        }
        let longestPollInterval = settings.value(of: "max.poll.interval.ms").flatMap { Int($0) } ?? 300_000
        let start = ThreadStart(
            thread: ConsumerThread(
                exchange, client, context, queries, queue: queue, commitResults: results, hasGroup: membership != nil,
                longestPollInterval: .milliseconds(longestPollInterval)))
        Thread.detachNewThread { start.thread.run() }
    }

    /// What the new thread is given. Unchecked: nobody else has it.
    private struct ThreadStart: @unchecked Sendable {
        let thread: ConsumerThread
    }

    deinit { exchange.beginClosing(by: .now + .seconds(5)) }

    /// For how long the consumer's thread has not come round; it does so every half second.
    public var sinceLastBeat: Duration { queries.sinceLastBeat }

    /// For tests that make librdkafka fail.
    var handle: OpaquePointer { queries.handle }
    /// For tests of the bounds.
    var waitingBytes: Int { exchange.change { $0.waitingBytes } }
    var heldBytes: Int { exchange.change { $0.heldBytes } }
    func isThrottled() async throws(KafkaError) -> Bool {
        try await exchange.ask(within: requestTimeout) { reply in
            exchange.post { reply.finish(.success($0.isThrottled)) }
        }
    }

    public func next() async throws(KafkaError) -> ConsumerEvent? {
        try await exchange.next()
    }

    public func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        try await call { (thread) throws(KafkaError) in try thread.assign(positions) }
    }

    public func release() async throws(KafkaError) {
        try await call { $0.release() }
    }

    public func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {
        try await call { (thread) throws(KafkaError) in try thread.seek(topicPartition, to: position) }
    }

    public func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {
        try await call { (thread) throws(KafkaError) in try thread.pause(partitions) }
    }

    public func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {
        try await call { $0.resume(pausedByReader: partitions) }
    }

    public func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        try await exchange.ask(within: requestTimeout) { reply in exchange.post { $0.commit(offsets, reply) } }
    }

    public func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        try await exchange.ask(within: requestTimeout + .seconds(1)) { queries.facts(of: partitions, $0) }
    }

    public func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        try await exchange.ask(within: requestTimeout + .seconds(1)) { queries.partitions(of: topic, $0) }
    }

    public func offsets(
        at time: Date, of partitions: [TopicPartition]
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await exchange.ask(within: requestTimeout + .seconds(1)) { queries.offsets(at: time, of: partitions, $0) }
    }

    public func close(within timeout: Duration) async {
        let deadline = ContinuousClock.now + timeout
        exchange.beginClosing(by: deadline)
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [exchange] in
                exchange.waitForEnd(until: deadline)
                continuation.resume()
            }
        }
    }

    /// Has a call made on the consumer's thread.
    private func call(
        _ body: @escaping @Sendable (ConsumerThread) throws(KafkaError) -> Void
    ) async throws(KafkaError) {
        try await exchange.ask(within: requestTimeout) { (reply: Reply<Void>) in
            exchange.post { thread in reply.finish { () throws(KafkaError) in try body(thread) } }
        }
    }
}
