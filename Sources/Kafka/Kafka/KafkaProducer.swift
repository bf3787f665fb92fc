import CRDKafka
import CRuntime
import Foundation
public import Runtime
import Synchronization
public import Telemetry

/// Sends records to Kafka: idempotent, acknowledged by all in-sync replicas, compressed, partitioned as Java's producers do.
///
/// `send` may be called by any number of tasks at once; a batch's records reach each partition in their order. One thread of
/// the producer's own takes librdkafka's events and wakes who waits; nothing polls by the clock. That thread keeps the producer
/// alive until `close(within:)`, which must be called.
public final class KafkaProducer: RecordProducer {
    /// A queue or a topic of librdkafka's. Unchecked: they may be used from any thread.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let client: LibrdkafkaClient
    /// The main queue, served by the producer's thread alone.
    private let events: Handle
    private let topics = Mutex<[String: Handle]>([:])
    private let queue = Mutex(ProducerQueue())
    private let deliveryTimeout: Duration
    private let logger: Logger
    private let time: any TimeSource

    /// For tests that make librdkafka fail.
    var handle: OpaquePointer { client.handle }

    /// Connects in the background: it succeeds where no broker can be reached.
    /// - Parameter deliveryTimeout: `send` returns within this time and about a second, in which librdkafka notices that it is
    ///   over. A quarter of it is for waiting while the queue is full.
    /// - Throws: `.invalid` where the configuration can't be.
    public init(
        _ configuration: KafkaConfiguration, deliveryTimeout: Duration = .seconds(7), logger: Logger,
        time: any TimeSource = SystemTime()
    ) throws(KafkaError) {
        let timeout = max(1, min(deliveryTimeout * 0.75 / .milliseconds(1), 1e9))
        let settings = try ClientSettings.of(
            configuration,
            defaults: [
                "compression.type": "lz4",
                "linger.ms": "5",
                "queue.buffering.max.kbytes": "65536",
                // A broker that is back is noticed well within the delivery timeout.
                "reconnect.backoff.max.ms": "1000",
                // A broker that hangs: after librdkafka's own minute another would long be the leader.
                "socket.timeout.ms": "10000",
                // The kernel goes on taking connections for it: whoever comes back to it before another leads waits no longer than this.
                "api.version.request.timeout.ms": "3000",
                // A topic that is not there is told as that, not as a time-out.
                "topic.metadata.propagation.max.ms": "3000",
                // Before 2.10.0 librdkafka leaves Nagle's algorithm on.
                "socket.nagle.disable": "true",
            ],
            required: [
                "enable.idempotence": "true",
                // Java's producers choose so; librdkafka's own choice is another.
                "partitioner": "murmur2_random",
                "message.timeout.ms": "\(Int(timeout))",
            ])
        rd_kafka_conf_set_events(settings.handle, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        client = try LibrdkafkaClient(RD_KAFKA_PRODUCER, configuration, settings, ClientContext(log: logger))
        guard let events = rd_kafka_queue_get_main(client.handle) else {
            client.destroy()
            throw KafkaError(.other, "librdkafka gives no event queue")
        }
        self.events = Handle(pointer: events)
        self.deliveryTimeout = deliveryTimeout
        self.logger = logger.labelled("Kafka")
        self.time = time
        Thread.detachNewThread { self.run() }
    }

    public func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        precondition(records.count < 1 << ProducerBatch.placeBits, "a batch of more than 16 million records")
        if records.isEmpty { return [] }
        let batch = ProducerBatch(count: records.count)
        guard let number = queue.withLock({ $0.add(batch) }) else {
            let reason = ending
            return records.map { _ in .failure(reason) }
        }
        await enqueue(records, of: batch, number)
        let outcomes = await batch.wait()
        return zip(records, outcomes).map { result(of: $0, $1) }
    }

