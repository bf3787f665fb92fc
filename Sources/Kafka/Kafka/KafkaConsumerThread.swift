import CRDKafka
import CRuntime
import Telemetry

/// The thread that makes a consumer's calls to librdkafka, and what it knows. Everything here happens on that thread.
///
/// One thread, because librdkafka before 2.1.0 loses and misdelivers records of a batch while another thread seeks, pauses or
/// rebalances (confluentinc/librdkafka pull request 4208).
final class ConsumerThread {
    let exchange: ConsumerExchange
    let client: LibrdkafkaClient
    let context: ConsumerContext
    let queries: ConsumerQueries
    let hasGroup: Bool
    let log: Logger
    /// Where records, errors and rebalances come.
    let queue: OpaquePointer
    /// Where the results of commits come.
    let commitResults: OpaquePointer
    /// A reader that asks for nothing for this long while something waits is left to librdkafka's max.poll.interval.ms.
    private let readerPatience: Duration
    private let space = CopyingSpace()
    /// Few: a record that waits keeps all that was taken of its partition with it in memory.
    private let messages = UnsafeMutableBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: 256)

    // MARK: Assignment

    /// What the group has given us; without a group, what we have given ourselves.
    var given: Set<TopicPartition> = []
    /// The partitions are to be given back, and the reader has not done so yet.
    var isRevoking = false
    /// The partitions that are read, and where the next record is.
    var reading: [TopicPartition: StartPosition] = [:]
    /// Those whose position is outside the log: nothing is read of them until it is moved.
    var outside: Set<TopicPartition> = []
    /// The partitions that librdkafka has paused for us. Before 2.4.0 it goes on from a stale offset where a partition is resumed
    /// that was not paused (issue 4636), and it keeps pauses across assignments (issue 1802): we know what we paused.
    var paused: Set<TopicPartition> = []
    /// Everything is paused, since the reader does not keep up.
    var isThrottled = false
    private var fullSince: ContinuousClock.Instant?
    /// When librdkafka was last given what to read, and when it is to be given it anew.
    var assigned: ContinuousClock.Instant?
    var assignAt: ContinuousClock.Instant?

    // MARK: Commits

    var commits: [Int: Reply<Void>] = [:]
    var lastCommit = 0

    init(
        _ exchange: ConsumerExchange, _ client: LibrdkafkaClient, _ context: ConsumerContext,
        _ queries: ConsumerQueries,
        queue: OpaquePointer, commitResults: OpaquePointer, hasGroup: Bool, longestPollInterval: Duration
    ) {
        self.exchange = exchange
        self.client = client
        self.context = context
        self.queries = queries
        self.queue = queue
        self.commitResults = commitResults
        self.hasGroup = hasGroup
        log = context.log
        readerPatience = longestPollInterval / 2
    }

    deinit { messages.deallocate() }

    func run() {
        cruntime_name_thread("kafka-consumer")
        let exchange = Unmanaged.passUnretained(exchange).toOpaque()
        rd_kafka_queue_cb_event_enable(queue, wakeThread, exchange)
        rd_kafka_queue_cb_event_enable(commitResults, wakeThread, exchange)
        while self.exchange.closing == nil {
            queries.beat()
            makeCalls()
            assignWhenDue()
            serve()
            self.exchange.expireReplies()
            // librdkafka wakes us only when an empty queue gets something, and such a wake-up may be lost (issue 840).
            let longest = ContinuousClock.now + .milliseconds(fullSince == nil ? 500 : 100)
            self.exchange.waitForWork(until: min(longest, assignAt ?? longest))
        }
        close()
    }

    func makeCalls() {
        for call in exchange.takeCalls() { call(self) }
    }

    // MARK: Reading

    /// Takes what librdkafka has, as long as there is room for it.
    private func serve() {
        // Polling any queue counts as life for librdkafka before 2.3.0 (pull request 4176 and later): none is polled for a reader
        // that stands still, and the group gives its partitions to others.
        if exchange.isReaderStalled(for: readerPatience) { return }
        serveCommitResults()
        while mayTake() {
            let count = rd_kafka_consume_batch_queue(queue, 0, messages.baseAddress, messages.count)
            if count > 0 {
                take(UnsafeMutableBufferPointer(rebasing: messages[..<count]))
                // Within the loop: librdkafka fetches as fast as it is emptied, and what is put aside of paused partitions counts for
                // no other bound.
                synchronisePauses()
            } else {
                takeNotes()
                break
            }
            makeCalls()
            if exchange.closing != nil { return }
        }
        synchronisePauses()
    }

    /// Whether the queue may be served. While the reader does not keep up, for a second nothing is taken; then all partitions are
    /// paused, so that rebalances and errors come through and nothing else does.
    private func mayTake() -> Bool {
        if exchange.hasRoom(isThrottled: isThrottled) {
            fullSince = nil
            isThrottled = false
            return true
        }
        let since = fullSince ?? .now
        fullSince = since
        if !isThrottled && .now - since >= .seconds(1) {
            isThrottled = true
            synchronisePauses()
        }
        return isThrottled
    }

    /// Delivers a batch and gives its messages back.
    func take(_ messages: UnsafeMutableBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>) {
        // A batch may hold records from before a rebalance that was called back while it was gathered (before 2.1.0).
        let isOutdated = takeNotes()
        var batches: [RecordBatch] = []
        var events: [ConsumerEvent] = []
        var start = 0
        while start < messages.count {
            let rest = UnsafeBufferPointer(rebasing: messages[start...])
            let length = crdkafka_run(rest.baseAddress, rest.count)
            if length > 0 {
                let run = UnsafeBufferPointer(rebasing: rest[..<length])
                if isOutdated {
                    crdkafka_destroy_messages(run.baseAddress, run.count)
                } else if let batch = batch(of: run) {
                    batches.append(batch)
                }
                start += length
            } else {
                if let event = event(of: rest[0]) {
                    events.append(event)
                    if case .outOfRange(let topicPartition) = event {
                        batches.removeAll { $0.topicPartition == topicPartition }
                    }
                }
                crdkafka_destroy_messages(rest.baseAddress, 1)
                start += 1
            }
        }
        exchange.change { buffer in
            for batch in batches { buffer.append(batch) }
            for event in events { buffer.append(event) }
        }
    }

    /// The records of one partition's messages, which are given back; `nil` where nothing of them is wanted.
    private func batch(of messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>) -> RecordBatch? {
        guard let first = messages[0]?.pointee, let last = messages[messages.count - 1]?.pointee else { return nil }
        let topicPartition = TopicPartition(String(cString: rd_kafka_topic_name(first.rkt)), first.partition)
        let passedOver =
            switch reading[topicPartition] {
            case nil: messages.count
            case _ where isRevoking: messages.count
            // What was delivered before is not delivered again, wherever librdkafka goes on after a pause.
            case .offset(let expected)?: messages.prefix { ($0?.pointee.offset ?? 0) < expected }.count
            default: 0
            }
        let lastOffset = last.offset
        crdkafka_destroy_messages(messages.baseAddress, passedOver)
        if passedOver == messages.count { return nil }
        reading[topicPartition] = .offset(lastOffset + 1)
        return RecordBatch(topicPartition, taking: UnsafeBufferPointer(rebasing: messages[passedOver...]), by: space)
    }

    /// What a message that is an error means.
    private func event(of message: UnsafeMutablePointer<rd_kafka_message_t>?) -> ConsumerEvent? {
        guard let message else { return nil }
        let error = message.pointee.err
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) }
        let topicPartition = message.pointee.rkt.map {
            TopicPartition(String(cString: rd_kafka_topic_name($0)), message.pointee.partition)
        }
        switch error {
        case RD_KAFKA_RESP_ERR__FATAL:
            fail()
            return nil
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            guard let topicPartition, reading[topicPartition] != nil, !isRevoking else { return nil }
            outside.insert(topicPartition)
            log.notice("the position is outside the log", ["partition": "\(topicPartition)", "reason": detail ?? ""])
            return .outOfRange(topicPartition)
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED where !hasGroup:
            // librdkafka looks for the coordinator of a group that we do not use.
            return nil
        default:
            let place = topicPartition.map { $0.partition >= 0 ? "reading \($0)" : "reading \($0.topic)" }
            return .trouble(KafkaError(error, place ?? "reading", detail: detail))
        }
    }

    /// Looks at what the callbacks have noted. Returns whether there was a rebalance.
    @discardableResult
    func takeNotes() -> Bool {
        if !context.troubles.isEmpty {
            let troubles = context.troubles
            context.troubles = []
            for error in troubles {
                if error.code == .fatal { fail() } else { exchange.change { $0.append(.trouble(error)) } }
            }
        }
        if context.rebalances.isEmpty { return false }
        let rebalances = context.rebalances
        context.rebalances = []
        for rebalance in rebalances { take(rebalance) }
        return true
    }

    private func fail() {
        let error = KafkaError.fatal(of: client.handle) ?? KafkaError(.fatal, "the consumer is of no more use")
        log.error("\(error.message)")
        exchange.fail(error)
    }

    // MARK: Commits

    func commit(_ offsets: [TopicPartition: Int64], _ reply: Reply<Void>) {
        guard hasGroup else {
            reply.fail(KafkaError(.invalid, "a consumer without a group can't commit"))
            return
        }
        guard given.isSuperset(of: offsets.keys) else {
            reply.fail(KafkaError(.notAssigned, "positions of partitions that are not ours can't be committed"))
            return
        }
        let list = TopicPartitionList(offsets)
        lastCommit += 1
        commits[lastCommit] = reply
        let error = rd_kafka_commit_queue(
            client.handle, list.pointer, commitResults, nil, UnsafeMutableRawPointer(bitPattern: lastCommit))
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            commits.removeValue(forKey: lastCommit)?.fail(KafkaError(error, "positions can't be committed"))
        }
    }

    func serveCommitResults() {
        while let event = rd_kafka_queue_poll(commitResults, 0) {
            defer { rd_kafka_event_destroy(event) }
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT,
                let reply = commits.removeValue(forKey: Int(bitPattern: rd_kafka_event_opaque(event)))
            else { continue }
            reply.finish { () throws(KafkaError) in
                let error = rd_kafka_event_error(event)
                if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error, "positions can't be committed") }
                for entry in rd_kafka_event_topic_partition_list(event).map({ TopicPartitionList.entries(of: $0) })
                    ?? []
                where entry.error != RD_KAFKA_RESP_ERR_NO_ERROR {
                    throw KafkaError(entry.error, "the position of \(entry.topicPartition) can't be committed")
                }
            }
        }
    }
}

/// On any thread of librdkafka's, which may call nothing of it here.
private func wakeThread(_ client: OpaquePointer?, _ exchange: UnsafeMutableRawPointer?) {
    guard let exchange else { return }
    Unmanaged<ConsumerExchange>.fromOpaque(exchange).takeUnretainedValue().wake()
}
