import Kafka

/// Which records wait, which batch is merged next, and which partitions stand still: the intake's decisions as a value. The
/// runtime feeds it what happens and does what it says.
struct IntakeSchedule {
    struct Limits: Sendable, Hashable {
        /// Records of one commit.
        var batchRecords = 200
        /// Bytes of one commit.
        var batchBytes = 1 << 20
        /// Records of one partition that wait; above it the partition is paused.
        var partitionRecords = 1000
        /// Bytes of all partitions that wait; above it the partition that adds more is paused.
        var totalBytes = 16 << 20
        /// Batches that are merged at the same time.
        var merges = 4
        /// One batch in so many is back-fill while live records wait.
        var backfillShare = 10
    }

    private enum Phase {
        /// Its position is to be read, once `uptime` is reached.
        case waiting(until: Duration, why: String?)
        /// Its position is being read.
        case positioning
        case reading
    }

    private struct Partition {
        let isBackfill: Bool
        var phase: Phase
        /// What the store has recorded.
        var position: RecordedPosition?
        /// The offset of the next record to be taken into the queue.
        var expected: Int64 = 0
        /// Where the next records began when some before them were missing; a second reading that begins there too is right.
        var gapEnd: Int64?
        /// The `ce_id` that the record before the position must have, until one record has come.
        var witness: String?
        /// The witness was another one: the log is another one, whatever its offsets say.
        var isWitnessRefuted = false
        var queue = RecordQueue()
        var isMerging = false
        var isPaused = false
        var failures = 0

        var isReading: Bool { if case .reading = phase { true } else { false } }
    }

    let limits: Limits
    private var partitions: [TopicPartition: Partition] = [:]
    private var waitingBytes = 0
    private var merging = 0
    private var livePicks = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    // MARK: Assignment

    /// These partitions, and no others, are ours; their positions are to be read at once.
    mutating func assigned(_ topicPartitions: [TopicPartition: Bool], now: Duration) {
        waitingBytes = 0
        livePicks = 0
        merging = 0
        partitions = topicPartitions.mapValues { isBackfill in
            Partition(isBackfill: isBackfill, phase: .waiting(until: now, why: nil))
        }
    }

    /// None is ours any more. Batches under way end by themselves: their results are no longer looked at.
    mutating func revoked() {
        assigned([:], now: .zero)
    }

    // MARK: Positions

    /// The partitions whose positions are to be read now, and whether their witness was refuted. Each is told of once, and
    /// none while others are being positioned.
    mutating func takePositionless(now: Duration) -> [TopicPartition: Bool] {
        guard !isPositioning else { return [:] }
        let due = partitions.filter { _, partition in
            if case .waiting(let until, _) = partition.phase { until <= now && !partition.isMerging } else { false }
        }
        for topicPartition in due.keys { partitions[topicPartition]?.phase = .positioning }
        return due.mapValues(\.isWitnessRefuted)
    }

    /// A partition is read from `position` on; with a witness, the record before it is read too and compared.
    /// - Parameter logStart: the oldest record that is still there: a witness before it is gone, and can't be asked for.
    mutating func positioned(_ topicPartition: TopicPartition, at position: RecordedPosition, logStart: Int64 = 0) {
        update(topicPartition) { partition in
            partition.phase = .reading
            partition.position = position
            partition.expected = position.next
            partition.witness = position.next > logStart ? position.lastEventID : nil
            partition.isWitnessRefuted = false
        }
    }

    /// Where the consumer has to read each partition that is read at all.
    var readFrom: [TopicPartition: StartPosition] {
        partitions.filter(\.value.isReading).mapValues { partition in
            .offset(partition.witness == nil ? partition.expected : partition.expected - 1)
        }
    }

    /// The consumer was assigned anew, with nothing paused.
    mutating func forgetPauses() {
        for topicPartition in partitions.keys { partitions[topicPartition]?.isPaused = false }
    }

    /// A partition stands still until `until`; then its position is read anew, for what was under way may have happened.
    mutating func stop(
        _ topicPartition: TopicPartition, until: Duration, why: String, isWitnessRefuted: Bool = false
    ) {
        update(topicPartition) { partition in
            partition.phase = .waiting(until: until, why: why)
            partition.position = nil
            partition.isWitnessRefuted = partition.isWitnessRefuted || isWitnessRefuted
            partition.queue = RecordQueue()
            partition.failures += 1
        }
    }

    func failures(of topicPartition: TopicPartition) -> Int { partitions[topicPartition]?.failures ?? 0 }

    // MARK: Records

    /// What became of records that were read.
    enum Reception: Sendable, Hashable {
        case taken
        /// The witness is another one: the log is not the one that the position was recorded of.
        case anotherLog
        /// Records before them are missing. They may have been read from where the consumer was before it was told of the
        /// position: it is to be told again.
        case gap
    }

    /// Takes records that were read. Those that were taken before, and those of partitions that stand still, are dropped: the
    /// latter are read again from their position.
    mutating func received(_ batch: RecordBatch) -> Reception {
        guard let partition = partitions[batch.topicPartition], partition.isReading, let first = batch.records.first,
            let last = batch.records.last
        else { return .taken }
        if let witness = partition.witness, first.offset == partition.expected - 1,
            first.header("ce_id")?.string != witness
        {
            return .anotherLog
        }
        if first.offset > partition.expected, partition.gapEnd != first.offset {
            update(batch.topicPartition) { $0.gapEnd = first.offset }
            return .gap
        }
        update(batch.topicPartition) { partition in
            let expected = partition.expected
            partition.witness = nil
            partition.gapEnd = nil
            partition.queue.append(batch.records.lazy.filter { $0.offset >= expected })
            partition.expected = max(expected, last.offset + 1)
        }
        return .taken
    }

