import Foundation
import HTTPTypes
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What left LN's scope, and what the user deleted in Outlook (CON-5)")
struct RemovalTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }

    @Test(
        "Our copy goes to Deleted Items, and the journal says why",
        arguments: [
            (RemovalReason.synchronizeOff, "Synchronize was switched off"), (.inactive, "no longer Active"),
            (.deleted, "deleted in LN"), (RemovalReason("later"), "left the scope"),
        ])
    func remove(_ reason: RemovalReason, _ words: String) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            let folder = try bed.outlook(anna).folders().first
            try await bed.ln(removes: id, reason)
            let row = try await bed.row(id, .tombstone)
            #expect(row.item == .none)
            #expect(row.settled == nil)
            #expect(row.observed == nil)
            #expect(row.status.intent == nil)
            #expect(try bed.outlook(anna).items().isEmpty)
            let item = try bed.outlook(anna).item(made)
            #expect(item != nil && item?.parentFolderId != folder, "not gone for good")
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-5 removed"])
            let entry = try await bed.store.journal(JournalQuery(item: id.journalItem)).first
            #expect(entry?.draft.detail.contains(words) == true)
            let requests = bed.transport.requests.count
            try await bed.ln(removes: id, reason)
            try await bed.row(id) { $0.status.sequence.counter == 3 }
            #expect(bed.transport.requests.count == requests, "a repeated removal asks nothing")
        }
    }

    @Test(
        "A removal that a restored store has no row for takes the item away all the same, and asks once where there is none"
    )
    func removalWithoutRow() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            // Whom no row names: what the store knew of C2 is lost.
            let lost = ContactLinkID(anna, "C2")
            _ = try bed.outlook(anna).makeItem("Lost", link: "1300/C2")
            #expect(try bed.outlook(anna).items().count == 2)
            try await bed.ln(removes: lost)
            #expect(try await bed.row(lost, .tombstone).item == .none)
            #expect(try bed.outlook(anna).items().count == 1)
            let absent = ContactLinkID(anna, "C3")
            let requests = bed.transport.requests.count
            try await bed.ln(removes: absent)
            try await bed.row(absent, .tombstone)
            #expect(bed.transport.requests.count == requests + 1)
        }
    }

    @Test("Off and on before anybody noticed that the user deleted it makes it anew")
    func offAndOnUnnoticed() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try await bed.row(id, .settled)
            try bed.outlook(anna).deleteForGood(try #require(made.item.id))
            await bed.pauseSettling()
            try await bed.ln(removes: id)
            try await bed.ln(id, .named("Ann", "Lee"))
            bed.resumeSettling()
            #expect(try await bed.row(id, .settled).item.id != made.item.id)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }

    @Test("Off and on again makes it anew, as its next generation")
    func offAndOn() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try await bed.row(id, .settled)
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            try await bed.ln(id, .named("Ann", "Lee"))
            let row = try await bed.row(id, .settled)
            #expect(row.status.generation == 2)
            #expect(row.item.id != made.item.id)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }

    @Test("A contact that was never made is looked for, and no folder is made for it")
    func neverMade() async throws {
        try await SyncBed.run(anna) { bed in
            await bed.pauseSettling()
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.ln(removes: id)
            bed.resumeSettling()
            try await bed.row(id, .tombstone)
            #expect(bed.transport.requests.map(\.method) == [.get])
        }
    }

    @Test("Even an item that the row does not know of is removed: the store may have been restored")
    func unknownItem() async throws {
        try await SyncBed.run(anna) { bed in
            try bed.outlook(anna).makeFolder()
            let item = try bed.outlook(anna).makeItem("Ann Lee", link: "1300/C1")
            await bed.pauseSettling()
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.ln(removes: id)
            bed.resumeSettling()
            try await bed.row(id, .tombstone)
            #expect(try bed.outlook(anna).items().isEmpty)
            #expect(try bed.outlook(anna).item(ItemID(item.id)) != nil)
        }
    }

    @Test("An item that is gone already is as good as removed")
    func goneAlready() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try bed.outlook(anna).deleteForGood(try #require(try await bed.row(id, .settled).item.id))
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
        }
    }

    @Test(
        "What the user deleted or moved away is not made again, until LN's state goes off and on",
        arguments: ["deleted", "deleted for good", "moved"])
    func deletedByUser(_ how: String) async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).takeAway(made, how)
            try await bed.ln(id, .named("Anne", "Lee"))
            let row = try await bed.row(id, .refused)
            #expect(row.item == .deletedByUser(made))
            #expect(row.status.reason?.contains("Outlook") == true)
            #expect(try await bed.journal(id).last == "CON-5 refused")
            // The next state of LN's is taken, and nothing is made.
            let writes = bed.writes
            try await bed.ln(id, .named("Annie", "Lee"))
            try await bed.row(id) { $0.status.state == .refused && $0.status.sequence.counter == 3 }
            #expect(bed.writes == writes)
            try await bed.ln(removes: id)
            try await bed.row(id, .tombstone)
            #expect(bed.writes == writes)
            try await bed.ln(id, .named("Annie", "Lee"))
            try await bed.row(id, .settled)
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Annie Lee"])
        }
    }

    @Test("A checked row whose item the user moved away is not written there")
    func checkedAndMoved() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            let made = try #require(try await bed.row(id, .settled).item.id)
            try bed.outlook(anna).move(made, to: "contacts")
            try await bed.commit([.checkContactLinks([id])])
            let writes = bed.writes
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id, .refused)
            #expect(bed.writes == writes)
            #expect(try bed.outlook(anna).item(made)?.displayName == "Ann Lee")
        }
    }

    @Test("Where the folder has vanished the rows are held, nothing is made, and other mailboxes go on")
    func vanishedFolder() async throws {
        let bea = SyncUser("bea")
        try await SyncBed.run(anna, bea) { bed in
            let (second, hers) = (ContactLinkID(anna, "C2"), ContactLinkID(bea, "C1"))
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            try bed.outlook(anna).deleteFolderForGood()
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.ln(second, .named("Bo", "Ek"))
            try await bed.ln(hers, .named("Bo", "Ek"))
            let row = try await bed.row(id, .held)
            #expect(row.status.reason?.contains("Infor LN") == true)
            #expect(row.status.intent == nil)
            #expect(try await bed.row(second, .held).status.intent == nil)
            try await bed.row(hers, .settled)
            #expect(try await bed.journal(id) == ["CON-1 created", "CON-5 held"])
            #expect(try bed.outlook(anna).folders().isEmpty)
            // It goes on taking what LN shows, and stays held.
            try await bed.ln(id, .named("Annie", "Lee"))
            #expect(try await bed.row(id) { $0.status.sequence.counter == 5 }.status.state == .held)
        }
    }
}
