import Foundation
import Testing

/// The congress data set through the pipeline: real people, and what changes in LN while it runs.
@Suite(
    "The congress data set", .serialized,
    .enabled(if: DataShop.isThere, "../shared/data is missing beside the checkout"))
struct CongressTests {
    private static let contacts = 489
    private static let mailboxes = (1...25).map { String(format: "user%02d@crm.example", $0) }

    @Test(
        "489 contacts reach 20 mailboxes, field by field; users and the switch go off and on, and nothing is written twice"
    )
    func congress() async throws {
        let shop = try await DataShop("ln-congress", mailboxes: Self.mailboxes)
        // There is no store until a program has made it.
        try await shop.wait(for: "a start") { try await shop.lnsync("start").status == 0 }
        try await firstSync(shop)
        try await plantedDifferences(shop)
        try await usersAndSwitch(shop)
        #expect(await shop.close().isEmpty, "a program ended")
    }

    /// Waits until so many users have all contacts in step.
    private func settle(_ shop: DataShop, users: Int) async throws {
        try await shop.status { status in
            let active = status.users.filter { $0.state == "active" }
            return status.isMerged && active.count == users
                && active.allSatisfy { $0.settled == Self.contacts && $0.due == 0 }
        }
    }

    private func firstSync(_ shop: DataShop) async throws {
        try await settle(shop, users: 20)
        // One request makes a contact, one each mailbox's folder.
        #expect(try await shop.exchangeWrites() == 20 * (Self.contacts + 1))
        let check = try await shop.check()
        #expect(check.inStep, "\(check.lines)")
        #expect(check.mailboxes == 20 && check.contacts == Self.contacts && check.items == 20 * Self.contacts)
        let users = try await shop.lnsync("users", "list").output
        #expect(
            users.contains(
                "user08: his address USER08@CRM.EXAMPLE differs in case only from user08@crm.example of employee E00008"
            ),
            "\(users)")
        #expect(try await shop.mailbox("user21@crm.example").synchronized.isEmpty)
    }

    /// The check can fail: every mapped field that is another in Outlook is found.
    private func plantedDifferences(_ shop: DataShop) async throws {
        let address = "user08@crm.example"
        let contact = try #require(try await shop.mailbox(address).contact("C00000001"))
        let before = ["jobTitle", "department", "surname", "companyName", "displayName"].reduce(into: [:]) {
            $0[$1] = contact[$1]
        }
        try await shop.editInOutlook(address, item: contact.id, before.mapValues { _ in "Somebody else" })
        let check = try await shop.check()
        #expect(!check.inStep && check.differences == before.count)
        for field in before.keys {
            let line = check.lines.first { $0.contains("1300/C00000001: \(field) is 'Somebody else'") }
            #expect(line != nil, "\(field): \(check.lines)")
        }
        // The last check finds it as it was.
        try await shop.editInOutlook(address, item: contact.id, before)
    }

    private func usersAndSwitch(_ shop: DataShop) async throws {
        var writes = try await shop.exchangeWrites()
        /// How many writes there were since the last call.
        func newWrites() async throws -> Int {
            let now = try await shop.exchangeWrites()
            defer { writes = now }
            return now - writes
        }

        try await shop.edit("SyncUsers", "user21", ["Active": "Yes"])
        try await settle(shop, users: 21)
        #expect(try await newWrites() == Self.contacts + 1)

        try await shop.edit("SyncUsers", "user01", ["Active": "No"])
        try await shop.status { $0.user("user01")?.state == "inactive" }
        try await shop.edit("Contacts", "C00000002", ["JobTitle": "Majority Leader"])
        #expect(try await shop.lnsync("sync", "now").status == 0)
        try await arrival(shop, of: "Majority Leader", in: "C00000002", of: "user21@crm.example")
        try await settle(shop, users: 20)
        #expect(try await newWrites() == 20)
        let resting = try await shop.mailbox("user01@crm.example")
        #expect(resting.synchronized.count == Self.contacts)
        #expect(resting.contact("C00000002")?["jobTitle"] == "Senator")

        try await shop.edit("ComParameters", nil, ["SynchronizeContacts": "No"])
        try await shop.status { $0.synchronizesContacts == false }
        try await shop.edit("Contacts", "C00000003", ["JobTitle": "Whip"])
        #expect(try await shop.lnsync("sync", "now").status == 1, "nobody would pull")
        try await shop.edit("SyncUsers", "user01", ["Active": "Yes"])
        try await shop.status { $0.user("user01")?.state != "inactive" }
        #expect(try await newWrites() == 0)
        try await shop.edit("ComParameters", nil, ["SynchronizeContacts": "Yes"])
        try await shop.status { $0.synchronizesContacts == true }
        #expect(try await shop.lnsync("sync", "now").status == 0)
        try await arrival(shop, of: "Whip", in: "C00000003", of: "user01@crm.example")
        try await arrival(shop, of: "Whip", in: "C00000003", of: "user21@crm.example")
        try await settle(shop, users: 21)
        // Both edits in the mailbox that rested, the later one in all others.
        #expect(try await newWrites() == 22)
        let check = try await shop.check()
        #expect(check.inStep, "\(check.lines)")
        #expect(check.mailboxes == 21 && check.items == 21 * Self.contacts)
    }

    private func arrival(_ shop: DataShop, of title: String, in contact: String, of address: String) async throws {
        try await shop.wait(for: "\(title) in \(address)") {
            try await shop.mailbox(address).contact(contact)?["jobTitle"] == title
        }
    }
}
