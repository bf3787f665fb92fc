import Foundation
import SyncModel
import SyncPlanner
import Testing

@Suite("Merging contact events into rows")
struct ContactMergeTests {
    private let id = ContactLinkID(user: SyncUserID(UUID()), company: Company(1300), contact: ContactCode("C1"))
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func content(_ letter: String) -> ObservedContact { .content(Data(letter.utf8), ContentHash(letter)) }

    private func observe(
        _ counter: Int64, _ state: ObservedContact, _ priority: RowStatus.Priority = .live
    ) -> ContactObservation {
        ContactObservation(sequence: .init(epoch: 1, counter: counter), state: state, priority: priority, partition: 3)
    }

    private func merge(_ observation: ContactObservation, into row: ContactLink?) -> ContactMergeVerdict {
        ContactMerge.merge(observation, into: row, id, now: now)
    }

    private func merged(_ observation: ContactObservation, into row: ContactLink? = nil) throws -> ContactLink {
        guard case .merged(let row) = merge(observation, into: row) else {
            Issue.record("not merged")
            throw CancellationError()
        }
        return row
    }

    /// A row that holds A, made by the read 1.
    private func settled() throws -> ContactLink {
        var row = try merged(observe(1, content("A")))
        row.status.state = .settled
        row.status.due = nil
        row.observed = nil
        row.settled = ContentHash("A")
        row.item = .made(ItemID("item"), ETag("1"))
        return row
    }

    @Test("A first state makes a row that is due")
    func first() throws {
        let row = try merged(observe(1, content("A"), .backfill))
        #expect(row.status.state == .due)
        #expect(row.status.due == now)
        #expect(row.status.priority == .backfill)
        #expect(row.status.generation == 1)
        #expect(row.status.partition == 3)
    }

    @Test("A removal without a row is due, for an item may be there all the same, and an older state does not pass it")
    func removalWithoutRow() throws {
        let row = try merged(observe(5, .removal(.inactive)))
        #expect(row.status.state == .due)
        #expect(row.status.due == now)
        #expect(row.observed == .removal(.inactive))
        #expect(merge(observe(4, content("A")), into: row) == .older)
    }

    @Test("What is not newer is passed over")
    func older() throws {
        let row = try settled()
        #expect(merge(observe(1, content("B")), into: row) == .older)
        #expect(merge(observe(0, .removal(.deleted)), into: row) == .older)
    }

    @Test("Newer and equal raises the sequence and nothing else")
    func equal() throws {
        let row = try settled()
        var expected = row
        expected.status.sequence = .init(epoch: 1, counter: 2)
        #expect(merge(observe(2, content("A")), into: row) == .equal(expected))
    }

    @Test("Equal is merged where something else is observed, an intent is open, or the row is to be checked")
    func equalButNotIdle() throws {
        var observed = try settled()
        observed.observed = content("B")
        observed.status.state = .due
        var intended = try settled()
        intended.status.intent = Intent(action: .delete, owner: "p", key: "k", deadline: now)
        var checked = try settled()
        checked.status.check = true
        for row in [observed, intended, checked] {
            let merged = try merged(observe(2, content("A")), into: row)
            #expect(merged.observed == content("A"))
            #expect(merged.status.state == .due)
        }
    }

    @Test("A state that follows a removal starts the next generation, carried out or not")
    func nextGeneration() throws {
        let removed = try merged(observe(2, .removal(.synchronizeOff)), into: settled())
        let again = try merged(observe(3, content("A")), into: removed)
        #expect(again.status.generation == 2)
        #expect(again.item == .none, "whether the item is still there is looked up: the user may have deleted it")
        var tombstone = try merged(observe(5, .removal(.inactive)))
        tombstone.observed = nil
        tombstone.status.state = .tombstone
        tombstone.status.due = nil
        let revived = try merged(observe(6, content("A")), into: tombstone)
        #expect(revived.status.generation == 2)
        #expect(revived.status.state == .due)
    }

    @Test("What the user deleted is made again only after LN's state went off and on")
    func deletedByUser() throws {
        var row = try settled()
        row.item = .deletedByUser(ItemID("item"))
        row.status.state = .refused
        let changed = try merged(observe(2, content("B")), into: row)
        #expect(changed.item == .deletedByUser(ItemID("item")))
        let off = try merged(observe(3, .removal(.synchronizeOff)), into: changed)
        let on = try merged(observe(4, content("B")), into: off)
        #expect(on.item == .none)
    }

    @Test("The same refused content is not tried again, other content is")
    func refused() throws {
        var row = try merged(observe(1, content("A")))
        row.status.state = .refused
        row.status.reason = "invalid"
        guard case .equal(let same) = merge(observe(2, content("A")), into: row) else {
            Issue.record("the same content is not equal")
            return
        }
        #expect(same.status.state == .refused)
        let other = try merged(observe(3, content("B")), into: same)
        #expect(other.status.state == .due)
        #expect(other.status.reason == nil)
    }

    @Test(
        "A resting and a held row go on taking what they observe, and are not due",
        arguments: [RowStatus.State.resting, .held])
    func restingAndHeld(state: RowStatus.State) throws {
        var row = try settled()
        row.status.state = state
        let merged = try merged(observe(2, content("B")), into: row)
        #expect(merged.status.state == state)
        #expect(merged.observed == content("B"))
    }

    @Test("A live event makes a waiting back-fill row live, not the reverse")
    func priority() throws {
        let row = try merged(observe(1, content("A"), .backfill))
        #expect(try merged(observe(2, content("B"), .live), into: row).status.priority == .live)
        let live = try merged(observe(1, content("A"), .live))
        #expect(try merged(observe(2, content("B"), .backfill), into: live).status.priority == .live)
    }
}