    /// Takes no more records, waits until those on their way are acknowledged, gives up on the rest when `timeout` is over, and
    /// ends. Returns at most three seconds after that. Called again, it waits for the same end.
    public func close(within timeout: Duration) async {
        let deadline = time.uptime + timeout
        let (isFirst, waiting) = queue.withLock { queue in
            (queue.close(at: deadline), queue.end(KafkaError(.closed, "the producer has been closed")))
        }
        for waiter in waiting { waiter.continuation.resume() }
        if isFirst {
            rd_kafka_queue_yield(events.pointer)
            queue.withLock { $0.leave() }
        }
        await withCheckedContinuation { continuation in
            let waits = queue.withLock { $0.waitForEnd(continuation) }
            if !waits { continuation.resume() }
        }
    }

    private var ending: KafkaError {
        queue.withLock { $0.ending } ?? KafkaError(.closed, "the producer has been closed")
    }

    // MARK: Senders

    /// Hands the records to librdkafka, waiting where its queue is full; what can't be queued is settled here.
    private func enqueue(_ records: [ProducerRecord], of batch: ProducerBatch, _ number: UInt64) async {
        let deadline = time.uptime + deliveryTimeout * 0.25
        var encoded: EncodedRecords?
        var next = 0
        var leftOver = RD_KAFKA_RESP_ERR__DESTROY
        while let seen = queue.withLock({ $0.enter() }) {
            // Made here, as the topics' handles are librdkafka's too.
            var work = encoded ?? EncodedRecords(records, tokens: number << ProducerBatch.placeBits, topic: topic)
            encoded = nil
            next = work.produce(to: client.handle, from: next)
            if work.hasFatalError { noteFatalError() }
            encoded = work
            guard next < records.count, time.uptime < deadline else {
                leftOver = RD_KAFKA_RESP_ERR__QUEUE_FULL
                queue.withLock { $0.leave() }
                break
            }
            await waitForRoom(until: deadline, since: seen)
        }
        var refused = encoded?.refused(before: next) ?? []
        for place in next..<records.count { refused.append((place, leftOver)) }
        if !refused.isEmpty && batch.refuse(refused) { queue.withLock { $0.remove(number) } }
    }

    /// Returns when room may have come, nothing more is sent, or the time is over. Leaves librdkafka.
    private func waitForRoom(until deadline: Duration, since seen: UInt64) async {
        await withCheckedContinuation { continuation in
            let waits = queue.withLock {
                $0.wait(ProducerQueue.RoomWaiter(deadline: deadline, continuation: continuation), since: seen)
            }
            // The thread has a deadline more to watch.
            if waits { rd_kafka_queue_yield(events.pointer) }
            queue.withLock { $0.leave() }
            if !waits { continuation.resume() }
        }
    }

    private func topic(_ name: String) -> Result<OpaquePointer, TopicRefusal> {
        if let known = topics.withLock({ $0[name] }) { return .success(known.pointer) }
        // librdkafka would ask the broker for a topic without a name.
        guard !name.isEmpty else { return .failure(TopicRefusal(code: RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)) }
        guard let handle = rd_kafka_topic_new(client.handle, name, nil) else {
            return .failure(TopicRefusal(code: rd_kafka_last_error()))
        }
        let topic = Handle(pointer: handle)
        let isKnown = topics.withLock { topics in
            if topics[name] != nil { return true }
            topics[name] = topic
            return false
        }
        // Another sender was faster: librdkafka has counted a reference more to the same topic.
        if isKnown { rd_kafka_topic_destroy(handle) }
        return .success(handle)
    }

    private func result(
        of record: ProducerRecord, _ outcome: ProducerBatch.Outcome
    ) -> Result<RecordPosition, KafkaError> {
        if outcome.error == RD_KAFKA_RESP_ERR_NO_ERROR {
            return .success(
                RecordPosition(
                    TopicPartition(record.topic, outcome.partition), offset: outcome.offset < 0 ? nil : outcome.offset))
        }
        switch outcome.error {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
            return .failure(
                KafkaError(
                    .timedOut, "a record for \(record.topic) was not sent: the queue stayed full", isRetriable: true))
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            return .failure(
                KafkaError(
                    .timedOut, "no acknowledgement of a record for \(record.topic) came within \(deliveryTimeout)",
                    isRetriable: true))
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
            RD_KAFKA_RESP_ERR__DESTROY:
            let reason = ending
            let mayHaveArrived = outcome.error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT
            let fate = mayHaveArrived ? "is not acknowledged and may have arrived" : "is not acknowledged"
            return .failure(KafkaError(reason.code, "a record for \(record.topic) \(fate): \(reason.message)"))
        default:
            return .failure(KafkaError(outcome.error, "a record for \(record.topic)"))
        }
    }

