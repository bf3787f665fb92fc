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
        var totalBytes = 6 << 20
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
        let topicPartition: TopicPartition
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
    /// In their order. An array, which is looked through without a copy of what it holds, as a dictionary's values are not.
    private var partitions: [Partition] = []
    private var places: [TopicPartition: Int] = [:]
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
        partitions = topicPartitions.sorted { $0.key < $1.key }.map { topicPartition, isBackfill in
            Partition(
                topicPartition: topicPartition, isBackfill: isBackfill, phase: .waiting(until: now, why: nil))
        }
        places = Dictionary(
            partitions.enumerated().map { ($1.topicPartition, $0) }, uniquingKeysWith: { one, _ in one })
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
        var due: [TopicPartition: Bool] = [:]
        for place in partitions.indices {
            guard case .waiting(let until, _) = partitions[place].phase, until <= now, !partitions[place].isMerging
            else { continue }
            partitions[place].phase = .positioning
            due[partitions[place].topicPartition] = partitions[place].isWitnessRefuted
        }
        return due
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
        var positions: [TopicPartition: StartPosition] = [:]
        for partition in partitions where partition.isReading {
            positions[partition.topicPartition] = .offset(
                partition.witness == nil ? partition.expected : partition.expected - 1)
        }
        return positions
    }

    /// The consumer was assigned anew, with nothing paused.
    mutating func forgetPauses() {
        for place in partitions.indices { partitions[place].isPaused = false }
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

    func failures(of topicPartition: TopicPartition) -> Int {
        places[topicPartition].map { partitions[$0].failures } ?? 0
    }

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
        guard let place = places[batch.topicPartition], partitions[place].isReading,
            let first = batch.records.first, let last = batch.records.last
        else { return .taken }
        let expected = partitions[place].expected
        if let witness = partitions[place].witness, first.offset == expected - 1,
            first.header("ce_id")?.string != witness
        {
            return .anotherLog
        }
        if first.offset > expected, partitions[place].gapEnd != first.offset {
            partitions[place].gapEnd = first.offset
            return .gap
        }
        update(batch.topicPartition) { partition in
            partition.witness = nil
            partition.gapEnd = nil
            partition.queue.append(batch.records.drop { $0.offset < expected })
            partition.expected = max(expected, last.offset + 1)
        }
        return .taken
    }

    /// The next batch to merge; `nil` while none may be begun. It counts as under way until `merged` or `stop`.
    mutating func nextBatch() -> IntakeBatch? {
        guard merging < limits.merges else { return nil }
        let (live, backfill) = fullest()
        let takesBackfill = live == nil || (backfill != nil && livePicks >= limits.backfillShare - 1)
        livePicks = takesBackfill || backfill == nil ? 0 : livePicks + 1
        guard let place = takesBackfill ? backfill : live, let from = partitions[place].position else { return nil }
        let topicPartition = partitions[place].topicPartition
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

    /// The places of the partitions with the most records that wait, live and back-fill: big batches cost least, and none waits for ever
    /// since a batch empties it. None of a number that is being merged, of whatever topic: the rows are the same.
    private func fullest() -> (live: Int?, backfill: Int?) {
        var busy = Set<Int32>()
        for place in partitions.indices where partitions[place].isMerging {
            busy.insert(partitions[place].topicPartition.partition)
        }
        var best: (live: Int?, backfill: Int?)
        for place in partitions.indices {
            let count = partitions[place].queue.count
            guard count > 0, partitions[place].isReading, !busy.contains(partitions[place].topicPartition.partition)
            else { continue }
            let other = partitions[place].isBackfill ? best.backfill : best.live
            if let other, partitions[other].queue.count >= count { continue }
            if partitions[place].isBackfill { best.backfill = place } else { best.live = place }
        }
        return best
    }

    /// A batch is over; `position` where it was merged, `nil` where it was not (then comes `stop`).
    mutating func finished(_ topicPartition: TopicPartition, at position: RecordedPosition?) {
        guard let place = places[topicPartition], partitions[place].isMerging else { return }
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
        for place in partitions.indices {
            let count = partitions[place].queue.count
            if !partitions[place].isPaused,
                count >= limits.partitionRecords || (count > 0 && waitingBytes >= limits.totalBytes)
            {
                partitions[place].isPaused = true
                pause.insert(partitions[place].topicPartition)
            } else if partitions[place].isPaused, count <= limits.partitionRecords / 2,
                waitingBytes <= limits.totalBytes / 2 || count == 0
            {
                partitions[place].isPaused = false
                resume.insert(partitions[place].topicPartition)
            }
        }
        return (pause, resume)
    }

    /// Records that wait.
    var waitingRecords: Int { partitions.reduce(0) { $0 + $1.queue.count } }

    /// When a partition that stands still is to be looked at again; `nil` while only the end of something under way can
    /// change anything.
    var nextWake: Duration? {
        guard !isPositioning else { return nil }
        return partitions.compactMap { partition in
            if case .waiting(let until, _) = partition.phase, !partition.isMerging { until } else { nil }
        }.min()
    }

    /// The positions that are recorded, for Kafka's copy.
    var positions: [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        for partition in partitions { positions[partition.topicPartition] = partition.position?.next }
        return positions
    }

    /// The partitions that stand still after a failure, and why.
    var stopped: [TopicPartition: String] {
        var stopped: [TopicPartition: String] = [:]
        for partition in partitions {
            if case .waiting(_, let why) = partition.phase { stopped[partition.topicPartition] = why }
        }
        return stopped
    }

    private var isPositioning: Bool {
        partitions.contains { if case .positioning = $0.phase { true } else { false } }
    }

    /// Whether batches of this assignment are under way.
    var isMerging: Bool { merging > 0 }

    private mutating func update(_ topicPartition: TopicPartition, _ change: (inout Partition) -> Void) {
        guard let place = places[topicPartition] else { return }
        let before = partitions[place].queue.bytes
        change(&partitions[place])
        waitingBytes += partitions[place].queue.bytes - before
    }
}
