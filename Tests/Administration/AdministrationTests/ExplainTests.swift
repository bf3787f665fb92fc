import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("One contact, explained")
struct ExplainTests {
    @Test("Of a contact that nobody knows, it is said where to look")
    func unknown() async throws {
        let bed = try await AdministrationBed()
        await #expect {
            try await bed.administration.explain(ContactCode("C9"), Company(1300))
        } throws: { error in
            let text = (error as? AdministrationError)?.description ?? ""
            return text.contains("C9") && text.contains("1300") && text.contains("tccom1640m000")
        }
    }

    @Test("Mailbox by mailbox: where it stands in a sentence, why, when it is tried again, and which item it is")
    func known() async throws {
        let bed = try await AdministrationBed()
        try await bed.put(ContactLinkID(bed.anna, "C1")) { link in
            link.item = .made(ItemID("item"), ETag("1"))
            link.settled = ContentHash("h")
        }
        let due = bed.time.now + 60
        try await bed.put(ContactLinkID(bed.bea, "C1")) { link in
            link.status.state = .due
            link.status.due = due
            link.status.reason = "busy"
        }
        try await bed.put(ContactLinkID(bed.bea, "C2"))
        let explanation = try await bed.administration.explain(ContactCode("C1"), Company(1300))
        #expect(explanation.mailboxes.map(\.user) == ["anna", "bea"].map { LNUserCode($0) })
        #expect(explanation.mailboxes.map(\.state) == ["in step with LN", "is to be made in Exchange"])
        #expect(explanation.mailboxes.map(\.item) == [ItemID("item"), nil])
        #expect(explanation.mailboxes.map(\.reason) == [nil, "busy"])
        #expect(explanation.mailboxes.map(\.due) == [nil, due])
        #expect(explanation.mailboxes.map(\.email.rawValue) == ["anna@shop.example", "bea@shop.example"])
        #expect(explanation.mailboxes.allSatisfy { $0.sequence == "000000000007.000000000009" })
    }

    @Test(
        "Each state has its sentence",
        arguments: [
            (RowStatus.State.due, "is to be written to Exchange"), (.held, "held: waits for a decision"),
            (.refused, "refused"), (.resting, "rests while the user or a switch is off in LN"), (.tombstone, "removed"),
        ])
    func states(_ state: RowStatus.State, _ sentence: String) async throws {
        let bed = try await AdministrationBed()
        try await bed.put(ContactLinkID(bed.anna, "C1")) { link in
            link.status.state = state
            link.item = .made(ItemID("item"), ETag("1"))
            if state == .due { link.status.due = bed.time.now }
        }
        let explanation = try await bed.administration.explain(ContactCode("C1"), Company(1300))
        #expect(explanation.mailboxes.map(\.state) == [sentence])
    }

    @Test("What was decided, the newest first, by whose mailbox and which rule; also of a contact without rows")
    func journal() async throws {
        let bed = try await AdministrationBed()
        for (user, action) in [(bed.anna.id, "created"), (bed.bea.id, "removed")] {
            bed.time.advance(by: .seconds(1))
            let entry = JournalDraft(user: user, item: "contact/1300/C1", rule: "CON-1", action: action, detail: "d")
            #expect(try await bed.store.commit([.journal(entry)]) == .committed)
        }
        let other = JournalDraft(item: "contact/1300/C10", rule: "CON-1", action: "created", detail: "")
        #expect(try await bed.store.commit([.journal(other)]) == .committed)
        let explanation = try await bed.administration.explain(ContactCode("C1"), Company(1300))
        #expect(explanation.mailboxes.isEmpty)
        #expect(explanation.journal.map(\.action) == ["removed", "created"])
        #expect(explanation.journal.map(\.user) == ["bea", "anna"].map { LNUserCode($0) })
        #expect(explanation.journal.map(\.rule) == ["CON-1", "CON-1"])
        #expect(explanation.journal.first?.time == bed.time.now)
        #expect(try await bed.administration.explain(ContactCode("C1"), Company(1300), limit: 1).journal.count == 1)
    }
}
