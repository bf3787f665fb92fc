import Foundation
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Testing
import WorkerTesting

@testable import LNSource

/// CON-6 at work: the reader, its store and its topics.
@Suite("Withheld removals")
struct RemovalHoldTests {
    private let anna = Installation.user("anna")
    private let company = Company(1300)

    private func holds(_ installation: Installation, _ state: Hold.State? = .open) async throws -> [Hold] {
        try await installation.store.holds(state).filter { $0.kind == "removals" && $0.subject == "1300" }
    }

    private func decide(_ installation: Installation, _ state: Hold.State) async throws {
        for var hold in try await holds(installation) {
            hold.state = state
            hold.decidedBy = "admin"
            hold.decided = try await installation.store.now()
            _ = try await installation.store.commit([.hold(hold)])
        }
    }

    private func hash(_ installation: Installation, _ code: String) async throws -> ContentHash? {
        try await installation.store.published(company, ContactPublisher.set, [code])[code]?.hash
    }

    /// Contacts 0 to 19 of 40 lose *Synchronize*, and the pull goes on.
    private func withheld(_ ln: FakeLN, _ installation: Installation) async throws {
        try await installation.firstSync()
        for number in 0..<20 { ln.edit(FakeLN.code(number)) { $0["Synchronize"] = "No" } }
        ln.edit(FakeLN.code(30)) { $0["JobTitle"] = "Buyer" }
        try await installation.pull()
    }

