import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import LNSource

@Suite("The reader of LN")
struct ReaderTests {
    private let anna = Installation.user("anna")
    private let bea = Installation.user("bea")

    @Test(
        "A first sync sends each contact in scope once to every active user, and asks LN no more often for two than for one"
    )
    func firstSync() async throws {
        let ln = FakeLN(contacts: 20)
        ln.edit(FakeLN.code(3)) { $0["Synchronize"] = "No" }
        ln.setUser("carl", active: false)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            let backfill = installation.kafka.backfill
            #expect(backfill.count == 38)
            #expect(Set(backfill.map { "\($0.user)/\($0.contact)" }).count == 38)
            #expect(Set(backfill.map(\.user)) == [self.anna, self.bea])
            #expect(installation.kafka.live.isEmpty)
            // Watermark, three full or half pages, the empty one.
            #expect(ln.requests(of: "Contacts") <= 1 + 2 * 4)
        }
    }

    @Test("A changed contact goes to each user once; what is read again unchanged is not sent again")
    func change() async throws {
        let ln = FakeLN(contacts: 5)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Buyer" }
            try await installation.pull()
            #expect(installation.kafka.live.map(\.contact) == [FakeLN.code(1), FakeLN.code(1)])
            #expect(Set(installation.kafka.live.map(\.user)) == [self.anna, self.bea])
            try await installation.pull()
            #expect(installation.kafka.live.count == 2, "the overlap reads it again, with equal content")
        }
    }

    @Test("A contact that no topic takes is refused in the journal, and holds up nobody else; shortened, it is sent")
    func tooLarge() async throws {
        let ln = FakeLN(contacts: 3)
        let installation = try await Installation(ln)
        let large = FakeLN.code(1)
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(large) { $0["Text"] = String(repeating: "ab", count: 510_000) }
            ln.edit(FakeLN.code(2)) { $0["JobTitle"] = "Buyer" }
            try await installation.pull()
            #expect(Set(installation.kafka.live.map(\.contact)) == [FakeLN.code(2)])
            let refusals = try await installation.store.journal(JournalQuery(item: "contact/1300/\(large)"))
            #expect(refusals.map(\.draft.action) == ["refused"])
            #expect(refusals.first?.draft.detail.contains("shorten its Text") == true)
            ln.edit(large) { $0["Text"] = "short" }
            try await installation.pull()
            #expect(installation.kafka.live.map(\.contact).contains(large))
        }
    }

    @Test("Synchronize off removes the contact from all mailboxes; one that was never in scope is not mentioned")
    func outOfScope() async throws {
        let ln = FakeLN(contacts: 3)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(FakeLN.code(1)) { $0["Synchronize"] = "No" }
            ln.edit("C99999999") { $0["Active"] = "No" }
            try await installation.pull()
            #expect(installation.kafka.live.map(\.contact) == [FakeLN.code(1), FakeLN.code(1)])
            #expect(installation.kafka.live.allSatisfy { $0.isRemoval })
            #expect(installation.kafka.mailboxes[self.anna]?.count == 2)
        }
    }

    @Test("A changed address is turned into its contacts")
    func address() async throws {
        let ln = FakeLN(contacts: 10)
        ln.edit("Addresses", "AddressCode", "A1") { $0["City"] = "Oslo" }
        ln.edit(FakeLN.code(4)) { $0["WorkAddress"] = "A2" }
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
            let before = installation.kafka.mailboxes
            ln.edit("Addresses", "AddressCode", "A1") { $0["City"] = "Bergen" }
            try await installation.pull()
            let after = installation.kafka.mailboxes
            let changed = FakeLN.code(4)
            #expect(after[self.anna]?.filter { before[self.anna]?[$0.key] != $0.value }.count == 9)
            #expect(after[self.anna]?[changed] == before[self.anna]?[changed])
        }
    }

    @Test("Deleted contacts are found by comparing all keys, and proven by a keyed read")
    func deleted() async throws {
        let ln = FakeLN(contacts: 12)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            ln.delete(FakeLN.code(5))
            try await installation.pull()
            #expect(installation.kafka.live.isEmpty)
            try await installation.pull(.fullPull)
            #expect(installation.kafka.live.map(\.contact) == [FakeLN.code(5), FakeLN.code(5)])
            #expect(installation.kafka.live.allSatisfy { $0.isRemoval })
            try await installation.pull(.fullPull)
            #expect(installation.kafka.live.count == 2)
        }
    }

    @Test("A user activated later gets all contacts by back-fill, the others nothing; deactivated, he gets no more")
    func activation() async throws {
        let ln = FakeLN(contacts: 6, users: ["anna"])
        ln.setUser("bea", active: false)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            #expect(installation.kafka.backfill.count == 6)
            ln.setUser("bea", active: true)
            try await installation.eventually("bea's baseline is done") {
                try await installation.store.users().contains { $0.id == self.bea && $0.baseline == .done }
            }
            #expect(installation.kafka.backfill.count == 12)
            #expect(installation.kafka.backfill.count { $0.user == self.bea } == 6)
            ln.setUser("anna", active: false)
            try await installation.eventually("anna is inactive") {
                try await installation.store.users().contains { $0.id == self.anna && !$0.isActive }
            }
            ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Buyer" }
            try await installation.pull()
            #expect(installation.kafka.live.map(\.user) == [self.bea])
        }
    }

    @Test("While stopped no request is begun, a hint waits, and a start resumes from the watermark")
    func stopped() async throws {
        let ln = FakeLN(contacts: 4)
        let installation = try await Installation(ln, isStarted: false)
        try await installation.reading {
            // The settings are not read either: the leases are held for a while, and nothing happens.
            try await installation.eventually("all leases are held") {
                try await installation.store.leases().count == 3
            }
            #expect(ln.allRequests == 0)
            try await installation.start(true)
            try await installation.firstSync()
            try await installation.start(false)
            ln.edit(FakeLN.code(2)) { $0["JobTitle"] = "Buyer" }
            try await installation.kafka.hint(Hint(company: Company(1300), action: .pull, by: "test"))
            try await installation.start(true)
            try await installation.hintsDone()
            #expect(installation.kafka.live.map(\.contact) == [FakeLN.code(2), FakeLN.code(2)])
        }
    }

    @Test("The switch stands before every request, the token's too")
    func switched() async throws {
        let ln = FakeLN()
        let installation = try await Installation(ln, isStarted: false)
        let watch = StoreWatch(installation.store, time: installation.time, log: .silent)
        let transport = SwitchedTransport(transport: ln, watch: watch)
        let request = try #require(HTTPRequest(method: .get, url: "https://gateway.example/Contacts"))
        for isStarted in [false, true, false] {
            try await installation.start(isStarted)
            try await watch.refresh()
            do throws(HTTPTransportError) {
                _ = try await transport.send(request, timeout: .seconds(1))
                #expect(isStarted)
            } catch {
                #expect(!isStarted && error.isSurelyUnsent)
            }
        }
        #expect(ln.allRequests == 1)
    }

    @Test("A hint that names contacts sends them by back-fill to its users only, whatever was published")
    func namedContacts() async throws {
        let installation = try await Installation(FakeLN(contacts: 4))
        try await installation.reading {
            try await installation.firstSync()
            let before = installation.kafka.backfill.count
            try await installation.kafka.hint(
                Hint(
                    company: Company(1300), action: .contacts,
                    contacts: [ContactCode(FakeLN.code(1)), ContactCode("C77777777")], users: [self.bea], by: "test"))
            try await installation.kafka.hint(Hint(company: Company(200), action: .pull, by: "another lease's"))
            try await installation.hintsDone()
            let sent = installation.kafka.backfill
            #expect(sent.count == before + 2)
            #expect(sent.count { $0.user == self.bea } == before / 2 + 2)
            #expect(sent.contains { $0.contact == "C77777777" && $0.isRemoval })
        }
    }

    @Test("A changed country's ISO code goes out by back-fill")
    func country() async throws {
        let ln = FakeLN(contacts: 3)
        ln.edit("Addresses", "AddressCode", "A1") { $0["Country"] = "NLD" }
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            let before = installation.kafka.mailboxes
            ln.edit("Countries", "Country", "NLD") { $0["ISOCodeAlpha2"] = "BE" }
            try await installation.eventually("all mailboxes have other content") {
                let after = installation.kafka.mailboxes
                return after[self.anna]?.count == 3
                    && after[self.anna]?.allSatisfy { before[self.anna]?[$0.key] != $0.value } == true
            }
        }
    }

    @Test("A country without ISO code is left out of its contacts, and reported once")
    func missingISOCode() async throws {
        let ln = FakeLN(contacts: 9)
        ln.edit("Addresses", "AddressCode", "A1") { $0["Country"] = "XYZ" }
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
            let journal = try await installation.store.journal(JournalQuery(item: "ln/1300"))
            #expect(journal.map(\.draft.rule) == ["CON-3"])
            #expect(journal.first?.draft.detail.contains("country XYZ") == true)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 9)
        }
    }

    @Test("Trouble of LN's is waited out; Retry-After is respected, and nothing is lost")
    func trouble() async throws {
        let ln = FakeLN(contacts: 8)
        let installation = try await Installation(ln)
        for status in [503, 429, 500] {
            ln.failOnce(HTTPResponse(status: status, headerFields: ["Retry-After": "0"]))
        }
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Buyer" }
            ln.failOnce(HTTPResponse(status: 503))
            try await installation.pull()
            #expect(Set(installation.kafka.live.map(\.user)) == [self.anna, self.bea])
            #expect(installation.kafka.mailboxes[self.anna]?.count == 8)
        }
    }

    @Test(
        "What an inspection met is over when one goes well, though no pull is due; by the next holder of the lease too")
    func mended() async throws {
        let ln = FakeLN(contacts: 3)
        let installation = try await Installation(ln)
        @Sendable func isInTrouble() async throws -> Bool {
            ReadingTrouble.kept(in: try await installation.store.cursors())[LeaseName("reader/1300/contact")] != nil
        }
        try await installation.reading { try await installation.firstSync() }
        ln.state.withLock { $0.isDown = true }
        try await installation.reading("reader-2") {
            try await installation.eventually("it is kept") { try await isInTrouble() }
        }
        let pulls = ln.requests(of: "Contacts")
        ln.state.withLock { $0.isDown = false }
        try await installation.reading("reader-3") {
            try await installation.eventually("it is over") { try await !isInTrouble() }
            #expect(ln.requests(of: "Contacts") == pulls)
        }
    }

    @Test("A topic that began anew in the same cluster is noticed by its last record")
    func anotherTopic() async throws {
        let installation = try await Installation(FakeLN(contacts: 5))
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
        }
        installation.kafka.startAnew("cluster-1")
        for _ in 0..<2 {
            try await installation.kafka.hint(Hint(company: Company(1300), action: .pull, by: "test"))
        }
        try await installation.reading {
            try await installation.eventually("all is sent anew") { installation.kafka.backfill.count >= 10 }
            try await installation.hintsDone()
        }
    }

    @Test("Another cluster behind the broker's address: all mailboxes' states are sent anew, and compared")
    func anotherCluster() async throws {
        let installation = try await Installation(FakeLN(contacts: 5))
        try await installation.reading { try await installation.firstSync() }
        installation.kafka.startAnew("cluster-2")
        try await installation.reading("reader-2") {
            try await installation.eventually("all is sent anew") { installation.kafka.backfill.count >= 10 }
            try await installation.firstSync()
            #expect(installation.kafka.mailboxes[self.anna]?.count == 5)
            let journal = try await installation.store.journal(JournalQuery(item: "topic/ln.notifications"))
            #expect(journal.first?.draft.action == "gap")
        }
    }
}
