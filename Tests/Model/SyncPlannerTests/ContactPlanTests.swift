import Foundation
import SyncModel
import Testing

@testable import SyncPlanner

@Suite("What is done next about a contact's row")
struct ContactPlanTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let content = ObservedContact.content(Data("{}".utf8), ContentHash("a"))

    private func row(
        _ observed: ObservedContact?, _ item: ContactItem = .none, settled: ContentHash? = nil, check: Bool = false,
        intent: Intent? = nil
    ) -> ContactLink {
        let id = ContactLinkID(
            user: SyncUserID(UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))),
            company: Company(1300), contact: ContactCode("C00000001"))
        var row = ContactLink(
            id: id,
            status: RowStatus(partition: 0, sequence: ReadSequence(epoch: 1, counter: 1), priority: .live))
        row.observed = observed
        row.item = item
        row.settled = settled
        row.status.check = check
        row.status.intent = intent
        return row
    }

    private func next(_ row: ContactLink, hasSearched: Bool = false) -> ContactStep {
        ContactPlan.next(row, hasSearched: hasSearched, now: now)
    }

    private let item = ContactItem.made(ItemID("i"), ETag("e"))

    @Test("Nothing observed, nothing to do")
    func nothing() {
        #expect(next(row(nil, item, settled: ContentHash("a"))) == .nothing)
    }

    @Test("Before a create our folder is searched, for a restored store may not know of the item")
    func create() {
        #expect(next(row(content)) == .search)
        #expect(next(row(content), hasSearched: true) == .create)
    }

    @Test("Other content is written, equal content is not")
    func update() {
        #expect(next(row(content, item, settled: ContentHash("b"))) == .update(ItemID("i"), ETag("e")))
        #expect(next(row(content, item, settled: ContentHash("a"))) == .nothing)
    }

    @Test("Of a row that is not to be trusted the folder is searched, then the item compared")
    func check() {
        let row = row(content, item, settled: ContentHash("a"), check: true)
        #expect(next(row) == .search)
        #expect(next(row, hasSearched: true) == .compare(ItemID("i")))
    }

    @Test("A removal looks what is there, and removes it; a restored store may not know of an item")
    func removal() {
        #expect(next(row(.removal(.synchronizeOff), item)) == .search)
        #expect(next(row(.removal(.synchronizeOff), item), hasSearched: true) == .remove(ItemID("i")))
        #expect(next(row(.removal(.synchronizeOff))) == .search)
        #expect(next(row(.removal(.synchronizeOff)), hasSearched: true) == .nothing)
    }

    @Test("What the user deleted in Outlook is not made again, but a copy of it may be there")
    func deletedByUser() {
        #expect(next(row(content, .deletedByUser(ItemID("i")))) == .search)
        #expect(next(row(content, .deletedByUser(ItemID("i"))), hasSearched: true) == .leaveDeleted)
        #expect(next(row(.removal(.deleted), .deletedByUser(ItemID("i")))) == .search)
        #expect(next(row(.removal(.deleted), .deletedByUser(ItemID("i"))), hasSearched: true) == .nothing)
    }

    @Test("A write of unknown outcome is waited out, then looked for")
    func intent() {
        func intent(_ seconds: TimeInterval) -> Intent {
            Intent(action: .create, owner: "w", key: "k", deadline: now.addingTimeInterval(seconds))
        }
        #expect(next(row(content, intent: intent(5))) == .wait(until: now.addingTimeInterval(5)))
        #expect(next(row(content, intent: intent(0))) == .search)
        #expect(next(row(.removal(.deleted), item, intent: intent(-1))) == .search)
    }
}
