import Foundation
import HTTPTypes
import Processes
import Testing

/// Several contact-workers share the partitions, and hand them over when one comes, goes or dies.
@Suite("Several contact-workers")
struct SharedWorkTests {
    @Test("Two and then three share the mailboxes and hand them over, by SIGTERM and by kill -9; nothing is made twice")
    func share() async throws {
        let pipeline = try await Pipeline(contacts: 20, users: 9, partitions: 6)
        try await pipeline.start("ln-producer")
        for name in ["worker-1", "worker-2"] { try await pipeline.start("contact-worker", as: name) }
        try await pipeline.holding(["worker-1": 6, "worker-2": 6])
        try await pipeline.begin()
        try await pipeline.inStep("the first sync")
        try await wrote(["worker-1", "worker-2"], pipeline)

        try await pipeline.start("contact-worker", as: "worker-3")
        try await pipeline.holding(["worker-1": 4, "worker-2": 4, "worker-3": 4])
        let editsByThree = try await editAll(pipeline, "With three")
        try await wrote(["worker-1", "worker-2", "worker-3"], pipeline)

        var start = ContinuousClock.now
        #expect(await pipeline.end("worker-1", by: SIGTERM) == 0, "\(pipeline.text(of: "worker-1"))")
        try await pipeline.holding(["worker-2": 6, "worker-3": 6])
        Survival.report(
            "SIGTERM of one of three contact-workers", seen: "the others take over its mailboxes", since: start)
        let editsByTwo = try await editAll(pipeline, "With two")

        start = ContinuousClock.now
        await pipeline.end("worker-2")
        let editsByOne = try await editAll(pipeline, "With one")
        try await pipeline.holding(["worker-3": 12])
        Survival.report(
            "kill -9 of one of two contact-workers", seen: "the other takes over its mailboxes and writes what waited",
            since: start)

        let users = try await pipeline.mailboxes().count
        let contacts = try await pipeline.contactsInScope().count
        let total = try await pipeline.exchangeCounters().total
        let edits = editsByThree + editsByTwo + editsByOne
        #expect(
            total.writes == users * (1 + contacts) + edits, "a folder and the contacts for each user, and the edits")
        #expect(total.changes == total.writes)
        await pipeline.close()
    }

    @Test(
        "SIGTERM in the middle of the first sync: both drain within their budget, and nothing is done again afterwards")
    func drain() async throws {
        let pipeline = try await Pipeline(contacts: 240, users: 4)
        try await pipeline.control(
            pipeline.exchange, "faults", ["kind": "latency", "delayMilliseconds": 100, "count": 1_000_000])
        try await pipeline.startAll()
        try await eventually("contacts are being written") { try await pipeline.exchangeCounters().total.changes > 20 }
        let terminated = ContinuousClock.now
        for name in ["contact-worker", "ln-producer"] {
            // 75 would say that its budget did not suffice.
            #expect(await pipeline.end(name, by: SIGTERM) == 0, "\(pipeline.text(of: name))")
        }
        let drained = Int((ContinuousClock.now - terminated) / .seconds(1)) + 1
        let contacts = try await pipeline.contactsInScope().count
        let users = try await pipeline.mailboxes().count
        let atEnd = try await pipeline.exchangeCounters().total
        #expect(atEnd.changes < users * (1 + contacts), "the first sync was not over")
        _ = try await pipeline.client.send(.delete, pipeline.exchange + "/sandbox/faults")
        let start = ContinuousClock.now
        try await pipeline.start("ln-producer")
        try await pipeline.start("contact-worker")
        try await pipeline.inStep("the first sync")
        try await pipeline.idle()
        Survival.report(
            "SIGTERM of contact-worker and ln-producer in the middle of the first sync",
            seen: "both exit 0 within \(drained) s; started again, they go on", since: start)
        let total = try await pipeline.exchangeCounters().total
        #expect(total.writes == users * (1 + contacts), "a folder and the contacts for each user, each once")
        #expect(total.changes == total.writes)
        await pipeline.close()
    }

    /// Edits every contact in scope and waits until all mailboxes show it.
    /// - Returns: how many writes that takes.
    private func editAll(_ pipeline: Pipeline, _ title: String) async throws -> Int {
        let contacts = try await pipeline.contactsInScope()
        for contact in contacts { try await pipeline.editUnseen(contact, ["JobTitle": title]) }
        try await pipeline.pull()
        try await pipeline.inStep("the edits “\(title)”")
        return contacts.count * (try await pipeline.mailboxes().count)
    }

    /// Each of these workers has written to Exchange since this was last asked.
    private func wrote(_ workers: [String], _ pipeline: Pipeline) async throws {
        for worker in workers {
            let writes = try await pipeline.metric("exchange_requests_total", #"kind="write""#, of: worker)
            #expect(writes > 0, "\(worker) wrote nothing")
        }
    }
}
