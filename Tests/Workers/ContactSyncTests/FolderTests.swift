import Administration
import Foundation
import HTTPTypes
import Settling
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@testable import ContactSync

@Suite("Where a user's contacts go, and what becomes of a folder that is gone (CON-2, CON-5, USR-1)")
struct FolderTests {
    private let anna = SyncUser("anna")
    private var id: ContactLinkID { ContactLinkID(anna, "C1") }
    private var second: ContactLinkID { ContactLinkID(anna, "C2") }

    private func looks(_ bed: SyncBed) -> Int {
        bed.requests(.get).count { $0.path.contains("/contactFolders/") && !$0.path.hasSuffix("/contacts") }
    }

    /// Anna's mailbox with two contacts, whose folder she deletes.
    private func deleteFolder(_ bed: SyncBed) async throws {
        for id in [id, second] {
            try await bed.ln(id, .named("Ann", "\(id.contact)"))
            try await bed.row(id, .settled)
        }
        try bed.outlook(anna).deleteFolder()
        await bed.advance(by: .seconds(60))
    }

    @Test("A mailbox that is written is looked at once a minute, not for each contact")
    func looks() async throws {
        try await SyncBed.run(anna) { bed in
            for number in 1...5 {
                try await bed.ln(ContactLinkID(anna, "C\(number)"), .named("Ann", "Lee"))
                try await bed.row(ContactLinkID(anna, "C\(number)"), .settled)
            }
            #expect(looks(bed) == 0, "it was made just now")
            await bed.advance(by: .seconds(60))
            for name in ["Anne", "Annie"] {
                try await bed.ln(id, .named(name, "Lee"))
                try await bed.row(id) { $0.settled == (try? ContentHash(of: .named(name, "Lee"))) }
            }
            #expect(looks(bed) == 1)
        }
    }

