import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore

/// How fast back-fill may go, from what the store and the log show: a mailbox with fewer than 200 due back-fill rows, and a
/// partition with fewer than 2,000 unread records, have room.
struct BackfillPacing: Sendable {
    /// Due back-fill rows of a mailbox at which it has no more room.
    static let dueRows = 200
    /// Unread records of a partition at which it has no more room.
    static let unreadRecords: Int64 = 2000

    let store: any SyncStore
    let consumer: any RecordConsumer
    let names: TopicNames
    let time: any TimeSource
    let interval: Duration
    /// The broker drops what is not read soon (the embedded one keeps 5 MiB a partition): live sends are paced too.
    let pacesLive: Bool
    /// The partition number of a sync user's records.
    let partition: @Sendable (SyncUserID) -> Int32
    /// Where back-fill is sent, and live changes.
    var topics: (backfill: Topic, live: Topic) = (.contactBackfill, .contactChanges)
    /// Who reads them.
    var group = ConsumerGroup.contactWorker

    /// Those of the users that have room.
    func ready(_ users: [SyncUserID]) async throws -> [SyncUserID] {
        let due =
            group == ConsumerGroup.contactWorker ? try await store.dueBackfill() : try await store.dueMeetingBackfill()
        let full = try await fullPartitions(of: topics.backfill)
        return users.filter { (due[$0] ?? 0) < Self.dueRows && !full.contains(partition($0)) }
    }

    /// Whether the partitions of all these users have room. Their mailboxes' rows do not count: intake waits for no mailbox.
    func haveLogRoom(_ users: [SyncUserID]) async throws -> Bool {
        let full = try await fullPartitions(of: topics.backfill)
        return !users.contains { full.contains(partition($0)) }
    }

    /// Whether all partitions have room.
    func hasLogRoom() async throws -> Bool { try await fullPartitions(of: topics.backfill).isEmpty }

    func waitForLiveRoom() async throws {
        guard pacesLive else { return }
        while !(try await fullPartitions(of: topics.live)).isEmpty {
            try await time.sleep(for: interval)
        }
    }

    private func fullPartitions(of topic: Topic) async throws -> Set<Int32> {
        let name = names.name(of: topic)
        let recorded = try await store.intakePositions(group: names.name(ofGroup: group))
        let facts = try await consumer.facts(of: try await consumer.partitions(of: name))
        let full = facts.filter { topicPartition, facts in
            let position = recorded[IntakePartition(topic: name, partition: topicPartition.partition)]
            return facts.unread(next: position?.next, of: position?.clusterID) >= Self.unreadRecords
        }
        return Set(full.keys.map(\.partition))
    }
}
