import Foundation
import KafkaWorker
import RuntimeTesting
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Records into rows, with the position in the same commit")
struct MergeTests {
    @Test("A contact's first state makes a row that is due at once, and the position moves with it")
    func first() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        let event = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        #expect(try await bed.merge(event) == counts(merged: 1))
        let row = try #require(try await bed.row(id))
        #expect(row.status.state == .due)
        #expect(row.status.due == bed.time.now)
        #expect(row.status.priority == .live)
        #expect(row.status.partition == 3)
        #expect(row.observed == .content(try #require(event.value), try ContentHash(of: .named("Ann", "Lee"))))
        let position = try await bed.intake.positions(of: [IntakeBed.live])[IntakeBed.live]
        #expect(position == bed.position(1, after: event[header: "ce_id"]))
        #expect(bed.wakes.value == 1)
    }

    @Test("A back-fill record waits behind live ones; a live one of the same row takes it along")
    func priority() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        let backfill = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        #expect(try await bed.merge(backfill, of: IntakeBed.backfill) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.priority == .backfill)
        #expect(try await bed.merge(.changed(id, 2, .named("Anne", "Lee"), offset: 0)) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.priority == .live)
        let later = try EventRecord.changed(id, 3, .named("Anna", "Lee"), offset: 1)
        #expect(try await bed.merge(later, of: IntakeBed.backfill) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.priority == .live, "what waits as live goes on doing so")
    }

    @Test("A record that says it was sent for a baseline waits behind live ones, on whatever topic it comes")
    func priorityByHeader() async throws {
        let bed = try await IntakeBed()
        let (early, late) = (ContactLinkID(bed.anna, "C1"), ContactLinkID(bed.anna, "C2"))
        var backfill = try EventRecord.changed(early, 1, .named("Ann", "Lee"), offset: 0)
        backfill[header: "ce_backfill"] = "true"
        #expect(
            try await bed.merge(backfill, .changed(late, 1, .named("Bo", "Lee"), offset: 1)) == counts(merged: 2))
        #expect(try await bed.row(early)?.status.priority == .backfill)
        let due = try await bed.store.dueContactLinks(of: bed.anna.id, limit: 9)
        #expect(due.map(\.id) == [late, early])
    }

    @Test("A duplicate and an older state change nothing, and are counted")
    func older() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 5, .named("Ann", "Lee"), offset: 0))
        let before = try await bed.row(id)
        #expect(
            try await bed.merge(
                .changed(id, 5, .named("Ann", "Lee"), offset: 1), .changed(id, 4, .named("Old", "Lee"), offset: 2),
                .removed(id, 3, offset: 3)) == counts(older: 3))
        #expect(try await bed.row(id) == before, "not even a version is written")
        #expect(try await bed.next() == 4)
        #expect(bed.wakes.value == 1, "nothing became due")
    }

    @Test("A newer state that is settled already only raises the sequence, and its data are not decoded")
    func equal() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0))
        try await bed.settle(id)
        var event = try EventRecord.changed(id, 7, .named("Ann", "Lee"), offset: 1)
        event.value = Data("{".utf8)
        #expect(try await bed.merge(event) == counts(equal: 1))
        let row = try #require(try await bed.row(id))
        #expect(row.status.state == .settled)
        #expect(row.observed == nil)
        #expect(row.status.sequence == ReadSequence(epoch: 1, counter: 7))
        #expect(bed.topics.records.isEmpty)
        // A slow record that was read in between does not win.
        #expect(try await bed.merge(.changed(id, 6, .named("Other", "Lee"), offset: 2)) == counts(older: 1))
    }

    @Test("A row that is to be checked, or that observed something, is never passed over as equal")
    func neverEqual() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0))
        try await bed.settle(id)
        #expect(try await bed.store.commit([.checkContactLinks([id])]) == .committed)
        #expect(try await bed.merge(.changed(id, 2, .named("Ann", "Lee"), offset: 1)) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.state == .due)
        #expect(try await bed.row(id)?.status.check == true)
        #expect(try await bed.merge(.changed(id, 3, .named("Ann", "Lee"), offset: 2)) == counts(merged: 1))
    }

    @Test("Of two states of one contact in a batch the newer counts, in whichever order they come")
    func twoOfOne() async throws {
        let bed = try await IntakeBed()
        let (one, other) = (ContactLinkID(bed.anna, "C1"), ContactLinkID(bed.anna, "C2"))
        let newer = try ContentHash(of: .named("New", "Lee"))
        #expect(
            try await bed.merge(
                .changed(one, 1, .named("Old", "Lee"), offset: 0), .changed(other, 3, .named("New", "Lee"), offset: 1),
                .changed(one, 2, .named("New", "Lee"), offset: 2), .changed(other, 1, .named("Old", "Lee"), offset: 3))
                == counts(merged: 3, older: 1))
        #expect(try await bed.row(one)?.observed?.hash == newer)
        #expect(try await bed.row(other)?.observed?.hash == newer)
    }

    @Test("A state that follows a removal in the same batch starts the next generation")
    func removalThenState() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        _ = try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0))
        try await bed.settle(id)
        #expect(
            try await bed.merge(.removed(id, 2, offset: 1), .changed(id, 3, .named("Ann", "Lee"), offset: 2))
                == counts(merged: 2))
        let row = try #require(try await bed.row(id))
        #expect(row.status.generation == 2)
        #expect(row.status.state == .due)
        #expect(row.observed?.hash == (try ContentHash(of: .named("Ann", "Lee"))))
    }

    @Test("A removal without a row makes one, against which an older state comes too late")
    func removalWithoutRow() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        #expect(try await bed.merge(.removed(id, 5, offset: 0)) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.state == .due)
        let late = try EventRecord.changed(id, 4, .named("Ann", "Lee"), offset: 0)
        #expect(try await bed.merge(late, of: IntakeBed.backfill) == counts(older: 1))
        #expect(try await bed.merge(.changed(id, 6, .named("Ann", "Lee"), offset: 1)) == counts(merged: 1))
        #expect(try await bed.row(id)?.status.generation == 2)
    }

    @Test("A null value says nothing: it is passed over")
    func nullValue() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        var null = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        null.value = nil
        null.headers = []
        #expect(try await bed.merge(null, .changed(id, 2, .named("Ann", "Lee"), offset: 1)) == counts(merged: 1))
        #expect(try await bed.next() == 2)
        #expect(bed.topics.records.isEmpty)
    }
}
