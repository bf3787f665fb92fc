import Foundation
import HTTPTypes
import Processes
import SyncStore
import Testing

/// A process hangs for longer than its lease or its membership lasts, another takes over, and then the first goes on as if nothing had been.
@Suite("Processes that hang")
struct HangTests {
    @Test("A contact-worker that hangs in the middle of its writes is replaced; when it goes on it writes nothing")
    func contactWorker() async throws {
        let pipeline = try await Pipeline(contacts: 40, users: 8, partitions: 4)
        try await pipeline.start("ln-producer")
        for name in ["worker-1", "worker-2"] { try await pipeline.start("contact-worker", as: name) }
        try await pipeline.holding(["worker-1": 4, "worker-2": 4])
        try await pipeline.control(
            pipeline.exchange, "faults", ["kind": "latency", "delayMilliseconds": 100, "count": 1_000_000])
        try await pipeline.begin()
        try await eventually("worker-1 writes") {
            try await pipeline.metric("exchange_requests_total", #"kind="write""#, of: "worker-1") > 10
        }
        try await pipeline.hang("worker-1")
        let start = ContinuousClock.now
        _ = try await pipeline.client.send(.delete, pipeline.exchange + "/sandbox/faults")
        try await pipeline.holding(["worker-2": 8])
        try await pipeline.inStep("the first sync, without the worker that hangs")
        Survival.report(
            "a contact-worker hangs (SIGSTOP) in the middle of its writes",
            seen: "another takes over its mailboxes once Kafka misses it, and looks before it writes", since: start)
        let contacts = try await pipeline.contactsInScope()
        let users = try await pipeline.mailboxes().count
        try await pipeline.edit(contacts[0], ["JobTitle": "While one hung"])
        try await pipeline.inStep("an edit while one hangs")
        try await pipeline.idle()
        let before = try await pipeline.exchangeCounters().total

        let resumed = ContinuousClock.now
        pipeline.signal(SIGCONT, "worker-1")
        try await pipeline.holding(["worker-1": 4, "worker-2": 4])
        #expect(
            try await pipeline.exchangeCounters().total.changes == before.changes, "what it had in hand is not written")
        try await pipeline.edit(contacts[1], ["JobTitle": "When it was back"])
        try await pipeline.inStep("an edit when it is back")
        Survival.report(
            "the contact-worker that hung goes on (SIGCONT)",
            seen: "it takes part again, and writes nothing of what it held",
            since: resumed)
        let after = try await pipeline.exchangeCounters().total
        #expect(after.changes == before.changes + users)
        await pipeline.close()
    }

    @Test(
        "An ln-producer that hangs in the middle of the first sync is replaced; when it goes on nothing older arrives")
    func producer() async throws {
        let pipeline = try await Pipeline(contacts: 200, users: 4)
        for name in ["producer-1", "producer-2"] { try await pipeline.start("ln-producer", as: name) }
        try await pipeline.start("contact-worker")
        try await pipeline.begin()
        try await eventually("something is sent") { try await pipeline.logEnds().values.contains { $0 > 0 } }
        let hung = try #require(try await pipeline.readerLease())
        try await pipeline.hang(hung.owner)
        let start = ContinuousClock.now
        try await eventually("another holds the lease") {
            guard let lease = try await pipeline.readerLease() else { return false }
            return lease.owner != hung.owner && lease.epoch > hung.epoch
        }
        let contact = try #require(try await pipeline.contactsInScope().first)
        try await pipeline.edit(contact, ["JobTitle": "While one hung"])
        try await pipeline.inStep("the first sync and an edit, without the one that hangs")
        Survival.report(
            "the ln-producer that reads hangs (SIGSTOP) in the middle of the first sync",
            seen: "another takes its lease and goes on", since: start)
        try await pipeline.idle()
        let before = try await pipeline.exchangeCounters().total

        let resumed = ContinuousClock.now
        pipeline.signal(SIGCONT, hung.owner)
        try await eventually("the one that hung is ready again") { await pipeline.readiness(of: hung.owner) == "ready" }
        try await pipeline.edit(contact, ["JobTitle": "When it was back"])
        try await pipeline.inStep("an edit when it is back")
        Survival.report(
            "the ln-producer that hung goes on (SIGCONT)", seen: "it stands by; its lease is another's", since: resumed)
        #expect(try await pipeline.readerLease()?.owner != hung.owner)
        let after = try await pipeline.exchangeCounters().total
        #expect(after.changes == before.changes + (try await pipeline.mailboxes().count))
        await pipeline.close()
    }
}
