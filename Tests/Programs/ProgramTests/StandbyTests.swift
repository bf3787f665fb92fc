import Foundation
import HTTPTypes
import Kafka
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing

/// ln-producer several times over: one reads, the others wait for its leases.
@Suite("Hot standbys of ln-producer")
struct StandbyTests {
    /// A lease lasts 13 s; the order wants the take-over within 15 s. With the deadlines as shipped, waited for four times as long.
    private static let takeover: Duration = .seconds(4 * 15)

    @Test(
        "kill -9 of the one that reads: another takes over, what changed in between arrives once, no older state after a newer"
    )
    func takeover() async throws {
        let pipeline = try await Pipeline()
        for number in 1...3 {
            try await pipeline.start("ln-producer", as: "producer-\(number)", ["LNSYNC_DEADLINES": "standard"])
        }
        try await pipeline.start("contact-worker")
        try await pipeline.begin()
        try await pipeline.inStep("the first sync")
        let before = try #require(try await pipeline.readerLease())
        let contact = try #require(try await pipeline.contactsInScope().first)
        let users = try await pipeline.mailboxes().count
        let recordsBefore = try await pipeline.sequences()[contact]?.count ?? 0

        let start = ContinuousClock.now
        await pipeline.end(before.owner)
        try await pipeline.edit(contact, ["JobTitle": "Promoted in the gap"])
        try await eventually("another holds the lease", within: Self.takeover) {
            guard let lease = try await pipeline.readerLease() else { return false }
            return lease.owner != before.owner && lease.epoch > before.epoch
        }
        Survival.report(
            "kill -9 of the ln-producer that reads, two others standing by", seen: "another holds its lease",
            since: start)
        try await pipeline.inStep("the change of the gap", within: Self.takeover)
        Survival.report(
            "a contact edited in LN while no ln-producer reads", seen: "it arrives once, from the one that took over",
            since: start)
        #expect(try await pipeline.dump().contains("Promoted in the gap"))

        let sequences = try await pipeline.sequences()
        #expect(sequences[contact]?.count == recordsBefore + users, "one record for each user")
        for (contact, sequences) in sequences {
            #expect(sequences == sequences.sorted(), "\(contact): an older read behind a newer")
        }
        await pipeline.close()
    }

    @Test("A second pull with nothing changed asks nothing of Exchange")
    func secondPull() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let before = try await pipeline.exchangeCounters()
        try await pipeline.pull()
        let store = try await SQLiteStore.open(pipeline.store)
        try await eventually("the hint's pull is done") {
            try await store.intakePositions(group: "reader/1300/contact").contains { $0.value.next > 0 }
        }
        // Had the pull sent something, it would be merged and due, or behind the worker's position.
        try await eventually("nothing is due") { try await store.contactBacklog().values.allSatisfy { $0[.due] == 0 } }
        #expect(try await pipeline.exchangeCounters() == before)
        await store.close()
        await pipeline.close()
    }
}
