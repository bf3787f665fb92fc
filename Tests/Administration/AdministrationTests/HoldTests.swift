import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Holds")
struct HoldTests {
    private func hold(_ id: String, _ time: ManualTime) throws -> Hold {
        Hold(
            id: try #require(UUID(uuidString: id)), kind: "removals", subject: "1300", keys: ["C1", "C2"],
            detail: "300 contacts left the scope within an hour", opened: time.now)
    }

    private static let first = "11111111-0000-4000-8000-000000000000"
    private static let second = "12222222-0000-4000-8000-000000000000"

    @Test("Open holds are listed; approving one records by whom and when, once")
    func approve() async throws {
        let shop = try await Shop()
        try await shop.commit([.hold(try hold(Self.first, shop.time)), .hold(try hold(Self.second, shop.time))])
        #expect(
            try await shop.administration.holds(open: true).holds.map(\.subject) == ["company 1300", "company 1300"])
        shop.time.advance(by: .seconds(60))
        let decided = try await shop.administration.decide("11", .approved)
        #expect(decided.state == "approved" && decided.decidedBy == "admin" && decided.decided == shop.time.now)
        #expect(decided.consequence.contains("recorded"))
        #expect(try await shop.administration.holds(open: true).holds.map(\.id) == [Self.second])
        #expect(try await shop.administration.holds(open: false).holds.count == 2)
        #expect(try await shop.actions(of: "hold/\(Self.first)") == ["approved"])
        let error = await #expect(throws: AdministrationError.self) {
            try await shop.administration.decide(Self.first, .discarded)
        }
        #expect(error?.description.contains("approved by admin") == true)
        let ofStore = try #require(try await shop.store.holds(.approved).first)
        #expect(ofStore.decidedBy == "admin" && ofStore.keys == ["C1", "C2"])
    }

    @Test("A hold is named by the beginning of its id, where that is one's alone")
    func prefix() async throws {
        let shop = try await Shop()
        try await shop.commit([.hold(try hold(Self.first, shop.time)), .hold(try hold(Self.second, shop.time))])
        #expect(try await shop.administration.hold("12").id == Self.second)
        for (id, message) in [("1", "2 holds"), ("9", "there is no hold"), ("", "there is no hold")] {
            let error = await #expect(throws: AdministrationError.self) { try await shop.administration.hold(id) }
            #expect(error?.description.contains(message) == true, "\(id)")
        }
    }

    @Test("Contacts of a mailbox whose folder vanished are listed as waiting, with why and since when")
    func heldContacts() async throws {
        let anna = SyncUser("anna")
        let shop = try await Shop(anna, SyncUser("bert"))
        var row = ContactLink(
            id: ContactLinkID(anna, "C1"), status: RowStatus(partition: 0, sequence: .none, priority: .live))
        row.status.state = .held
        row.status.reason = "the contacts folder is gone"
        try await shop.commit([
            .contactLink(row),
            .journal(
                JournalDraft(
                    user: anna.id, item: "contact/1300/C1", rule: "CON-5", action: "held",
                    detail: "the contacts folder is gone")),
        ])
        let contacts = try await shop.administration.holds(open: true).contacts
        #expect(contacts.map(\.user.rawValue) == ["anna"])
        #expect(contacts[0].count == 1 && contacts[0].reason == "the contacts folder is gone")
        #expect(contacts[0].since == shop.time.now)
    }
}
