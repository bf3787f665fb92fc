import ContactSync
import Kafka
import KafkaWorker
import RuntimeTesting
import StoreIntake
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

/// Intake of contact-worker on a store in memory, its topics made by hand.
struct IntakeBed {
    static let group = "contact-worker"
    static let live = TopicPartition("ln.contact-changes", 3)
    static let backfill = TopicPartition("ln.contact-backfill", 3)

    let time = ManualTime()
    let store: WatchedStore
    let topics = KeptRecords()
    /// How often rows became due.
    let wakes = Shared(0)
    let intake: StoreIntake<ContactIntake>
    let anna = SyncUser("anna")
    let bea = SyncUser("bea")
    let carl = SyncUser("carl", isActive: false)

    init() async throws {
        let store = WatchedStore(try await SQLiteStore.inMemory(time: time))
        self.store = store
        let (anna, wakes) = (anna, wakes)
        intake = StoreIntake(
            domain: ContactIntake(
                store: store, partition: { $0 == anna.id ? 3 : 4 }, onMerged: { wakes.update { $0 += 1 } }),
            store: store, group: Self.group, backfillTopics: [Self.backfill.topic], log: .silent)
        #expect(try await store.commit([.user(anna), .user(bea), .user(carl)]) == .committed)
        try await begin(Self.live)
        try await begin(Self.backfill)
    }

    func position(_ next: Int64, after lastEventID: String? = nil) -> RecordedPosition {
        RecordedPosition(next: next, clusterID: "cluster", lastEventID: lastEventID)
    }

    private func begin(_ partition: TopicPartition) async throws {
        #expect(
            try await intake.begin(
                LogBeginning(topicPartition: partition, reason: .firstTime, recorded: nil, position: position(0))))
    }

    /// Merges records of the live topic, read from the first one's offset on.
    func merge(_ events: EventRecord..., of partition: TopicPartition = Self.live) async throws -> MergeOutcome {
        try await merge(events.map(\.record), of: partition)
    }

    func merge(_ records: [ConsumerRecord], of partition: TopicPartition = Self.live) async throws -> MergeOutcome {
        let (first, last) = (try #require(records.first), try #require(records.last))
        let recorded = try #require(try await intake.positions(of: [partition])[partition])
        #expect(recorded.next == first.offset, "the test's records begin where the partition goes on")
        return try await intake.merge(
            IntakeBatch(
                topicPartition: partition, records: records, from: recorded,
                to: position(last.offset + 1, after: last.header("ce_id")?.string)),
            DeadLetterTopic(producer: topics, group: Self.group))
    }

    func next(of partition: TopicPartition = Self.live) async throws -> Int64? {
        try await intake.positions(of: [partition])[partition]?.next
    }

    func row(_ id: ContactLinkID) async throws -> ContactLink? { try await store.contactLink(id) }

    func journal() async throws -> [JournalDraft] {
        try await store.journal(JournalQuery()).map(\.draft)
    }

    /// Puts a row as settling leaves it: made in Exchange, nothing observed.
    func settle(_ id: ContactLinkID) async throws {
        var row = try #require(try await row(id))
        row.settled = row.observed?.hash
        row.item = .made(ItemID("item"), ETag("etag"))
        row.observed = nil
        row.status.state = .settled
        row.status.due = nil
        #expect(try await store.commit([.contactLink(row)]) == .committed)
    }
}

func counts(merged: Int = 0, older: Int = 0, equal: Int = 0, rejected: Int = 0) -> MergeOutcome {
    var counts = MergeCounts()
    counts.merged = merged
    counts.passedOverOlder = older
    counts.passedOverEqual = equal
    counts.rejected = rejected
    return .merged(counts)
}
