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

    /// Anna's mailbox, whose folder is gone, with a held contact.
    private func vanished() async throws -> (Shop, SyncUser, Hold) {
        var anna = SyncUser("anna")
        anna.mailbox = MailboxIdentity(contactsFolder: ItemID("contacts"), folder: ItemID("folder"))
        let shop = try await Shop(anna)
        var row = ContactLink(
            id: ContactLinkID(anna, "C1"), status: RowStatus(partition: 0, sequence: .none, priority: .live))
        row.item = .made(ItemID("item"), ETag("etag"))
        row.status.state = .held
        let hold = Hold(
            id: UUID(), kind: Hold.vanishedFolder,
            subject: anna.id.description, keys: ["folder"], detail: "gone", opened: shop.time.now)
        try await shop.commit([.contactLink(row), .hold(hold)])
        return (shop, anna, hold)
    }

    @Test(
        "A vanished folder that is approved begins the mailbox anew; discarded, its contacts are left, and can be approved later"
    )
    func vanishedFolder() async throws {
        for isLate in [false, true] {
            let (shop, anna, hold) = try await vanished()
            let id = hold.id.uuidString.lowercased()
            #expect(
                try await shop.administration.holds(open: true).holds.map(\.subject) == ["anna (anna@shop.example)"])
            if isLate {
                let left = try await shop.administration.decide(id, .discarded)
                #expect(left.consequence.contains("lnsync holds approve"))
                let row = try #require(try await shop.store.contactLink(ContactLinkID(anna, "C1")))
                #expect(row.status.state == .due && row.item != .none)
            }
            #expect(try await shop.administration.decide(id, .approved).state == "approved")
            let user = try #require(try await shop.store.users().first)
            #expect(user.mailbox == nil && user.baseline == .running(after: nil))
            let row = try #require(try await shop.store.contactLink(ContactLinkID(anna, "C1")))
            #expect(row.status.state == .due && row.item == .none && row.status.check)
            #expect(try await shop.actions(of: "hold/\(id)") == (isLate ? ["approved", "discarded"] : ["approved"]))
            #expect(try await shop.administration.holds(open: true).holds.isEmpty)
        }
    }

    @Test("Where the mailbox has another folder by now, an approval only releases what was held")
    func anotherFolder() async throws {
        let (shop, anna, hold) = try await vanished()
        var user = try #require(try await shop.store.users().first)
        user.mailbox = MailboxIdentity(contactsFolder: ItemID("contacts"), folder: ItemID("another"))
        try await shop.commit([.user(user)])
        _ = try await shop.administration.decide(hold.id.uuidString, .approved)
        #expect(try await shop.store.users().first?.mailbox?.folder == ItemID("another"))
        let row = try #require(try await shop.store.contactLink(ContactLinkID(anna, "C1")))
        #expect(row.status.state == .due && row.item != .none)
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
