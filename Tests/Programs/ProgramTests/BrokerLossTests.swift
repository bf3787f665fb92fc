import Foundation
import Kafka
import Processes
import SyncEvents
import SyncStore
import Testing

/// The broker dies and comes back with another, empty log: mailboxes end as LN wants them by a baseline.
@Suite("A broker that lost its log")
struct BrokerLossTests {
    @Test("kill -9 of the broker, which comes back with an empty log: all arrives, and only what changed is written")
    func emptyLog() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let contacts = try await pipeline.contactsInScope()
        let users = try await pipeline.mailboxes().count
        let before = try await pipeline.exchangeCounters()

        await pipeline.end("kafka")
        try await pipeline.editUnseen(contacts[0], ["JobTitle": "While no broker was there"])
        try await pipeline.editUnseen(contacts[1], ["Synchronize": "No"])
        let start = ContinuousClock.now
        try await pipeline.startKafka()
        try await pipeline.inStep("what was changed without a broker")
        try await pipeline.idle()
        Survival.report(
            "kill -9 of the broker, which comes back with an empty log",
            seen: "programs are not ready until it is back; every mailbox is sent anew and compared", since: start)
        #expect(try await pipeline.dump().contains("While no broker was there"))
        let changes = try await pipeline.exchangeCounters().total.changes - before.total.changes
        #expect(changes == 2 * users, "one contact written, one removed, of each user")
        await pipeline.close()
    }

    /// While contact-worker is away, or hangs and has no chance to see the old log's end, the new one grows past its positions.
    @Test(
        "A new log that has grown past the old one's positions is told from it: what stands before them is not missed",
        arguments: [SIGKILL, SIGSTOP])
    func grownPast(_ signal: Int32) async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        try await pipeline.idle()
        let contacts = try await pipeline.contactsInScope()
        let old = try await pipeline.logEnds()
        let before = try await pipeline.exchangeCounters()

        if signal == SIGKILL {
            await pipeline.end("contact-worker")
        } else {
            try await pipeline.hang("contact-worker")
        }
        await pipeline.end("kafka")
        try await pipeline.startKafka()
        try await pipeline.edit(contacts[0], ["JobTitle": "Before the old position"])
        try await eventually("each partition is longer than it was") {
            _ = try await pipeline.lnsync("replay", "--topic", "ln.contact-changes", "--mode", "reapply")
            for contact in contacts.dropFirst() {
                try await pipeline.editUnseen(contact, ["JobTitle": "Changed \(UUID())"])
            }
            try await pipeline.pull()
            return try await pipeline.logEnds().allSatisfy { $0.value > (old[$0.key] ?? 0) }
        }
        let start = ContinuousClock.now
        if signal == SIGKILL {
            try await pipeline.start("contact-worker")
        } else {
            pipeline.signal(SIGCONT, "contact-worker")
        }
        try await pipeline.inStep("all that was changed")
        try await pipeline.idle()
        Survival.report(
            "a broker with a new log that grew past the old positions while contact-worker "
                + (signal == SIGKILL ? "was killed" : "hung"),
            seen: "the journal tells of another log; every mailbox is sent anew and compared", since: start)
        #expect(try await pipeline.dump().contains("Before the old position"))
        let writes = try await pipeline.exchangeCounters().total
        #expect(
            writes.changes - before.total.changes == writes.writes - before.total.writes, "nothing was written twice")
        await pipeline.close()
    }
}
