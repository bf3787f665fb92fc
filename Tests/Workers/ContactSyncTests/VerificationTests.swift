import ContactSync
import ExchangeClient
import Foundation
import HTTPTypes
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("A contact is compared with its mailbox by reads alone")
struct VerificationTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }
    private let content = ContactContent.named("Ann", "Lee")

    /// What differs of a row, and that nothing was written to see it.
    private func difference(_ bed: SyncBed, _ content: ContactContent?) async throws -> String? {
        let row = try #require(try await bed.store.contactLink(id))
        let writes = bed.writes
        let difference = try await ContactVerification(bed.exchange, ContactMapping(), time: bed.time)
            .difference(of: row, try await bed.user(anna), content: content)
        #expect(bed.writes == writes)
        return difference
    }

    @Test("What was edited, moved away or deleted in Outlook is said; an etag that changed by itself is no difference")
    func outlook() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, content)
            let item = try #require(try await bed.row(id, .settled).item.id)
            #expect(try await difference(bed, content) == nil)
            try bed.outlook(anna).touch(item)
            #expect(try await difference(bed, content) == nil)
            #expect(try await difference(bed, nil) == nil)
            try bed.outlook(anna).edit(item, ["jobTitle": "Buyer", "givenName": "Anne"])
            #expect(try await difference(bed, content) == "it differs in Exchange: First, Job Title")
            #expect(try await difference(bed, nil) == nil, "what is settled is not known")
            try bed.outlook(anna).move(item, to: "contacts")
            #expect(try await difference(bed, content) == "somebody moved it out of its contacts folder")
            try bed.outlook(anna).deleteForGood(item)
            #expect(try await difference(bed, content)?.contains("no longer in the mailbox") == true)
        }
    }

    @Test("What is removed is not in the mailbox; where it is, that is said")
    func removed() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, content)
            try await bed.row(id, .settled)
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            #expect(try await difference(bed, nil) == nil)
            try bed.outlook(anna).makeItem("Ann Lee", link: "1300/C1")
            #expect(try await difference(bed, nil)?.contains("it is in the mailbox") == true)
        }
    }

    @Test("Copies that no row names are said, of what the user deleted too")
    func copies() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, content)
            let item = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).copy(item)
            #expect(try await difference(bed, content)?.contains("a copy of it") == true)
            try bed.outlook(anna).copy(item)
            #expect(try await difference(bed, content)?.contains("2 copies of it") == true)
            try await bed.change(id) { row in row.item = .deletedByUser(item) }
            #expect(try await difference(bed, content)?.contains("a copy is in the mailbox") == true)
        }
    }

    @Test("A mailbox is read as a whole once, and what it showed twice is looked at again")
    func readOnce() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, content)
            let row = try await bed.row(id, .settled)
            let item = try #require(row.item.id)
            try bed.outlook(anna).copy(item)
            let user = try await bed.user(anna)
            let verification = ContactVerification(bed.exchange, ContactMapping(), time: bed.time)
            #expect(try await verification.difference(of: row, user, content: content) != nil)
            for copy in try bed.outlook(anna).items() where copy.id != item.rawValue {
                try bed.outlook(anna).deleteForGood(ItemID(copy.id))
            }
            let before = bed.requests(.get).count
            #expect(try await verification.difference(of: row, user, content: content) == nil)
            #expect(bed.requests(.get).count - before == 2, "the item, and the contact's search")
        }
    }

    @Test("A mailbox that can't be seen is said of its contacts; a wrong app registration ends the verification")
    func trouble() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, content)
            try await bed.row(id, .settled)
            try bed.outlook(anna).become("outOfScope")
            #expect(try await difference(bed, content)?.contains("Exchange does not show it") == true)
            bed.secret.update { $0 = "wrong" }
            try bed.outlook(anna).expireTokens()
            await #expect(throws: ExchangeError.self) { try await difference(bed, content) }
        }
    }
}
