import Foundation
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import LNSource

/// The histories that the design's reader model prints when one of its rules is missing.
@Suite("Crashes and the order of reads")
struct CrashTests {
    private let anna = Installation.user("anna")

    @Test("Killed between send and commit: the next holder sends again with a newer sequence, and nothing is lost")
    func killed() async throws {
        let ln = FakeLN(contacts: 4)
        let installation = try await Installation(ln)
        try await installation.reading { try await installation.firstSync() }
        ln.edit(FakeLN.code(2)) { $0["JobTitle"] = "Buyer" }
        // Acknowledgements are lost from now on: sent, never committed.
        installation.kafka.loseAcknowledgements(.max)
        try await installation.reading {
            try await installation.kafka.hint(.init(company: Company(1300), action: .pull, by: "test"))
            try await installation.eventually("it is sent") { !installation.kafka.live.isEmpty }
        }
        let first = try #require(installation.kafka.live.map(\.sequence).max())
        let published = try await installation.store.published(Company(1300), ContactPublisher.set, [FakeLN.code(2)])
        #expect(published[FakeLN.code(2)]?.hash == nil, "the hash was emptied before the send")
        installation.kafka.loseAcknowledgements(0)
        try await installation.reading("reader-2") {
            try await installation.hintsDone()
            let again = installation.kafka.live.filter { $0.sequence > first }
            #expect(again.count == 2)
            #expect(again.allSatisfy { $0.sequence.epoch > first.epoch && $0.contact == FakeLN.code(2) })
            let recorded = try await installation.store.published(Company(1300), ContactPublisher.set, [FakeLN.code(2)])
            #expect(recorded[FakeLN.code(2)]?.hash != nil)
        }
    }

