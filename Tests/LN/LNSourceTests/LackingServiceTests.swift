import Foundation
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Testing
import WorkerTesting

@testable import LNSource

@Suite("Services modelled without something")
struct LackingServiceTests {
    private let anna = Installation.user("anna")

    private func ln(contacts: Int = 10, lacks: Set<String>) -> FakeLN {
        let ln = FakeLN(contacts: contacts, users: ["anna"])
        ln.edit("Addresses", "AddressCode", "A1") { $0["City"] = "Oslo" }
        ln.state.withLock { $0.lacks = lacks }
        return ln
    }

    private func reported(_ installation: Installation) async throws -> [String] {
        try await installation.store.journal(JournalQuery(item: "ln/1300")).filter { $0.draft.rule == "CON-1" }
            .map(\.draft.detail)
    }

    @Test("Addresses without modification times: said once, and a changed one goes out with the next pull all the same")
    func addresses() async throws {
        let ln = ln(lacks: ["Addresses.LastModificationDate"])
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
            let before = try #require(installation.kafka.mailboxes[self.anna])
            ln.edit("Addresses", "AddressCode", "A1") { $0["City"] = "Bergen" }
            try await installation.pull()
            let after = try #require(installation.kafka.mailboxes[self.anna])
            #expect(after.count == 10 && after.allSatisfy { before[$0.key] != $0.value })
            let sent = installation.kafka.live.count
            try await installation.pull()
            #expect(installation.kafka.live.count == sent, "what is read whole is compared by its hash")
            let details = try await self.reported(installation)
            #expect(details.count == 1)
            #expect(
                details.first?.hasPrefix("txcom.ExchangeSync/Addresses: LastModificationDate: changed rows") == true)
        }
    }

    @Test(
        "Contacts without modification times: changes, new ones, those that left the scope and deleted ones are found")
    func contacts() async throws {
        let ln = ln(lacks: ["Contacts.LastModificationDate"])
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
            let before = try #require(installation.kafka.mailboxes[self.anna])
            ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Buyer" }
            ln.edit(FakeLN.code(50)) { _ in }
            ln.edit(FakeLN.code(2)) { $0["Synchronize"] = "No" }
            ln.delete(FakeLN.code(3))
            try await installation.pull()
            try await installation.eventually("both have left the mailbox") {
                let after = installation.kafka.mailboxes[self.anna] ?? [:]
                return after[FakeLN.code(2)] == nil && after[FakeLN.code(3)] == nil
            }
            let after = try #require(installation.kafka.mailboxes[self.anna])
            #expect(after[FakeLN.code(1)] != before[FakeLN.code(1)])
            #expect(after[FakeLN.code(50)] != nil && after.count == 9)
        }
    }

    @Test("Modification times that are modelled later are used from then on, and no change falls between")
    func modelledLater() async throws {
        let ln = ln(lacks: ["Addresses.LastModificationDate"])
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
        }
        ln.state.withLock { $0.lacks = [] }
        ln.edit("Addresses", "AddressCode", "A1") { $0["City"] = "Bergen" }
        let before = try #require(installation.kafka.mailboxes[anna])
        try await installation.reading("reader-2") {
            try await installation.pull()
            #expect(installation.kafka.mailboxes[self.anna]?.allSatisfy { before[$0.key] != $0.value } == true)
            #expect(try await installation.store.cursors()[CursorName("watermark/1300/Addresses")] != nil)
        }
    }

    @Test(
        "A field that the service lacks is left out, and said; one that nothing works without ends in one clear error")
    func fields() async throws {
        let ln = ln(lacks: ["Contacts.Fax", "SyncUsers.Name"])
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            #expect(installation.kafka.mailboxes[self.anna]?.count == 10)
            #expect(
                try await Set(self.reported(installation)) == [
                    "txcom.ExchangeSync/Contacts: Fax: contacts go out without it",
                    "txcom.ExchangeSync/SyncUsers: Name: users are shown without their names",
                ])
        }
        let other = FakeLN(contacts: 3, users: ["anna"])
        other.state.withLock { $0.lacks = ["Contacts.Synchronize"] }
        let lacking = try await Installation(other)
        try await lacking.reading {
            try await lacking.eventually("the error is in the journal") {
                try await lacking.store.journal(JournalQuery(item: "ln/reader/1300/contact")).contains {
                    $0.draft.detail.contains("txcom.ExchangeSync/Contacts: Synchronize")
                        && $0.draft.detail.contains("docs/ln-service.md")
                }
            }
            #expect(other.requests(of: "Contacts") == 0)
        }
    }

    @Test("Without readable metadata nothing is checked, and all goes on")
    func noMetadata() async throws {
        let ln = ln(lacks: [])
        ln.state.withLock { $0.hasMetadata = false }
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            #expect(installation.kafka.mailboxes[self.anna]?.count == 10)
            #expect(try await self.reported(installation).isEmpty)
        }
    }
}