    // MARK: The thread

    private func run() {
        cruntime_name_thread("kafka-producer")
        let reports = UnsafeMutableBufferPointer<crdkafka_report>.allocate(capacity: 1024)
        defer { reports.deallocate() }
        var purged: Duration?
        while true {
            let (deadline, closing, isIdle) = queue.withLock {
                ($0.nextDeadline, $0.closing, !$0.hasBatches && !$0.hasCallers)
            }
            let now = time.uptime
            if let closing {
                if isIdle { break }
                if let purged {
                    if now > purged + .seconds(2) { abandonAll() }
                } else if now >= closing {
                    rd_kafka_purge(
                        client.handle,
                        RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
                    purged = now
                }
            }
            for waiter in queue.withLock({ $0.expired(at: now) }) { waiter.continuation.resume() }
            if let event = rd_kafka_queue_poll(
                events.pointer, patience(until: deadline, now, isClosing: closing != nil))
            {
                take(event, reports)
            }
        }
        for (_, topic) in topics.withLock({ $0 }) { rd_kafka_topic_destroy(topic.pointer) }
        rd_kafka_queue_destroy(events.pointer)
        // Before the handle: what librdkafka still has to end does not concern who closes.
        for closer in queue.withLock({ $0.finish() }) { closer.resume() }
        client.destroy()
    }

    /// How long to wait for an event, in milliseconds.
    private func patience(until deadline: Duration?, _ now: Duration, isClosing: Bool) -> Int32 {
        // The last sender to give up raises no event.
        if isClosing { return 10 }
        guard let deadline else { return 1000 }
        return Int32(min(1000, max(0, ((deadline - now) / .milliseconds(1)).rounded(.up))))
    }

    private func take(_ event: OpaquePointer, _ reports: UnsafeMutableBufferPointer<crdkafka_report>) {
        let type = rd_kafka_event_type(event)
        switch type {
        case RD_KAFKA_EVENT_DR:
            while true {
                let count = crdkafka_take_reports(event, reports.baseAddress, reports.count)
                if count == 0 { break }
                settle(UnsafeBufferPointer(rebasing: reports[..<count]))
            }
        case RD_KAFKA_EVENT_ERROR:
            if rd_kafka_event_error_is_fatal(event) != 0 {
                noteFatalError()
            } else {
                // librdkafka's log lines have said it at their own level.
                logger.debug("\(String(cString: rd_kafka_event_error_string(event)))")
            }
        default: break
        }
        rd_kafka_event_destroy(event)
        // Only now are the messages' places in the queue free.
        if type == RD_KAFKA_EVENT_DR {
            for waiter in queue.withLock({ $0.room() }) { waiter.continuation.resume() }
        }
    }

    /// Hands each batch its reports, neighbours at once.
    private func settle(_ reports: UnsafeBufferPointer<crdkafka_report>) {
        var start = 0
        while start < reports.count {
            let number = reports[start].token >> ProducerBatch.placeBits
            var end = start + 1
            while end < reports.count, reports[end].token >> ProducerBatch.placeBits == number { end += 1 }
            let batch = queue.withLock { $0.batches[number] }
            if let batch, batch.settle(reports[start..<end]) { queue.withLock { $0.remove(number) } }
            start = end
        }
    }

    /// Notes that librdkafka's idempotent producer can't go on, and gives up on what is on its way. The caller is inside
    /// librdkafka, or the producer's thread.
    private func noteFatalError() {
        guard let fatal = KafkaError.fatal(of: client.handle) else { return }
        for waiter in queue.withLock({ $0.end(fatal) }) { waiter.continuation.resume() }
        rd_kafka_purge(
            client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
        logger.error("\(fatal.message)")
    }

    private func abandonAll() {
        for batch in queue.withLock({ $0.abandonAll() }) { batch.abandon() }
    }
}
