public import Kafka
public import Runtime
import Synchronization
public import Telemetry

/// The runtime of intake: reads a group's topics, hands batches to the merger, keeps positions, and waits for nothing but the
/// store and the dead-letter topic.
///
/// What fails stops its own partition and nothing else: after a pause its position is read anew, and reading goes on from
/// there. `run()` once; `drain(within:)` ends it.
public final class IntakeWorker: Sendable {
    public struct Configuration: Sendable {
        /// The topics that are read, and whether one is back-fill.
        public var topics: [String: Bool]
        /// Between two copies of the recorded positions to Kafka.
        public var commitInterval: Duration = .seconds(1)
        /// After the first failure; doubled with each further one, up to `longestPause`.
        public var firstPause: Duration = .seconds(1)
        public var longestPause: Duration = .seconds(15)
        /// How long partitions that are given back may go on with what is under way.
        public var drainTimeout: Duration = .seconds(15)

        /// - Parameter topics: the topics that are read, and whether one is back-fill.
        public init(topics: [String: Bool]) {
            self.topics = topics
        }
    }

    struct State {
        var schedule = IntakeSchedule()
        /// Counts assignments: what was begun under an earlier one is not looked at any more.
        var assignment = 0
        var hasJoined = false
        /// Begins nothing: partitions are being given back, or the worker ends.
        var isDraining = false
        var steering = Steering()
        /// The partitions that the consumer reads.
        var read: Set<TopicPartition> = []
        /// What Kafka has a copy of.
        var committed: [TopicPartition: Int64] = [:]
    }

    let configuration: Configuration
    let consumer: any RecordConsumer
    let merger: any RecordMerger
    let deadLetters: any DeadLetterSink
    let partitions: any PartitionHolder
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger
    let metrics: IntakeMetrics
    let state = Mutex(State())
    /// Something may be begun: records came, a batch is over, a position is known.
    let work = Signal()
    /// A batch is over: for whoever gives partitions back, and for whoever ends the worker, which may be at the same time.
    private let idle = (revoking: Signal(), draining: Signal())

    public init(
        _ configuration: Configuration, consumer: any RecordConsumer, merger: any RecordMerger,
        deadLetters: any DeadLetterSink, partitions: any PartitionHolder, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.consumer = consumer
        self.merger = merger
        self.deadLetters = deadLetters
        self.partitions = partitions
        self.time = time
        self.randomness = randomness
        self.log = log.labelled("KafkaWorker")
        self.metrics = IntakeMetrics(metrics)
    }

    public var status: IntakeStatus {
        state.withLock { state in
            IntakeStatus(
                hasJoined: state.hasJoined, stopped: state.schedule.stopped,
                waitingRecords: state.schedule.waitingRecords)
        }
    }