    @Test("Too many removals are withheld in one hold; the changes beside them go out, and the cursor moves")
    func withheld() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await self.withheld(ln, installation)
            let holds = try await self.holds(installation)
            let hold = try #require(holds.first)
            #expect(holds.count == 1)
            // Pages of seven, the first with another row: its six removals are within a quarter.
            #expect(hold.keys == (6..<20).map(FakeLN.code))
            #expect(hold.detail.contains("the removal of 14 is withheld"))
            #expect(installation.kafka.live.filter(\.isRemoval).count == 6 * 2)
            #expect(
                installation.kafka.live.filter { !$0.isRemoval }.map(\.contact) == [FakeLN.code(30), FakeLN.code(30)])
            #expect(installation.kafka.mailboxes[self.anna]?.count == 34)
            #expect(try await self.hash(installation, FakeLN.code(7)) != .removal)
            let watermark = try await installation.store.cursors()[CursorName("watermark/1300/Contacts")]
            #expect(
                watermark == Date(timeIntervalSince1970: Double(ln.state.withLock { $0.clock })).formatted(.iso8601))
            let journal = try await installation.store.journal(JournalQuery(item: "contact/1300/\(FakeLN.code(7))"))
            #expect(journal.map(\.draft.action) == ["held"])
            // Read again by pull and comparison: they stay, and one more joins them.
            ln.delete(FakeLN.code(20))
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).map(\.id) == [hold.id])
            #expect(try await self.holds(installation).first?.keys.count == 15)
        }
    }

    @Test("Approved, each is read anew: what is still out of scope is removed everywhere, what came back is not")
    func approved() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading { try await self.withheld(ln, installation) }
        // Back in LN, unread when the hold is approved.
        ln.edit(FakeLN.code(7)) { $0["Synchronize"] = "Yes" }
        ln.delete(FakeLN.code(8))
        try await self.decide(installation, .approved)
        try await installation.reading("reader-2") {
            try await installation.eventually("the approval is carried out") {
                try await self.holds(installation, .approved).allSatisfy(\.keys.isEmpty)
            }
            #expect(try await self.holds(installation, .approved).first?.detail.hasPrefix("Carried out") == true)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 21)
            #expect(installation.kafka.mailboxes[self.anna]?[FakeLN.code(7)] != nil)
            #expect(try await self.hash(installation, FakeLN.code(8)) == .removal)
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).isEmpty)
            #expect(installation.kafka.live.count { $0.contact == FakeLN.code(9) } == 2, "once for each mailbox")
        }
    }

    @Test("An approval that is cut off between send and commit is carried out by the next holder")
    func approvalCutOff() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading { try await self.withheld(ln, installation) }
        try await self.decide(installation, .approved)
        installation.kafka.loseAcknowledgements(.max)
        let before = installation.kafka.live.count
        try await installation.reading {
            try await installation.eventually("it is sent") { installation.kafka.live.count > before }
        }
        #expect(try await holds(installation, .approved).first?.keys.count == 14)
        installation.kafka.loseAcknowledgements(0)
        try await installation.reading("reader-2") {
            try await installation.eventually("the approval is carried out") {
                try await self.holds(installation, .approved).allSatisfy(\.keys.isEmpty)
            }
            #expect(installation.kafka.mailboxes[self.anna]?.count == 20)
        }
    }

    @Test("Discarded, they stay in Exchange; only the next comparison asks again, and never removes them by itself")
    func discarded() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await self.withheld(ln, installation)
            try await self.decide(installation, .discarded)
            try await installation.pull()
            #expect(try await self.holds(installation).isEmpty)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 34)
            for number in 9..<20 { ln.edit(FakeLN.code(number)) { $0["Synchronize"] = "Yes" } }
            try await installation.pull(.fullPull)
            // Three are left, which the guard would let pass: they were asked before.
            #expect(try await self.holds(installation).map(\.keys) == [(6..<9).map(FakeLN.code)])
            #expect(installation.kafka.mailboxes[self.anna]?.count == 34)
            #expect(try await self.holds(installation, .discarded).allSatisfy(\.keys.isEmpty))
        }
    }

    @Test("A contact that comes back leaves the hold, though LN dates no change; the last one ends it")
    func returned() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            let rows = ln.state.withLock { $0.sets["Contacts"] }
            // As with a wrong company or a lost authorisation: the rows are simply not there.
            ln.state.withLock { $0.sets["Contacts"] = rows?.filter { ($0["Contact"] ?? "") >= FakeLN.code(30) } }
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).first?.keys.count == 23)
            ln.state.withLock { $0.sets["Contacts"] = rows }
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).isEmpty)
            #expect(try await self.holds(installation, .discarded).map(\.decidedBy) == ["LN"])
            #expect(installation.kafka.mailboxes[self.anna]?.count == 40)
            let journal = try await installation.store.journal(JournalQuery(item: "contact/1300/\(FakeLN.code(29))"))
            #expect(journal.map(\.draft.action) == ["released", "held"])
        }
    }

    @Test(
        "A user who came while it was withheld gets a contact that comes back, though it is as it was: read anew or approved",
        arguments: [false, true])
    func cameMeanwhile(_ isApproved: Bool) async throws {
        let ln = FakeLN(contacts: 40, users: ["anna"])
        ln.setUser("bea", active: false)
        let bea = Installation.user("bea")
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            // Sent to all, so that its content is known as acknowledged.
            for number in 0..<20 { ln.edit(FakeLN.code(number)) { $0["JobTitle"] = "Buyer" } }
            try await installation.pull()
            try await self.withheld(ln, installation)
            #expect(try await self.holds(installation).first?.keys.count == 13)
            ln.setUser("bea", active: true)
            try await installation.eventually("bea's baseline is done") {
                try await installation.store.users().contains { $0.name == "bea" && $0.baseline == .done }
            }
            #expect(installation.kafka.mailboxes[bea]?.count == 20)
            if isApproved { try await self.decide(installation, .approved) }
        }
        for number in 6..<20 { ln.edit(FakeLN.code(number)) { $0["Synchronize"] = "Yes" } }
        try await installation.reading("reader-2") {
            try await installation.pull()
            try await installation.eventually("nothing is withheld") {
                try await installation.store.holds(nil).allSatisfy(\.keys.isEmpty)
            }
            #expect(installation.kafka.mailboxes[bea]?.count == 34)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 34)
            #expect(try await self.hash(installation, FakeLN.code(7)) != nil)
        }
    }

    @Test("What another user's baseline finds to have come back goes to all, whether it was withheld or removed")
    func foundByBaseline() async throws {
        let ln = FakeLN(contacts: 40, users: ["anna"])
        for name in ["bea", "carl"] { ln.setUser(name, active: false) }
        let installation = try await Installation(ln)
        @Sendable func baseline(_ name: String) async throws {
            ln.setUser(name, active: true)
            try await installation.eventually("\(name)'s baseline is done") {
                try await installation.store.users().contains { $0.name == name && $0.baseline == .done }
            }
        }
        @Sendable func count(_ name: String) -> Int? { installation.kafka.mailboxes[Installation.user(name)]?.count }
        try await installation.reading {
            try await installation.firstSync()
            for number in 0..<40 { ln.edit(FakeLN.code(number)) { $0["JobTitle"] = "Buyer" } }
            try await installation.pull()
            let rows = ln.state.withLock { $0.sets["Contacts"] }
            // LN dates nothing of it.
            ln.state.withLock { $0.sets["Contacts"] = rows?.filter { ($0["Contact"] ?? "") >= FakeLN.code(30) } }
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).first?.keys.count == 23)
            try await baseline("bea")
            #expect(count("anna") == 33 && count("bea") == 10)
            ln.state.withLock { $0.sets["Contacts"] = rows }
            try await baseline("carl")
            #expect(try await self.holds(installation).isEmpty)
            #expect(count("anna") == 40 && count("bea") == 40 && count("carl") == 40)
        }
    }

    @Test("Removals of baselines and of named contacts pass the guard too")
    func backfill() async throws {
        let ln = FakeLN(contacts: 40, users: ["anna"])
        ln.setUser("bea", active: false)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            for number in 0..<20 { ln.delete(FakeLN.code(number)) }
            ln.setUser("bea", active: true)
            try await installation.eventually("bea's baseline is done") {
                try await installation.store.users().contains { $0.name == "bea" && $0.baseline == .done }
            }
            let held = try await self.holds(installation).first?.keys.count
            #expect(held == 13)
            try await installation.kafka.hint(
                Hint(
                    company: self.company, action: .contacts, contacts: (10..<20).map { ContactCode(FakeLN.code($0)) },
                    users: [self.anna], by: "test"))
            try await installation.hintsDone()
            #expect(try await self.holds(installation).first?.keys.count == held)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 40)
            try await self.decide(installation, .approved)
            try await installation.eventually("the approval is carried out") {
                installation.kafka.mailboxes[self.anna]?.count == 27
            }
        }
    }

    @Test("What was let pass within the hour counts for the next holder of the lease too")
    func counted() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            for number in 0..<7 { ln.delete(FakeLN.code(number)) }
            try await installation.pull(.fullPull)
        }
        #expect(try await holds(installation).isEmpty)
        try await installation.reading("reader-2") {
            for number in 7..<11 { ln.delete(FakeLN.code(number)) }
            try await installation.pull(.fullPull)
            #expect(try await self.holds(installation).first?.keys.count == 4)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 33)
        }
    }

    @Test("Killed before the hold's page is recorded: it is read again, and nothing is withheld twice or forgotten")
    func killed() async throws {
        let ln = FakeLN(contacts: 40)
        let installation = try await Installation(ln)
        try await installation.reading { try await installation.firstSync() }
        for number in 0..<20 { ln.edit(FakeLN.code(number)) { $0["Synchronize"] = "No" } }
        installation.kafka.loseAcknowledgements(.max)
        try await installation.reading {
            try await installation.kafka.hint(.init(company: self.company, action: .pull, by: "test"))
            try await installation.eventually("removals are sent") { !installation.kafka.live.isEmpty }
        }
        installation.kafka.loseAcknowledgements(0)
        try await installation.reading("reader-2") {
            try await installation.hintsDone()
            #expect(try await self.holds(installation).map(\.keys) == [(6..<20).map(FakeLN.code)])
            #expect(installation.kafka.mailboxes[self.anna]?.count == 34)
        }
    }
}
