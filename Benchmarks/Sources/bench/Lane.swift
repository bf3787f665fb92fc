import ContactSync
import Kafka
import KafkaWorker
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Intake of a partition with one mailbox's events, made before the clock starts.
struct Lane: Sendable {
    static let batches = 12
    static let batchSize = 200

    private let topicPartition: TopicPartition
    private let intake: StoreIntake<ContactIntake>
    /// Of the three passes, one after the other in the log: new, the same again, newer and equal.
    private let passes: [[IntakeBatch]]
    private let hashes: [ContactLinkID: ContentHash]

    init(_ partition: Int32, _ store: SQLiteStore) throws {
        topicPartition = TopicPartition("ln.contact-changes", partition)
        intake = StoreIntake(
            domain: ContactIntake(store: store, partition: { _ in partition }, onMerged: {}), store: store,
            group: "bench", backfillTopics: [], log: .silent)
        let user = SyncUserID(LNUserCode("user\(partition)"))
        let count = Self.batches * Self.batchSize
        let events = try [0, count].map { base in
            try (0..<count).map { try ContactEvents.event($0, revision: 0, counter: base + $0 + 1, of: user) }
        }
        hashes = Dictionary(events[0].map { ($0.id, $0.hash) }, uniquingKeysWith: { one, _ in one })
        passes = [events[0], events[0], events[1]].enumerated().map { [topicPartition] pass, events in
            stride(from: 0, to: count, by: Self.batchSize).map { first in
                let from = pass * count + first
                return IntakeBatch(
                    topicPartition: topicPartition,
                    records: (0..<Self.batchSize).map {
                        events[first + $0].consumerRecord(offset: Int64(from + $0))
                    },
                    from: Self.position(from), to: Self.position(from + Self.batchSize))
            }
        }
    }

    private static func position(_ next: Int) -> RecordedPosition {
        RecordedPosition(next: Int64(next), clusterID: "bench", lastEventID: nil)
    }

    func begin() async throws {
        let beginning = LogBeginning(
            topicPartition: topicPartition, reason: .firstTime, recorded: nil, position: Self.position(0))
        guard try await intake.begin(beginning) else { throw Failure("the position was not taken") }
    }

    func run(_ pass: Int, _ counted: (MergeCounts) -> Int) async throws {
        for batch in passes[pass] {
            guard case .merged(let counts) = try await intake.merge(batch, NoDeadLetters()),
                counted(counts) == batch.records.count
            else { throw Failure("a batch was not merged as expected") }
        }
    }

    /// As if each row had been written to its mailbox.
    func settle(_ store: SQLiteStore) async throws {
        let ids = Array(hashes.keys)
        for first in stride(from: 0, to: ids.count, by: Self.batchSize) {
            let rows = try await store.contactLinks(Array(ids[first..<min(ids.count, first + Self.batchSize)]))
            let settled = rows.values.map { row in
                var row = row
                row.observed = nil
                row.settled = hashes[row.id]
                row.status.state = .settled
                row.status.due = nil
                return Mutation.contactLink(row)
            }
            guard try await store.commit(settled) == .committed else { throw Failure("rows were not settled") }
        }
    }
}

private struct NoDeadLetters: DeadLetterSink {
    func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        throw IntakeError(.deadLetters, letters.first?.message ?? "")
    }
}