    @Test("A published, B sent without its commit, A again: A is sent once more, though it was published before")
    func emptyBeforeLive() async throws {
        let ln = FakeLN(contacts: 1, users: ["anna"])
        let code = FakeLN.code(0)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(code) { $0["JobTitle"] = "A" }
            try await installation.pull()
        }
        let a = try #require(installation.kafka.mailboxes[anna]?[code])
        ln.edit(code) { $0["JobTitle"] = "B" }
        installation.kafka.loseAcknowledgements(.max)
        try await installation.reading {
            try await installation.kafka.hint(.init(company: Company(1300), action: .pull, by: "test"))
            try await installation.eventually("B is sent") { installation.kafka.mailboxes[self.anna]?[code] != a }
        }
        ln.edit(code) { $0["JobTitle"] = "A" }
        installation.kafka.loseAcknowledgements(0)
        try await installation.reading {
            try await installation.hintsDone()
            #expect(installation.kafka.mailboxes[self.anna]?[code] == a)
        }
    }

    @Test("A published, a back-fill of B, A again: A is sent once more")
    func emptyBeforeBackfill() async throws {
        let ln = FakeLN(contacts: 1, users: ["anna"])
        let code = FakeLN.code(0)
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.firstSync()
            ln.edit(code) { $0["JobTitle"] = "A" }
            try await installation.pull()
            let a = try #require(installation.kafka.mailboxes[self.anna]?[code])
            ln.edit(code) { $0["JobTitle"] = "B" }
            try await installation.kafka.hint(
                .init(
                    company: Company(1300), action: .contacts, contacts: [ContactCode(code)], by: "test"))
            try await installation.hintsDone()
            #expect(installation.kafka.mailboxes[self.anna]?[code] != a)
            ln.edit(code) { $0["JobTitle"] = "A" }
            try await installation.pull()
            #expect(installation.kafka.mailboxes[self.anna]?[code] == a)
        }
    }

    @Test("A contact that leaves the scope while a back-fill page with it is under way is removed all the same")
    func onePageAtATime() async throws {
        let ln = FakeLN(contacts: 3, users: ["anna"])
        let code = FakeLN.code(1)
        let installation = try await Installation(ln)
        // Once the baseline's page is read the contact leaves the scope, and a pull waits: back-fill still sends what it read.
        ln.state.withLock { state in
            state.onAnswer = { [kafka = installation.kafka] set, query in
                guard set == "Contacts", query["$filter"]?.contains("Synchronize eq") == true, kafka.sent.isEmpty else {
                    return
                }
                ln.edit(code) { $0["Synchronize"] = "No" }
            }
        }
        try await installation.reading {
            try await installation.firstSync()
            try await installation.pull()
            #expect(installation.kafka.backfill.contains { $0.contact == code && !$0.isRemoval })
            #expect(installation.kafka.mailboxes[self.anna]?[code] == nil)
            #expect(installation.kafka.mailboxes[self.anna]?.count == 2)
            let sequences = installation.kafka.sent.filter { $0.contact == code }.map(\.sequence)
            #expect(Set(sequences).count == sequences.count)
        }
    }

    @Test("A baseline that was cut off goes on at its key")
    func resumed() async throws {
        let ln = FakeLN(contacts: 30, users: ["anna"])
        let installation = try await Installation(ln)
        try await installation.reading {
            try await installation.eventually("the first page is sent") { installation.kafka.backfill.count >= 7 }
        }
        let sent = installation.kafka.backfill.count
        try await installation.reading("reader-2") {
            try await installation.firstSync()
            #expect(installation.kafka.mailboxes[self.anna]?.count == 30)
            #expect(installation.kafka.backfill.count <= 30 + 7, "at most the page under way is sent twice")
            #expect(sent >= 7)
        }
    }

    @Test("Of two readers one reads; the other takes over when it ends")
    func standby() async throws {
        let ln = FakeLN(contacts: 3)
        let installation = try await Installation(ln)
        try await installation.reading("reader-1") {
            try await installation.firstSync()
            try await installation.reading("reader-2") {
                ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Buyer" }
                try await installation.pull()
                #expect(installation.kafka.live.count == 2)
                #expect(
                    try await installation.store.leases().allSatisfy { $0.lease.owner == "reader-1" })
            }
        }
        try await installation.reading("reader-2") {
            ln.edit(FakeLN.code(1)) { $0["JobTitle"] = "Seller" }
            try await installation.pull()
            #expect(installation.kafka.live.count == 4)
        }
    }

    @Test("Who has lost the lease without knowing sends nothing and commits nothing")
    func fenced() async throws {
        let installation = try await Installation(FakeLN())
        let (store, kafka, time) = (installation.store, installation.kafka, installation.time)
        let keeper = LeaseKeeper(
            store, owner: "reader-1", time: time, duration: .seconds(2), interval: .seconds(60))
        try await keeper.withLease(LeaseName("reader")) { _ in
        } _: { lease in
            try await installation.eventually("another has the lease") {
                try await store.acquireLease(LeaseName("reader"), owner: "reader-2", for: .seconds(60)) != nil
            }
            let names = TopicNames()
            let publisher = ContactPublisher(
                sender: PageSender(
                    store: store, producer: kafka, names: names, company: Company(1300),
                    pacing: BackfillPacing(
                        store: store, consumer: FakeConsumer(kafka), names: names, time: time,
                        interval: .milliseconds(1), pacesLive: false, partition: { _ in 0 }),
                    deadlines: ReaderDeadlines(), time: time, randomness: SystemRandomness(), log: .silent),
                metrics: ReaderMetrics(Metrics()))
            var missing: Set<MissingISOCode> = []
            let contact = try ReadContact(
                Contact(code: ContactCode("C1"), isSynchronized: true, isActive: true), ISOCodes(), missing: &missing)
            await #expect(throws: ReaderError.leaseLost) {
                try await publisher.publishLive(
                    [contact], ReadSequence(epoch: 1, counter: 1), cursors: [CursorName("c"): "1"], lease)
            }
        }
        #expect(kafka.sent.isEmpty)
        #expect(try await store.cursors().isEmpty)
    }
}
