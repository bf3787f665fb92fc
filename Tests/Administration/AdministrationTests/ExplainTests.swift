import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@testable import Administration

@Suite("One contact, explained")
struct ExplainTests {
    @Test("Of a contact that nobody knows, it is said where to look")
    func unknown() async throws {
        let bed = try await AdministrationBed()
        await #expect {
            try await bed.administration.explain("C9", Company(1300))
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
        let explanation = try await bed.administration.explain("C1", Company(1300))
        #expect(explanation.mailboxes.map(\.user) == ["anna", "bea"].map { LNUserCode($0) })
        #expect(explanation.mailboxes.map(\.state) == ["in step with LN", "is to be made in Exchange"])
        #expect(explanation.mailboxes.map(\.waitsFor) == [nil, "synchronisation, which is stopped: lnsync start"])
        #expect(explanation.mailboxes.map(\.item) == [ItemID("item"), nil])
        #expect(explanation.mailboxes.map(\.reason) == [nil, "busy"])
        #expect(explanation.mailboxes.map(\.due) == [nil, due])
        #expect(explanation.mailboxes.map(\.email.rawValue) == ["anna@shop.example", "bea@shop.example"])
        #expect(explanation.mailboxes.allSatisfy { $0.sequence == "000000000007.000000000009" })
    }

    @Test("A removal that is withheld, or came before the contact was made, is said so")
    func removal() async throws {
        let bed = try await AdministrationBed()
        let hold = Hold(
            id: UUID(), kind: "removals", subject: "1300", keys: ["C1"], detail: "", opened: bed.time.now)
        _ = try await bed.store.commit([.hold(hold)])
        try await bed.put(ContactLinkID(bed.anna, "C1")) { $0.item = .made(ItemID("item"), ETag("1")) }
        try await bed.put(ContactLinkID(bed.bea, "C1")) { link in
            link.observed = .removal(.synchronizeOff)
            link.status.state = .due
            link.status.due = bed.time.now
        }
        let mailboxes = try await bed.administration.explain("C1", Company(1300)).mailboxes
        #expect(
            mailboxes.map(\.state) == [
                "held: waits for a decision", "left LN's scope before it was made in Exchange",
            ])
        #expect(mailboxes.first?.waitsFor == "a decision: lnsync holds show \(hold.id.uuidString.lowercased())")
        #expect(mailboxes.first?.reason == "it left LN's scope, and its removal is withheld")
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
        let explanation = try await bed.administration.explain("C1", Company(1300))
        #expect(explanation.mailboxes.map(\.state) == [sentence, "no copy in this mailbox"])
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
        let explanation = try await bed.administration.explain("C1", Company(1300))
        #expect(explanation.mailboxes.allSatisfy { $0.item == nil })
        #expect(explanation.rules["CON-1"]?.contains("Synchronize") == true)
        #expect(explanation.journal.map(\.action) == ["removed", "created"])
        #expect(explanation.journal.map(\.user) == ["bea", "anna"].map { LNUserCode($0) })
        #expect(explanation.journal.map(\.rule) == ["CON-1", "CON-1"])
        #expect(explanation.journal.first?.time == bed.time.now)
        #expect(try await bed.administration.explain("C1", Company(1300), limit: 1).journal.count == 1)
    }

    @Test("A row that is due says what it waits for, and what ends that")
    func waiting() async throws {
        let bed = try await AdministrationBed([SyncUser("anna")])
        try await bed.put(ContactLinkID(bed.anna, "C1")) { link in
            link.status.state = .due
            link.status.due = bed.time.now
        }
        func expect(_ text: String) async throws {
            let waits = try await bed.administration.explain("C1", Company(1300)).mailboxes.first?.waitsFor ?? ""
            #expect(waits.contains(text), "\(waits)")
        }
        try await expect("lnsync start")
        try await bed.administration.start()
        try await expect("its turn")
        try await bed.takeOver(contacts: false)
        try await expect("off in COM Parameters (tccom0000s000)")
        try await bed.takeOver()
        _ = try await bed.administration.pause("anna")
        try await expect("lnsync resume anna")
        _ = try await bed.administration.resume("anna")
        try await expect("its turn")
        // Another row of the mailbox has met what hinders all.
        try await bed.put(ContactLinkID(bed.anna, "C2")) { link in
            link.status.state = .due
            link.status.due = bed.time.now + 60
            link.status.reason = RowStatus.reason(untilMended: "the secret is wrong")
        }
        try await expect("what hinders all of the mailbox: the secret is wrong")
    }

    @Test(
        "A code is found whatever its case, blanks and leading zeros",
        arguments: ["C00000123", " c00000123 ", "C123", "123", "0123", "c 123"])
    func spelling(text: String) async throws {
        let bed = try await AdministrationBed()
        for code in ["C00000123", "C00001234", "C00000023"] {
            #expect(
                try await bed.store.commit([
                    .published(
                        Company(1300), EntitySet("Contacts"), key: code,
                        Published(everInScope: true, hash: ContentHash("h")))
                ]) == .committed)
            try await bed.put(ContactLinkID(bed.anna, code))
        }
        #expect(try await bed.administration.explain(text, Company(1300)).contact == ContactCode("C00000123"))
    }

    @Test("A number that several contacts have is not guessed")
    func ambiguous() async throws {
        let bed = try await AdministrationBed()
        for code in ["C00000123", "P00000123"] {
            #expect(
                try await bed.store.commit([
                    .published(
                        Company(1300), EntitySet("Contacts"), key: code,
                        Published(everInScope: true, hash: ContentHash("h")))
                ]) == .committed)
        }
        let error = await #expect(throws: AdministrationError.self) {
            try await bed.administration.explain("123", Company(1300))
        }
        #expect(error?.description.contains("C00000123, P00000123: give the whole code") == true)
    }

    @Test("Who gives a name or an address is told how to find the code", arguments: ["ada@shop.example", "Ada"])
    func names(text: String) async throws {
        let bed = try await AdministrationBed()
        let error = await #expect(throws: AdministrationError.self) {
            try await bed.administration.explain(text, Company(1300))
        }
        #expect(error?.description.contains("Contacts (tccom4540m000) in LN finds the code") == true)
    }

    @Test("Every rule that the programs write into the journal has words")
    func rules() throws {
        var root = URL(filePath: #filePath)
        for _ in 1...4 { root.deleteLastPathComponent() }
        var rules: Set<String> = []
        let files = FileManager.default.enumerator(at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /rule: [^,]*?"([A-Za-z]+(?:-\d)?)"/)
            {
                rules.insert(String(match.output.1))
            }
        }
        rules.subtract(["removals", "created", "LN"])
        #expect(rules.count > 8, "\(rules)")
        for rule in rules { #expect(RuleWords.of(rule) != nil, "\(rule)") }
    }
}
