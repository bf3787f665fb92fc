import Foundation
import Kafka
import KafkaWorker
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Intake beside other writers of the store")
struct CommitTests {
    @Test("A process that has lost its partition without knowing merges nothing")
    func positionLost() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        let event = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        bed.store.beforeNextCommit { [store = bed.store] _ throws(StoreError) in
            // The successor has read on.
            let partition = IntakePartition(topic: IntakeBed.live.topic, partition: IntakeBed.live.partition)
            _ = try await store.commit([
                .intakePosition(
                    group: IntakeBed.group, partition,
                    from: IntakePosition(next: 0, clusterID: "cluster", lastEventID: nil),
                    to: IntakePosition(next: 9, clusterID: "cluster", lastEventID: "other"))
            ])
        }
        #expect(try await bed.merge(event) == .positionLost)
        #expect(try await bed.row(id) == nil)
        #expect(try await bed.next() == 9)
        #expect(bed.wakes.value == 0)
    }

    @Test("A row that settling changed meanwhile is merged again: both keep what they did")
    func mergedAgain() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0))
        var unreadable = try EventRecord.changed(id, 2, .named("Ann", "Lee"), offset: 1)
        unreadable.key = "nobody"
        bed.store.beforeNextCommit { [store = bed.store] _ throws(StoreError) in
            guard var row = try await store.contactLink(id) else { return }
            row.item = .made(ItemID("item"), ETag("etag"))
            row.settled = row.observed?.hash
            row.observed = nil
            row.status.state = .settled
            row.status.due = nil
            _ = try await store.commit([.contactLink(row)])
        }
        #expect(
            try await bed.merge(unreadable, .changed(id, 3, .named("Anne", "Lee"), offset: 2))
                == counts(merged: 1, rejected: 1))
        let row = try #require(try await bed.row(id))
        #expect(row.item == .made(ItemID("item"), ETag("etag")))
        #expect(row.settled == (try ContentHash(of: .named("Ann", "Lee"))))
        #expect(row.observed?.hash == (try ContentHash(of: .named("Anne", "Lee"))))
        #expect(row.status.state == .due)
        #expect(bed.topics.records.count == 1, "the dead letter is not sent twice")
    }

    @Test("What was passed over as equal and no longer is goes to the dead letters if it can't be read")
    func decodedAtSecondLook() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0))
        try await bed.settle(id)
        var event = try EventRecord.changed(id, 2, .named("Ann", "Lee"), offset: 1)
        event.value = Data("{".utf8)
        bed.store.beforeNextCommit { [store = bed.store] _ throws(StoreError) in
            _ = try await store.commit([.checkContactLinks([id])])
        }
        #expect(try await bed.merge(event) == counts(rejected: 1))
        #expect(bed.topics.records.count == 1)
        #expect(try await bed.row(id)?.status.sequence == ReadSequence(epoch: 1, counter: 1))
        #expect(try await bed.next() == 2)
    }

    @Test("A store that can't be written merges nothing and says why")
    func storeFails() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        let event = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        bed.store.beforeNextCommit { _ throws(StoreError) in throw StoreError(.full, "the disk is full") }
        await #expect {
            try await bed.merge(event)
        } throws: { error in
            let error = error as? IntakeError
            return error?.code == .store && error?.message == "the disk is full"
        }
        #expect(try await bed.next() == 0)
        #expect(try await bed.merge(event) == counts(merged: 1), "the next try merges it")
    }
}
