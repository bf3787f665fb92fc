import Kafka
import KafkaWorker
import Synchronization

/// A store in memory that several workers share, as processes share one: what was merged, and the positions. Commits are
/// conditional on the position that they start from.
final class MemoryMerger: RecordMerger {
    struct State {
        var positions: [TopicPartition: RecordedPosition] = [:]
        /// Values in the order of their commits.
        var merged: [TopicPartition: [String]] = [:]
        var beginnings: [LogBeginning] = []
        /// Partitions whose batches can't be committed for now.
        var broken: Set<TopicPartition> = []
        /// Batches that may be begun are held up until set free.
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var begun = 0
    }

    let state = Mutex(State())

    func merged(_ topicPartition: TopicPartition) -> [String] { state.withLock { $0.merged[topicPartition] ?? [] } }

    var count: Int { state.withLock { $0.merged.values.reduce(0) { $0 + $1.count } } }

    func breakDown(_ topicPartitions: Set<TopicPartition>) { state.withLock { $0.broken = topicPartitions } }

    /// Holds up batches, or lets them go on.
    func hold(_ isHeld: Bool) {
        let held = state.withLock { state in
            state.isHeld = isHeld
            if isHeld { return [CheckedContinuation<Void, Never>]() }
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func positions(
        of partitions: [TopicPartition]
    ) async throws(IntakeError) -> [TopicPartition: RecordedPosition] {
        state.withLock { state in state.positions.filter { partitions.contains($0.key) } }
    }

    func begin(_ beginning: LogBeginning) async throws(IntakeError) -> Bool {
        state.withLock { state in
            guard state.positions[beginning.topicPartition] == beginning.recorded else { return false }
            state.positions[beginning.topicPartition] = beginning.position
            state.beginnings.append(beginning)
            return true
        }
    }

    /// Values that begin with `!` can't be merged.
    func merge(_ batch: IntakeBatch, _ deadLetters: any DeadLetterSink) async throws(IntakeError) -> MergeOutcome {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                state.begun += 1
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        let values = batch.records.map { $0.value?.string ?? "" }
        let letters = batch.records.filter { $0.value?.string?.hasPrefix("!") == true }
            .map { DeadLetter($0, .undecodable, "begins with !") }
        if !letters.isEmpty { try await deadLetters.send(letters, from: batch.topicPartition) }
        let isBroken = state.withLock { $0.broken.contains(batch.topicPartition) }
        if isBroken { throw IntakeError(.store, "the store is broken") }
        return state.withLock { state in
            guard state.positions[batch.topicPartition] == batch.from else { return .positionLost }
            state.positions[batch.topicPartition] = batch.to
            state.merged[batch.topicPartition, default: []] += values.filter { !$0.hasPrefix("!") }
            var counts = MergeCounts()
            counts.merged = values.count - letters.count
            counts.rejected = letters.count
            return .merged(counts)
        }
    }
}

/// Settling that only notes what it holds.
final class NotedPartitions: PartitionHolder {
    private let held = Mutex<Set<Int32>>([])

    var partitions: Set<Int32> { held.withLock { $0 } }

    func hold(_ partitions: Set<Int32>) { held.withLock { $0 = partitions } }
    func release() async { held.withLock { $0 = [] } }
    func lose() { held.withLock { $0 = [] } }
}
