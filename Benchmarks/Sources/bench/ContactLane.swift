import ContactSync
import Kafka
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Intake of a partition with one mailbox's contacts, in three passes: new, the same again, newer and equal.
struct ContactLane: Sendable {
    static let count = 12 * Lane.batchSize

    let lane: Lane
    private let hashes: [ContactLinkID: ContentHash]

    init(_ partition: Int32, _ store: SQLiteStore) throws {
        let intake = StoreIntake(
            domain: ContactIntake(store: store, partition: { _ in partition }, onMerged: {}), store: store,
            group: "bench", backfillTopics: [], log: .silent)
        let user = SyncUserID(LNUserCode("user\(partition)"))
        let events = try [0, Self.count].map { base in
            try (0..<Self.count).map { try ContactEvents.event($0, revision: 0, counter: base + $0 + 1, of: user) }
        }
        hashes = Dictionary(events[0].map { ($0.id, $0.hash) }, uniquingKeysWith: { one, _ in one })
        lane = Lane(
            TopicPartition("ln.contact-changes", partition), intake,
            [events[0], events[0], events[1]].enumerated().map { pass, events in
                events.enumerated().map { $1.consumerRecord(offset: Int64(pass * Self.count + $0)) }
            })
    }

    /// As if each row had been written to its mailbox.
    func settle(_ store: SQLiteStore) async throws {
        let ids = Array(hashes.keys)
        for first in stride(from: 0, to: ids.count, by: Lane.batchSize) {
            let rows = try await store.contactLinks(Array(ids[first..<min(ids.count, first + Lane.batchSize)]))
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
