import Foundation
import HTTPTypes
import Kafka
import KafkaTesting
import Processes
import SyncEvents
import Telemetry
import Testing

/// The pipeline as real processes on a real Kafka of one node, through what happens to a broker's log and to a store in a year. After
/// each an independent check finds every mailbox as LN has it, and nothing in it twice.
@Suite("The pipeline on a real Kafka", .timeLimit(.minutes(10)))
struct RealKafkaTests {
    private struct Report: Decodable {
        let recordsRead: Int
        let mailboxes: Int
        let isReadWhole: Bool
        let isExchangeRead: Bool
        let differing: Int
    }

    @Test(
        "First sync, changes, replay by time and by key, group reset, retention, a restored store: in step, nothing doubled",
        .enabled(if: RealKafka.canStartOwn, "no script of a real Kafka: set KAFKA_CLUSTER"))
    func life() async throws {
        let kafka = try await RealKafka.startOwn()
        let shop = try await RealShop(kafka)
        try await changes(shop)
        try await replay(shop)
        try await groupReset(shop)
        try await retention(shop)
        try await restoredStore(shop)
        await shop.pipeline.close()
        try await kafka.stop()
    }

    private func changes(_ shop: RealShop) async throws {
        try await shop.edit(shop.contacts[0], ["JobTitle": "On a real broker"])
        for contact in shop.contacts[1...2] { try await shop.edit(contact, ["Synchronize": "No"]) }
        try await shop.pipeline.inStep("the changes")
    }

