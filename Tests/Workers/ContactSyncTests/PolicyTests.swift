import Foundation
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What a user did in Outlook, by policy (CON-4, CON-5)")
struct PolicyTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    @Test(
        "Deleted in Outlook: where the policy says so, it is made again at LN's next change", arguments: [false, true])
    func restore(wasRefused: Bool) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).move(made, to: "contacts")
            if wasRefused {
                try await bed.ln(id, .named("Anne", "Lee"))
                try await bed.row(id, .refused)
            }
            try await bed.set(OutlookDeletionPolicy.restore)
            try await bed.ln(id, .named("Annie", "Lee"))
            let row = try await bed.row(id) { $0.status.generation == 2 && $0.status.state == .settled }
            #expect(row.item.id != made)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Annie Lee"])
            #expect(try bed.outlook(anna).item(made) != nil, "the user's stays where he put it")
        }
    }

    @Test("A contact that the user moved away is his: a removal in LN leaves it, and says so")
    func removalOfMoved() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).move(made, to: "contacts")
            let writes = bed.writes
            try await bed.ln(removes: id)
            let row = try await bed.row(id, .tombstone)
            #expect(row.item == .none)
            #expect(bed.writes == writes)
            #expect(try await bed.journal(id).last == "CON-5 left")
        }
    }

    @Test("An edit that is to be reported stays until LN changes the contact, and the journal names both")
    func report() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.set(OutlookEditPolicy.report)
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).edit(made, ["displayName": "Annie"])
            try await bed.commit([.checkContactLinks([id])])
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id) { $0.status.state == .settled && !$0.status.check }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Annie"])
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-4 reported"])
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Anne", "Lee"))) }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne Lee"])
        }
    }

    @Test("That an edit is overwritten stands in the journal")
    func overwritten() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try bed.outlook(anna).edit(try #require(try await bed.row(id, .settled).item.id), ["displayName": "Annie"])
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Anne", "Lee"))) }
            let entry = try await bed.store.journal(JournalQuery(item: id.journalItem)).first
            #expect(entry?.draft.detail.contains("overwritten") == true)
        }
    }
}