    /// The next batch to merge; `nil` while none may be begun. It counts as under way until `merged` or `stop`.
    mutating func nextBatch() -> IntakeBatch? {
        guard merging < limits.merges else { return nil }
        let busy = Set(partitions.lazy.filter(\.value.isMerging).map(\.key.partition))
        let live = fullest(isBackfill: false, but: busy)
        let backfill = fullest(isBackfill: true, but: busy)
        let takesBackfill = live == nil || (backfill != nil && livePicks >= limits.backfillShare - 1)
        livePicks = takesBackfill || backfill == nil ? 0 : livePicks + 1
        guard let topicPartition = takesBackfill ? backfill : live, let from = partitions[topicPartition]?.position
        else {
            return nil
        }
        var records: [ConsumerRecord] = []
        update(topicPartition) { [limits] partition in
            records = partition.queue.take(atMost: limits.batchRecords, bytes: limits.batchBytes)
            partition.isMerging = true
        }
        guard let last = records.last else { return nil }
        merging += 1
        return IntakeBatch(
            topicPartition: topicPartition, records: records, from: from,
            to: RecordedPosition(
                next: last.offset + 1, clusterID: from.clusterID, lastEventID: last.header("ce_id")?.string))
    }

    /// The partition with the most records that wait: big batches cost least, and none waits for ever since a batch empties it.
    private func fullest(isBackfill: Bool, but busy: Set<Int32>) -> TopicPartition? {
        var best: (count: Int, topicPartition: TopicPartition)?
        for (topicPartition, partition) in partitions.lazy.filter({ $0.value.isReading && !$0.value.queue.isEmpty })
        where partition.isBackfill == isBackfill && !busy.contains(topicPartition.partition) {
            let count = partition.queue.count
            if let best, (best.count, topicPartition) > (count, best.topicPartition) { continue }
            best = (count, topicPartition)
        }
        return best?.topicPartition
    }

    /// A batch is over; `position` where it was merged, `nil` where it was not (then comes `stop`).
    mutating func finished(_ topicPartition: TopicPartition, at position: RecordedPosition?) {
        guard partitions[topicPartition]?.isMerging == true else { return }
        merging -= 1
        update(topicPartition) { partition in
            partition.isMerging = false
            guard let position else { return }
            partition.position = position
            partition.failures = 0
        }
    }

    // MARK: Bounds

    /// The partitions to pause and to resume now, so that what waits stays bounded.
    mutating func flow() -> (pause: Set<TopicPartition>, resume: Set<TopicPartition>) {
        var pause: Set<TopicPartition> = []
        var resume: Set<TopicPartition> = []
        for (topicPartition, partition) in partitions {
            let count = partition.queue.count
            if !partition.isPaused, count >= limits.partitionRecords || (count > 0 && waitingBytes >= limits.totalBytes)
            {
                pause.insert(topicPartition)
            } else if partition.isPaused, count <= limits.partitionRecords / 2,
                waitingBytes <= limits.totalBytes / 2 || count == 0
            {
                resume.insert(topicPartition)
            }
        }
        for topicPartition in pause { partitions[topicPartition]?.isPaused = true }
        for topicPartition in resume { partitions[topicPartition]?.isPaused = false }
        return (pause, resume)
    }

    /// Records that wait.
    var waitingRecords: Int { partitions.values.reduce(0) { $0 + $1.queue.count } }

    /// When a partition that stands still is to be looked at again; `nil` while only the end of something under way can
    /// change anything.
    var nextWake: Duration? {
        guard !isPositioning else { return nil }
        return partitions.values.compactMap { partition in
            if case .waiting(let until, _) = partition.phase, !partition.isMerging { until } else { nil }
        }.min()
    }

    /// The positions that are recorded, for Kafka's copy.
    var positions: [TopicPartition: Int64] { partitions.compactMapValues { $0.position?.next } }

    /// The partitions that stand still after a failure, and why.
    var stopped: [TopicPartition: String] {
        partitions.compactMapValues { if case .waiting(_, let why) = $0.phase { why } else { nil } }
    }

    private var isPositioning: Bool {
        partitions.values.contains { if case .positioning = $0.phase { true } else { false } }
    }

    /// Whether batches of this assignment are under way.
    var isMerging: Bool { merging > 0 }

    private mutating func update(_ topicPartition: TopicPartition, _ change: (inout Partition) -> Void) {
        // In its place: a copy would copy all records that wait.
        guard let place = partitions.index(forKey: topicPartition) else { return }
        let before = partitions.values[place].queue.bytes
        change(&partitions.values[place])
        waitingBytes += partitions.values[place].queue.bytes - before
    }
}

/// Records of one partition that wait to be merged, and their bytes.
struct RecordQueue {
    private var records: [ConsumerRecord] = []
    private var head = 0
    private(set) var bytes = 0

    var count: Int { records.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: some Sequence<ConsumerRecord>) {
        for record in more {
            records.append(record)
            bytes += record.size
        }
    }

    /// Takes the first records: at least one where there is one.
    mutating func take(atMost count: Int, bytes limit: Int) -> [ConsumerRecord] {
        var end = head
        var taken = 0
        while end < records.count, end - head < count {
            let size = records[end].size
            if end > head, taken + size > limit { break }
            taken += size
            end += 1
        }
        let batch = Array(records[head..<end])
        bytes -= taken
        head = end
        if head == records.count {
            records = []
            head = 0
        } else if head > 4096, head > records.count / 2 {
            records.removeFirst(head)
            head = 0
        }
        return batch
    }
}
