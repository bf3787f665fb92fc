import Administration
import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Replay that verifies: what differs is listed, and nothing is written")
struct VerifyTests {
    private static let place = TopicPartition("ln.contact-changes", 0)
    private static let content = ContactContent.named("Ann", "Lee")

    private func extent(_ group: String = ConsumerGroup.contactWorker) -> ReplayExtent {
        ReplayExtent(topic: .contactChanges, group: group)
    }

    /// A row that is settled as the record of that offset says.
    private func settle(
        _ bed: AdministrationBed, _ id: ContactLinkID, counter: Int64, _ change: (inout ContactLink) -> Void = { _ in }
    ) async throws {
        let hash = try ContentHash(of: Self.content)
        try await bed.put(id) { row in
            row.status.sequence = ReadSequence(epoch: 1, counter: counter)
            row.settled = hash
            row.item = .made(ItemID("item-\(id.contact)"), ETag("1"))
            change(&row)
        }
    }

    private func write(_ ids: [ContactLinkID], _ topics: WrittenTopics) throws {
        topics.write(
            try ids.enumerated().map { place, id in
                try EventRecord.changed(id, Int64(place + 1), Self.content, offset: Int64(place)).record
            }, to: Self.place)
    }

    private func read(_ bed: AdministrationBed, upTo next: Int64) async throws {
        #expect(
            try await bed.store.commit([
                .intakePosition(
                    group: ConsumerGroup.contactWorker, IntakePartition(topic: Self.place.topic, partition: 0),
                    from: nil, to: IntakePosition(next: next, clusterID: WrittenTopics.cluster, lastEventID: nil))
            ]) == .committed)
    }

    @Test("Each record's item is compared with its row; why one differs is said in words")
    func rows() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        let names = ["well", "held", "older", "gone", "other", "newer", "unread"]
        let ids = names.map { ContactLinkID(bed.anna, $0) }
        try write(ids, topics)
        try await read(bed, upTo: 6)
        try await settle(bed, ids[0], counter: 1)
        try await settle(bed, ids[1], counter: 2) { row in
            row.status.state = .held
            row.status.reason = "300 contacts left the scope"
        }
        try await settle(bed, ids[2], counter: 2)
        try await settle(bed, ids[4], counter: 5) { $0.settled = ContentHash("0") }
        try await settle(bed, ids[5], counter: 9) { $0.settled = ContentHash("0") }
        let replay = Replay(bed.administration, topics)
        let report = try await replay.verify(try await replay.begin(.verify, extent()), nil) { _, _ in }
        #expect(report.recordsRead == 7 && report.items == 7 && report.mailboxes == 1 && !report.isExchangeRead)
        #expect(report.differing == 5)
        let reasons = Dictionary(
            report.differences.map { ($0.contact.rawValue, $0.reason) }, uniquingKeysWith: { one, _ in one })
        #expect(reasons["held"] == "held: waits for a decision: 300 contacts left the scope")
        #expect(reasons["older"]?.contains("the store holds an older state") == true)
        #expect(reasons["gone"]?.contains("the store has no row of it") == true)
        #expect(reasons["other"]?.contains("another content of the same read") == true)
        #expect(reasons["unread"]?.contains("contact-worker has not read the record yet") == true)
        #expect(report.differences.first { $0.contact == ContactCode("held") }?.user == "anna")
        #expect(report.differences.first { $0.contact == ContactCode("held") }?.record == "ln.contact-changes/0@1")
        #expect(bed.producer.records.isEmpty)
        #expect(try await bed.store.contactLink(ids[0])?.status.check == false)
    }

    @Test("Exchange is read once for each settled item, with the content where it is the settled one")
    func exchange() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        let (one, two) = (ContactLinkID(bed.anna, "C1"), ContactLinkID(bed.anna, "C2"))
        try write([one, two, one], topics)
        try await settle(bed, one, counter: 3)
        try await settle(bed, two, counter: 8) { $0.settled = ContentHash("0") }
        let asked = Shared<[String: Bool]>([:])
        let replay = Replay(bed.administration, topics)
        let report = try await replay.verify(try await replay.begin(.verify, extent())) { row, user, content in
            asked.update { $0[row.id.contact.rawValue] = content == Self.content }
            return user.code == LNUserCode("anna") && row.id.contact == ContactCode("C1")
                ? "it differs in Exchange: Mobile" : nil
        } progress: { _, _ in
        }
        #expect(asked.value == ["C1": true, "C2": false])
        #expect(report.isExchangeRead && report.items == 2)
        #expect(report.differences.map(\.reason) == ["it differs in Exchange: Mobile"])
    }

    @Test("One that is interrupted goes on where the store remembers it, to the ends that it began with")
    func resumed() async throws {
        struct Interrupted: Error {}
        let bed = try await AdministrationBed()
        let topics = WrittenTopics(batchSize: 50)
        let ids = (0..<500).map { ContactLinkID(bed.anna, "C\($0)") }
        try write(ids, topics)
        for (place, id) in ids.enumerated() { try await settle(bed, id, counter: Int64(place + 1)) }
        let calls = Shared(0)
        let replay = Replay(bed.administration, topics)
        let plan = try await replay.begin(.verify, extent())
        await #expect(throws: Interrupted.self) {
            try await replay.verify(plan) { row, _, _ in
                calls.update { $0 += 1 }
                if calls.value > 450 { throw Interrupted() }
                return row.id.contact == ContactCode("C7") ? "it differs" : nil
            } progress: { _, _ in
            }
        }
        let kept = try #require(try await replay.unfinished(.contactChanges, ConsumerGroup.contactWorker))
        #expect(kept.total == 500 && kept.left == 100 && kept.report.recordsRead == 400)
        #expect(kept.report.differences.map(\.contact.rawValue) == ["C7"])

        // Written since, and so not read; and retention has deleted some that were not read yet.
        topics.write(
            [try EventRecord.changed(ids[0], 999, Self.content, offset: 500).record], to: Self.place)
        topics.delete(before: 410, of: Self.place)
        let asked = Shared(0)
        let report = try await replay.verify(try await replay.resumed(kept)) { _, _, _ in
            asked.update { $0 += 1 }
            return nil
        } progress: { _, _ in
        }
        #expect(asked.value == 90)
        #expect(report.recordsRead == 490 && report.deleted == 10 && report.differing == 1 && report.mailboxes == 1)
        #expect(try await replay.unfinished(.contactChanges, ConsumerGroup.contactWorker) == nil)
    }

    @Test("A group that does not read the topic has nothing to replay")
    func otherGroup() async throws {
        let bed = try await AdministrationBed()
        await #expect(throws: AdministrationError.self) {
            try await Replay(bed.administration, WrittenTopics()).begin(.verify, extent("calendar-worker"))
        }
    }
}