    /// Reads and merges until `drain(within:)` has closed the consumer.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        let outcome: Result<Void, KafkaError> = await withTaskGroup { group in
            group.addTask { await self.dispatch() }
            group.addTask { await self.copyPositions() }
            defer { group.cancelAll() }
            do throws(KafkaError) {
                return .success(try await self.read())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// Begins no further batch, waits for those under way, copies the positions to Kafka and leaves the group.
    public func drain(within timeout: Duration) async {
        let deadline = time.uptime + timeout
        state.withLock { $0.isDraining = true }
        await waitForBatches(until: deadline - timeout / 2, idle.draining)
        await copyPositionsNow()
        await consumer.close(within: max(.zero, deadline - time.uptime))
    }

    // MARK: Reading

    private func read() async throws(KafkaError) {
        while let event = try await consumer.next() {
            switch event {
            case .assigned(let topicPartitions):
                assigned(topicPartitions)
            case .revoked(_, let lost):
                await revoked(lost: lost)
            case .records(let batches):
                for batch in batches { received(batch) }
                await keepBounds()
                work.raise()
            case .outOfRange(let topicPartition):
                stop(topicPartition, "the recorded position is outside the log")
            case .trouble(let error):
                // The client's log has said that a broker can't be reached.
                log.log(
                    error.code == .unreachable || error.code == .timedOut ? .debug : .warning,
                    "Kafka has trouble; reading goes on by itself once it is over", ["error": error.description])
            }
        }
    }

    private func assigned(_ topicPartitions: [TopicPartition]) {
        let held = Dictionary(
            topicPartitions.map { ($0, configuration.topics[$0.topic] ?? false) }, uniquingKeysWith: { one, _ in one })
        state.withLock { state in
            state.assignment += 1
            state.hasJoined = true
            state.read = []
            state.committed = [:]
            state.schedule.assigned(held, now: time.uptime)
        }
        partitions.hold(Set(topicPartitions.map(\.partition)))
        metrics.holds(topicPartitions.count)
        log.info(
            "partitions assigned", ["partitions": topicPartitions.sorted().map(\.description).joined(separator: " ")])
        work.raise()
    }

    private func revoked(lost: Bool) async {
        if lost {
            log.warning("partitions lost: another member has them")
            partitions.lose()
        } else {
            // Still ours: what is under way may end, nothing more is begun.
            let wasDraining = state.withLock { state in
                defer { state.isDraining = true }
                return state.isDraining
            }
            await waitForBatches(until: time.uptime + configuration.drainTimeout, idle.revoking)
            await partitions.release()
            await copyPositionsNow()
            state.withLock { $0.isDraining = wasDraining }
        }
        state.withLock { state in
            state.assignment += 1
            state.hasJoined = false
            state.read = []
            state.schedule.revoked()
        }
        metrics.holds(0)
        do {
            try await consumer.release()
        } catch {
            log.warning("partitions could not be given back", ["error": error.description])
        }
    }

    private func received(_ batch: RecordBatch) {
        metrics.consumed(batch.topicPartition.topic, batch.records.count)
        switch state.withLock({ $0.schedule.received(batch) }) {
        case .taken:
            break
        case .anotherLog:
            stop(batch.topicPartition, LogBeginning.Reason.anotherLog.description, isWitnessRefuted: true)
        case .gap:
            stop(batch.topicPartition, "records before those that were read are missing")
        }
    }

    // MARK: Merging

    /// Begins what may be begun, then waits until more may.
    private func dispatch() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (positionless, assignment) = state.withLock { state in
                    (state.isDraining ? [:] : state.schedule.takePositionless(now: time.uptime), state.assignment)
                }
                if !positionless.isEmpty {
                    group.addTask { await self.position(positionless, assignment) }
                }
                while let batch = state.withLock({ $0.isDraining ? nil : $0.schedule.nextBatch() }) {
                    group.addTask { await self.merge(batch, assignment) }
                }
                let wake = state.withLock { $0.isDraining ? nil : $0.schedule.nextWake }
                do throws(CancellationError) {
                    if let wake {
                        try await work.wait(atMost: max(.milliseconds(1), wake - time.uptime), time)
                    } else {
                        try await work.wait()
                    }
                } catch {
                    return
                }
            }
        }
    }

    private func merge(_ batch: IntakeBatch, _ assignment: Int) async {
        let topicPartition = batch.topicPartition
        let start = time.uptime
        do throws(IntakeError) {
            switch try await merger.merge(batch, deadLetters) {
            case .merged(let counts):
                metrics.merged(topicPartition.topic, counts, time.uptime - start)
                finish(topicPartition, assignment, at: batch.to)
            case .positionLost:
                finish(topicPartition, assignment, at: nil)
                stop(topicPartition, "another process has moved the position", assignment)
            }
        } catch {
            metrics.failed(topicPartition.topic)
            finish(topicPartition, assignment, at: nil)
            stop(topicPartition, error.message, assignment)
        }
        await keepBounds()
        work.raise()
        idle.revoking.raise()
        idle.draining.raise()
    }

    private func finish(_ topicPartition: TopicPartition, _ assignment: Int, at position: RecordedPosition?) {
        state.withLock { state in
            guard state.assignment == assignment else { return }
            state.schedule.finished(topicPartition, at: position)
        }
    }

    /// Stops a partition and lets its position be read anew: at once after a first failure, then after growing pauses.
    func stop(
        _ topicPartition: TopicPartition, _ why: String, _ assignment: Int? = nil, isWitnessRefuted: Bool = false
    ) {
        let pause: Duration? = state.withLock { state in
            if let assignment, state.assignment != assignment { return nil }
            let failures = state.schedule.failures(of: topicPartition)
            let pause =
                failures == 0
                ? .zero
                : randomness.jittered(
                    min(configuration.longestPause, configuration.firstPause * (1 << min(failures - 1, 10))))
            state.schedule.stop(
                topicPartition, until: time.uptime + pause, why: why, isWitnessRefuted: isWitnessRefuted)
            return pause
        }
        guard let pause else { return }
        log.log(
            pause == .zero ? .notice : .error, "a partition stands still and is positioned anew",
            ["partition": topicPartition.description, "why": why, "pause": pause.description])
        work.raise()
    }

    private func waitForBatches(until deadline: Duration, _ idle: Signal) async {
        while state.withLock({ $0.schedule.isMerging }), time.uptime < deadline {
            do throws(CancellationError) {
                try await idle.wait(atMost: deadline - time.uptime, time)
            } catch {
                return
            }
        }
    }
}