    @Test("A renamed folder is still ours")
    func renamed() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            let folder = try #require(try bed.outlook(anna).folders().first)
            try bed.outlook(anna).renameFolder("Kunden")
            await bed.advance(by: .seconds(60))
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.ln(second, .named("Bo", "Ek"))
            try await bed.row(second, .settled)
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Anne", "Lee"))) }
            #expect(try bed.outlook(anna).items(in: folder).count == 2)
            #expect(try bed.outlook(anna).folders().isEmpty)
        }
    }

    @Test(
        "A folder that was deleted in Outlook is written no more: change, new contact and removal are held, and one hold is open"
    )
    func deleted() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            let writes = bed.writes
            let third = ContactLinkID(anna, "C3")
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.ln(removes: second)
            try await bed.ln(third, .named("Bo", "Ek"))
            for id in [id, second, third] {
                let row = try await bed.row(id, .held)
                #expect(row.status.reason?.contains("lnsync holds show") == true)
                #expect(try await bed.journal(id).last == "CON-5 held")
            }
            #expect(bed.writes == writes)
            let holds = try await bed.store.holds(.open)
            #expect(holds.map(\.kind) == ["vanishedFolder"])
            #expect(holds.map(\.subject) == [anna.id.description])
        }
    }

    @Test(
        "Approved, the folder is made again and the contacts are put back, but not one that the user had deleted himself"
    )
    func approved() async throws {
        try await SyncBed.run(anna) { bed in
            let third = ContactLinkID(anna, "C3")
            try await bed.ln(third, .named("Bo", "Ek"))
            try bed.outlook(anna).deleteForGood(try #require(try await bed.row(third, .settled).item.id))
            try await bed.ln(third, .named("Bob", "Ek"))
            try await bed.row(third, .refused)
            try await deleteFolder(bed)
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id, .held)
            let hold = try #require(try await bed.store.holds(.open).first)
            let listing = try await bed.administration.decide(hold.id.uuidString, .approved)
            #expect(listing.consequence.contains("again"))
            #expect(try await bed.user(anna).baseline == .running(after: nil))
            try await bed.noticed()
            try await bed.row(id, .settled)
            // The baseline that the approval began.
            try await bed.ln(second, .named("Ann", "C2"))
            try await bed.ln(third, .named("Bob", "Ek"))
            let row = try await bed.row(second) {
                $0.status.state == .settled && $0.observed == nil && $0.settled != nil
            }
            #expect(row.status.generation == 2)
            #expect(try await bed.row(third) { $0.status.state == .refused }.item != .none)
            #expect(Set(try bed.outlook(anna).items().map(\.displayName)) == ["Anne C1", "Ann C2"])
            #expect(try await bed.store.holds(.open).isEmpty)
        }
    }

    @Test("A worker that has not heard of the approval yet holds nothing anew")
    func approvedUnheard() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id, .held)
            let hold = try #require(try await bed.store.holds(.open).first)
            _ = try await bed.administration.decide(hold.id.uuidString, .approved)
            bed.settler.wake()
            try await bed.row(id, .settled)
        }
    }

    @Test("Discarded, nothing more is written into the mailbox; it can be approved later all the same")
    func discarded() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id, .held)
            let writes = bed.writes
            let hold = try #require(try await bed.store.holds(.open).first)
            _ = try await bed.administration.decide(hold.id.uuidString, .discarded)
            try await bed.noticed()
            #expect(try await bed.row(id, .refused).status.reason?.contains("decided to leave it so") == true)
            try await bed.ln(second, .named("Bo", "C2"))
            try await bed.row(second, .refused)
            #expect(bed.writes == writes)
            #expect(try await bed.store.holds(.open).isEmpty)
            _ = try await bed.administration.decide(hold.id.uuidString, .approved)
            try await bed.noticed()
            for id in [id, second] { try await bed.row(id, .settled) }
            #expect(Set(try bed.outlook(anna).items().map(\.displayName)) == ["Anne C1", "Bo C2"])
        }
    }

    /// LN changes a contact, and somebody decides that the folder, which is gone, stays away.
    private func leaveFolderAway(_ bed: SyncBed) async throws {
        try await bed.ln(id, .named("Anne", "C1"))
        try await bed.row(id, .held)
        let hold = try #require(try await bed.store.holds(.open).first)
        _ = try await bed.administration.decide(hold.id.uuidString, .discarded)
        try await bed.noticed()
        try await bed.row(id, .refused)
    }

    @Test("A folder that was left away and that the user puts back is in use again, and all contacts are sent anew")
    func putBackLater() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.ln(id, .named("Ann", "C1"))
            try await bed.row(id, .settled)
            let contacts = try #require(try await bed.user(anna).mailbox?.contactsFolder)
            try await bed.change(anna) { $0.mailbox?.contactsFolder = ItemID("elsewhere") }
            try await leaveFolderAway(bed)
            try await bed.change(anna) { $0.mailbox?.contactsFolder = contacts }
            await bed.advance(by: .seconds(60))
            try await bed.ln(second, .named("Bo", "C2"))
            try await bed.row(second, .settled)
            let ended = try #require(try await bed.store.holds(nil).first)
            #expect(ended.state == .approved && ended.decidedBy == "Outlook")
            #expect(try await bed.user(anna).baseline != .done, "what was refused meanwhile is sent once more")
        }
    }

    @Test(
        "A folder that the user puts back before anybody decides goes on where it was; gone once more, it is asked anew"
    )
    func putBack() async throws {
        try await SyncBed.run(anna) { bed in
            for id in [id, second] {
                try await bed.ln(id, .named("Ann", "\(id.contact)"))
                try await bed.row(id, .settled)
            }
            // Seen from us it is the same whether the folder is elsewhere, or the default folder.
            let contacts = try #require(try await bed.user(anna).mailbox?.contactsFolder)
            func become(_ parent: ItemID) async throws {
                try await bed.change(anna) { $0.mailbox?.contactsFolder = parent }
            }
            try await become(ItemID("elsewhere"))
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id, .held)
            try await become(contacts)
            await bed.advance(by: .seconds(60))
            try await bed.ln(second, .named("Bo", "C2"))
            for id in [id, second] { try await bed.row(id) { $0.status.state == .settled && $0.observed == nil } }
            #expect(Set(try bed.outlook(anna).items().map(\.displayName)) == ["Anne C1", "Bo C2"])
            #expect(try await bed.store.holds(nil).map(\.decidedBy) == ["Outlook"])
            try await become(ItemID("elsewhere"))
            try await bed.ln(id, .named("Annie", "C1"))
            try await bed.row(id, .held)
            #expect(try await bed.store.holds(.open).count == 1)
        }
    }

    @Test(
        "A folder that the user puts back is found by the next look, within the hour: what was held goes on, and LN changes nothing"
    )
    func putBackFound() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            let folder = try #require(try await bed.user(anna).mailbox?.folder)
            let edits = bed.edits(KeptRecords())
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id, .held)
            await edits.look()
            #expect(try await bed.store.holds(.open).count == 1, "it is still in Deleted Items")
            try bed.outlook(anna).putBack(folder: folder)
            await bed.advance(by: .seconds(3600))
            await edits.look()
            bed.settler.wake()
            try await bed.row(id) { $0.status.state == .settled && $0.observed == nil }
            #expect(Set(try bed.outlook(anna).items().map(\.displayName)) == ["Anne C1", "Ann C2"])
            #expect(try await bed.store.holds(nil).map(\.decidedBy) == ["Outlook"])
            let requests = bed.transport.requests.count
            await bed.advance(by: .seconds(3600))
            await edits.look()
            #expect(bed.transport.requests.count == requests, "the mailbox is looked at daily again")
        }
    }

    @Test("A folder that was left away and is put back is found too, and all contacts are sent anew")
    func leftAndPutBackFound() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            let folder = try #require(try await bed.user(anna).mailbox?.folder)
            try await leaveFolderAway(bed)
            let edits = bed.edits(KeptRecords())
            await edits.look()
            #expect(try await bed.user(anna).baseline == .done)
            try bed.outlook(anna).putBack(folder: folder)
            await edits.look()
            #expect(try await bed.user(anna).baseline == .running(after: nil))
            #expect(try await bed.store.holds(nil).map(\.decidedBy) == ["Outlook"])
        }
    }

    @Test("A folder that was deleted is found by the daily look, before LN changes one of its contacts")
    func deletionFound() async throws {
        try await SyncBed.run(anna) { bed in
            try await deleteFolder(bed)
            let hints = KeptRecords()
            await bed.edits(hints).look()
            #expect(try await bed.store.holds(.open).map(\.kind) == ["vanishedFolder"])
            #expect(hints.records.isEmpty)
            try await bed.row(id, .settled)
        }
    }

    @Test("Where the setting says so, contacts go beside the user's own ones, which are never touched")
    func defaultFolder() async throws {
        try await SyncBed.run(anna) { bed in
            try await bed.set(ContactFolderPolicy.mailboxDefault)
            let kept = try bed.outlook(anna).makePrivateContact("Ann Lee")
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.ln(second, .named("Bo", "Ek"))
            try await bed.row(id, .settled)
            try await bed.row(second, .settled)
            #expect(try bed.outlook(anna).folders().isEmpty, "no folder is made")
            #expect(try bed.outlook(anna).items(in: "contacts").count == 3)
            await bed.advance(by: .seconds(60))
            try await bed.ln(id, .named("Anne", "Lee"))
            try await bed.row(id) { $0.settled == (try? ContentHash(of: .named("Anne", "Lee"))) }
            try await bed.ln(removes: second)
            try await bed.row(second, .tombstone)
            #expect(Set(try bed.outlook(anna).items(in: "contacts").map(\.displayName)) == ["Ann Lee", "Anne Lee"])
            #expect(try bed.outlook(anna).item(ItemID(kept.id)) == kept)
        }
    }

    @Test("Another mailbox behind the address gets all contacts anew, and nothing is taken for deleted by the user")
    func anotherMailbox() async throws {
        try await SyncBed.run(anna) { bed in
            for id in [id, second] {
                try await bed.ln(id, .named("Ann", "\(id.contact)"))
                try await bed.row(id, .settled)
            }
            try bed.outlook(anna).replaceMailbox()
            try await bed.ln(id, .named("Anne", "C1"))
            try await bed.row(id) { $0.status.generation == 2 && $0.status.state == .settled }
            #expect(try bed.outlook(anna).items().map(\.displayName) == ["Anne C1"])
            #expect(try await bed.user(anna).baseline == .running(after: nil))
            let entries = try await bed.store.journal(JournalQuery(item: "user/anna")).map(\.draft)
            let entry = try #require(entries.first { $0.rule == "USR-1" && $0.action == "moved" })
            #expect(entry.detail.contains("delete the contacts folder “Infor LN” in Outlook there"))
            try await bed.ln(second, .named("Ann", "C2"))
            try await bed.row(second) { $0.settled != nil && $0.status.state == .settled }
            #expect(try bed.outlook(anna).items().count == 2)
        }
    }

    @Test("Of two active users with one mailbox the one who came second is left alone, with what to do")
    func sharedMailbox() async throws {
        var twin = SyncUser("twin")
        twin.email = EmailAddress("Anna@shop.example")
        try await SyncBed.run(anna, twin) { bed in
            try await bed.ln(id, .named("Ann", "Lee"))
            try await bed.row(id, .settled)
            let his = ContactLinkID(twin, "C1")
            try await bed.ln(his, .named("Ann", "Lee"))
            let row = try await bed.row(his) { $0.status.reason != nil }
            #expect(row.status.state == .due)
            let quarantine = try #require(try await bed.user(twin).quarantine)
            #expect(quarantine.reason.contains("ttaad2141m000") && quarantine.reason.contains("anna"))
            #expect(try bed.outlook(anna).items().count == 1)
            let entry = try await bed.store.journal(JournalQuery(item: "user/twin")).first
            #expect(entry?.draft.rule == "USR-1" && entry?.draft.action == "quarantined")
            // The other becomes inactive: tried again, the mailbox is his.
            try await bed.change(anna) { $0.isActive = false }
            _ = try await bed.administration.resume("twin")
            try await bed.noticed()
            try await bed.row(his, .settled)
            #expect(try bed.outlook(anna).items().count == 1)
        }
    }
}