    /// Somebody's edit in Outlook is found by `verify` and put right by `reapply`, each from the records of one mailbox and one time.
    private func replay(_ shop: RealShop) async throws {
        let pipeline = shop.pipeline
        let users = try await pipeline.mailboxes()
        // A replay's times are whole seconds.
        let second = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 1).rounded(.down))
        try await eventually("another second has begun") { Date() >= second }
        let since = second.ISO8601Format()
        let contact = shop.contacts[3]
        try await shop.edit(contact, ["JobTitle": "Within the time"])
        try await pipeline.inStep("the change within the time")

        let item = try #require(try await shop.mailbox(users[0]).contact(contact))
        let id = try #require(item.id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.exchange)/sandbox/mailboxes/\(users[0])/contacts/\(id)",
            Data(#"{"jobTitle":"Overwritten in Outlook"}"#.utf8))
        let extent = ["replay", "--topic", "ln.contact-changes", "--since", since, "--json"]
        let all = try await report(pipeline, extent)
        #expect(
            all.recordsRead == users.count && !all.isReadWhole && all.isExchangeRead && all.differing == 1, "\(all)")
        let other = try await report(pipeline, extent + ["--user", users[1]])
        #expect(other.recordsRead == 1 && other.differing == 0, "\(other)")
        let before = try await shop.writes()
        let reapplied = try await report(pipeline, extent + ["--user", users[0], "--mode", "reapply"])
        #expect(reapplied.recordsRead == 1 && reapplied.mailboxes == 1, "\(reapplied)")
        try await pipeline.inStep("what was overwritten in Outlook")
        try await shop.settled()
        #expect(try await shop.writes() == before + 1, "one contact of one mailbox differed")
        #expect(try await report(pipeline, extent).differing == 0)
    }

    private func report(_ pipeline: Pipeline, _ words: [String]) async throws -> Report {
        let answer = try await pipeline.lnsync(words)
        let line = answer.output.split(separator: "\n").last ?? ""
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(line.utf8)) else {
            throw ProgramTestError(answer.output)
        }
        return report
    }

    /// All that the topics hold is merged once more, and taken back half way: no mailbox is written to.
    private func groupReset(_ shop: RealShop) async throws {
        let pipeline = shop.pipeline
        let (items, writes) = (try await shop.items(), try await shop.writes())
        let words = ["group", "reset", "--group", "contact-worker"]
        let running = try await pipeline.lnsync(words + ["--to-start", "--apply"])
        #expect(running.status == 1 && running.output.contains("has members"), "\(running.output)")
        try await shop.stop("contact-worker")
        let shown = try await pipeline.lnsync(words + ["--to-start"])
        #expect(shown.status == 0 && shown.output.contains("nothing was changed; --apply does it"), "\(shown.output)")
        let applied = try await pipeline.lnsync(words + ["--to-start", "--apply"])
        #expect(applied.status == 0 && applied.output.contains("partitions moved"), "\(applied.output)")
        try await pipeline.start("contact-worker")
        try await shop.settled()
        try await shop.stop("contact-worker")
        let files = try FileManager.default.contentsOfDirectory(atPath: pipeline.folder)
        let undo = try #require(files.first { $0.hasSuffix(".undo.json") })
        let undone = try await pipeline.lnsync(["group", "reset", "--undo", undo, "--apply"])
        #expect(undone.status == 0, "\(undone.output)")
        try await pipeline.start("contact-worker")
        try await shop.settled()
        try await pipeline.inStep("what was read again")
        #expect(try await shop.items() == items)
        #expect(try await shop.writes() == writes, "what is read again writes nothing")
    }

    /// The worker was away longer than the topics keep their records.
    private func retention(_ shop: RealShop) async throws {
        let pipeline = shop.pipeline
        try await shop.stop("contact-worker")
        try await shop.edit(shop.contacts[4], ["JobTitle": "Cut off by retention"])
        try await shop.deleteAllRecords()
        let items = try await shop.items()
        let start = ContinuousClock.now
        try await pipeline.start("contact-worker")
        try await pipeline.inStep("the change that retention deleted")
        let untilWell = ContinuousClock.now - start
        try await shop.settled()
        let seen = try #require(try await pipeline.journal().first { $0.contains("deleted by retention") })
        #expect(seen.contains("gap"))
        #expect(try await shop.items() == items, "nothing is made anew")
        Survival.report(
            "records deleted by retention before they were read",
            seen:
                "journal: gap, “… records were deleted by retention before they were read”; status: all contacts in scope are sent",
            untilWell: untilWell)
    }

    /// The store is put back from a copy that knows nothing of an hour's changes.
    private func restoredStore(_ shop: RealShop) async throws {
        let pipeline = shop.pipeline
        try await shop.stopAll()
        let copy = pipeline.folder + "/copy.sqlite"
        try FileManager.default.copyItem(atPath: pipeline.store, toPath: copy)
        try await shop.startAll()
        try await shop.edit(shop.contacts[0], ["JobTitle": "Of the lost hour"])
        try await shop.edit(shop.contacts[1], ["Synchronize": "Yes"])
        try await shop.edit(shop.contacts[2], ["Synchronize": "Yes"])
        try await pipeline.inStep("what came into scope in the hour")
        try await shop.edit(shop.contacts[2], ["Synchronize": "No"])
        try await shop.edit(shop.contacts[5], ["Synchronize": "No"])
        try await pipeline.inStep("the hour")
        try await shop.settled()
        let items = try await shop.items()

        try await shop.stopAll()
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: pipeline.store + end) }
        try FileManager.default.copyItem(atPath: copy, toPath: pipeline.store)
        let start = ContinuousClock.now
        try await shop.startAll()
        try await eventually("the restored store is noticed") {
            try await pipeline.journal().contains { $0.contains("the store was restored") }
        }
        try await shop.settled()
        let untilWell = ContinuousClock.now - start
        try await pipeline.inStep("all that the store had forgotten")
        #expect(try await shop.items() == items, "what the store had forgotten is found again, not made again")
        Survival.report(
            "the store restored from an hour ago",
            seen:
                "journal: gap, “Kafka knows the later position …: the store was restored”; status: all contacts in scope are sent",
            untilWell: untilWell)
    }
}
