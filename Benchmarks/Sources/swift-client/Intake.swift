import Glibc
import Kafka
import KafkaWorker
import Runtime
import Synchronization
import Telemetry

/// `IntakeWorker` as a member of a group, with a merger that does nothing: all that a record costs before the store.
enum Intake {
    static func run(_ task: ClientTask) async throws {
        let group = "\(task.topic)-intake-\(getpid())"
        let merger = NoMerger(expected: task.count)
        let worker = IntakeWorker(
            IntakeWorker.Configuration(topics: [task.topic: false]),
            consumer: try KafkaConsumer(task.configuration, group: group, topics: [task.topic], logger: .silent),
            merger: merger, deadLetters: NoDeadLetters(), partitions: NoHolder(), time: SystemTime(),
            randomness: SystemRandomness(), log: .silent, metrics: Metrics())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            await merger.waitForAll()
            await worker.drain(within: .seconds(5))
            try await group.waitForAll()
        }
    }
}

/// Counts. The clock runs from the assignment to the last record.
private final class NoMerger: RecordMerger {
    private let left: Mutex<Int>
    private let expected: Int
    private let stopwatch = Mutex<Stopwatch?>(nil)
    private let done = Signal()

    init(expected: Int) {
        self.expected = expected
        left = Mutex(expected)
    }

    func waitForAll() async { try? await done.wait() }

    func positions(of partitions: [TopicPartition]) async throws(IntakeError) -> [TopicPartition: RecordedPosition] {
        stopwatch.withLock { $0 = $0 ?? Stopwatch() }
        return [:]
    }

    func begin(_ beginning: LogBeginning) async throws(IntakeError) -> Bool { true }

    func merge(_ batch: IntakeBatch, _ deadLetters: any DeadLetterSink) async throws(IntakeError) -> MergeOutcome {
        var counts = MergeCounts()
        counts.merged = batch.records.count
        let isLast = left.withLock { left in
            let before = left
            left -= batch.records.count
            return before > 0 && left <= 0
        }
        if isLast {
            stopwatch.withLock { $0?.print(records: expected) }
            done.raise()
        }
        return .merged(counts)
    }
}

private struct NoDeadLetters: DeadLetterSink {
    func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        throw IntakeError(.deadLetters, "there are none")
    }
}

private struct NoHolder: PartitionHolder {
    func hold(_ partitions: Set<Int32>) {}
    func release() async {}
    func lose() {}
}
