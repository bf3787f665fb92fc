/// What was read and waits for its reader, and what may be delivered of it: a value, so that its rules can be tested alone.
struct ConsumerBuffer {
    struct Limits: Sendable, Hashable {
        /// Bytes that may wait before no more is read.
        var waitingBytes = 2 << 20
        /// Bytes of one paused partition that are put aside before librdkafka stops to fetch it. Until then a pause costs nothing:
        /// librdkafka throws away what it has fetched of a partition that it pauses, and fetches it again.
        var heldBytes = 128 << 10
        /// Bytes of one event.
        var eventBytes = 1 << 20
    }

    private enum Entry {
        case event(ConsumerEvent)
        case batch(RecordBatch)
        /// Delivered.
        case taken
    }

    let limits: Limits
    private var entries: [Entry] = []
    private var head = 0
    /// Of the records that wait, without those of paused partitions.
    private(set) var waitingBytes = 0
    /// Assignments and revocations that the reader has not taken yet.
    private(set) var assignmentsAhead = 0
    private var paused: Set<TopicPartition> = []
    private var held: [TopicPartition: (batches: [RecordBatch], bytes: Int)] = [:]

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var isEmpty: Bool { head == entries.count }
    var isFull: Bool { waitingBytes >= limits.waitingBytes }
    var hasRoom: Bool { waitingBytes <= limits.waitingBytes / 2 }

    /// Of the records that are put aside of paused partitions.
    var heldBytes: Int { held.values.reduce(0) { $0 + $1.bytes } }

    /// The paused partitions of which enough is put aside.
    var overfull: Set<TopicPartition> {
        held.isEmpty ? [] : Set(held.filter { $0.value.bytes >= limits.heldBytes }.keys)
    }

    mutating func append(_ event: ConsumerEvent) {
        switch event {
        case .records(let batches): batches.forEach { append($0) }
        case .assigned, .revoked:
            // What was read of an earlier assignment is not delivered any more.
            forgetRecords()
            assignmentsAhead += 1
            entries.append(.event(event))
        case .outOfRange, .trouble: entries.append(.event(event))
        }
    }

    mutating func append(_ batch: RecordBatch) {
        if paused.contains(batch.topicPartition) {
            held[batch.topicPartition, default: ([], 0)].batches.append(batch)
            held[batch.topicPartition, default: ([], 0)].bytes += batch.memory
        } else {
            entries.append(.batch(batch))
            waitingBytes += batch.memory
        }
    }

    /// What the reader gets now; `nil` while nothing waits.
    mutating func next() -> ConsumerEvent? {
        guard !isEmpty else { return nil }
        defer { shrink() }
        if case .event(let event) = entries[head] {
            takeFirst()
            switch event {
            case .assigned, .revoked: assignmentsAhead -= 1
            default: break
            }
            return event
        }
        var batches: [RecordBatch] = []
        var bytes = 0
        while head < entries.count, bytes < limits.eventBytes, case .batch(let batch) = entries[head] {
            batches.append(batch)
            bytes += batch.memory
            takeFirst()
        }
        waitingBytes -= bytes
        return .records(batches)
    }

    /// Puts what waits of these partitions aside, and all that comes.
    mutating func pause(_ topicPartitions: Set<TopicPartition>) {
        paused.formUnion(topicPartitions)
        var kept: [Entry] = []
        for entry in entries[head...] {
            if case .batch(let batch) = entry, topicPartitions.contains(batch.topicPartition) {
                waitingBytes -= batch.memory
                append(batch)
            } else {
                kept.append(entry)
            }
        }
        replace(with: kept)
    }

    mutating func resume(_ topicPartitions: Set<TopicPartition>) {
        for topicPartition in topicPartitions.sorted() where paused.remove(topicPartition) != nil {
            held.removeValue(forKey: topicPartition)?.batches.forEach { append($0) }
        }
    }

    /// Forgets what was read of a partition; it stays paused where it is.
    mutating func forgetRecords(of topicPartition: TopicPartition) {
        held[topicPartition] = nil
        var kept: [Entry] = []
        for entry in entries[head...] {
            if case .batch(let batch) = entry, batch.topicPartition == topicPartition {
                waitingBytes -= batch.memory
            } else {
                kept.append(entry)
            }
        }
        replace(with: kept)
    }

    /// Forgets all records and pauses: an assignment begins with none.
    mutating func forgetRecords() {
        replace(with: entries[head...].filter { if case .batch = $0 { false } else { true } })
        waitingBytes = 0
        held = [:]
        paused = []
    }

    private mutating func replace(with entries: [Entry]) {
        self.entries = entries
        head = 0
    }

    private mutating func takeFirst() {
        entries[head] = .taken
        head += 1
    }

    private mutating func shrink() {
        guard head == entries.count || head >= 256 else { return }
        entries.removeFirst(head)
        head = 0
    }
}
