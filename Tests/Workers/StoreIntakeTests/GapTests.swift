import Kafka
import KafkaWorker
import StoreIntake
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Where reading begins, and what a gap asks for")
struct GapTests {
    @Test("A group that reads a partition for the first time records its start, and no gap")
    func firstTime() async throws {
        let bed = try await IntakeBed()
        #expect(try await bed.next() == 0)
        #expect(try await bed.journal().isEmpty)
        #expect(try await bed.store.users().allSatisfy { $0.baseline == .done })
    }

    @Test("Partitions without a record are absent")
    func absent() async throws {
        let bed = try await IntakeBed()
        let other = TopicPartition(IntakeBed.live.topic, 7)
        #expect(try await bed.intake.positions(of: [IntakeBed.live, other]).keys.map(\.partition) == [3])
    }

    @Test(
        "A gap is journalled and begins a baseline of the partition's active users, whose rows are checked",
        arguments: [
            LogBeginning.Reason.anotherLog, .recordsGone(12), .beyondEnd, .storeRestored(committed: 40),
        ])
    func gap(_ reason: LogBeginning.Reason) async throws {
        let bed = try await IntakeBed()
        let (mine, other) = (ContactLinkID(bed.anna, "C1"), ContactLinkID(bed.bea, "C1"))
        _ = try await bed.merge(
            .changed(mine, 1, .named("Ann", "Lee"), offset: 0), .changed(other, 1, .named("Ann", "Lee"), offset: 1))
        try await bed.settle(mine)
        let recorded = try await bed.intake.positions(of: [IntakeBed.live])[IntakeBed.live]
        let position = RecordedPosition(next: 12, clusterID: "another", lastEventID: nil)
        #expect(
            try await bed.intake.begin(
                LogBeginning(
                    topicPartition: IntakeBed.live, reason: reason, recorded: recorded, position: position)))
        #expect(try await bed.intake.positions(of: [IntakeBed.live])[IntakeBed.live] == position)
        let baselines = Dictionary(uniqueKeysWithValues: try await bed.store.users().map { ($0.code, $0.baseline) })
        #expect(baselines == ["anna": .running(after: nil), "bea": .done, "carl": .done].mapKeys { LNUserCode($0) })
        #expect(try await bed.row(mine)?.status.check == true)
        #expect(try await bed.row(other)?.status.check == false)
        let entry = try #require(try await bed.journal().first)
        #expect(entry.item == "topic/ln.contact-changes/3")
        #expect(entry.action == "gap")
        #expect(entry.detail.contains("\(reason)"))
    }

    @Test(
        "Of a topic that was made anew in its cluster all mailboxes are sent anew: a partition of which nothing was read can't tell",
        arguments: [LogBeginning.Reason.anotherLog, .beyondEnd])
    func madeAnew(_ reason: LogBeginning.Reason) async throws {
        let bed = try await IntakeBed()
        _ = try await bed.merge(.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0))
        let recorded = try #require(try await bed.intake.positions(of: [IntakeBed.live])[IntakeBed.live])
        #expect(
            try await bed.intake.begin(
                LogBeginning(
                    topicPartition: IntakeBed.live, reason: reason, recorded: recorded,
                    position: RecordedPosition(next: 0, clusterID: recorded.clusterID, lastEventID: nil))))
        #expect(try await bed.store.users().allSatisfy { $0.baseline == .running(after: nil) })
        #expect(try await bed.journal().first?.detail.contains("all mailboxes are sent anew") == true)
    }

    @Test("Where another process has moved the position meanwhile, nothing is begun and nothing journalled")
    func lost() async throws {
        let bed = try await IntakeBed()
        _ = try await bed.merge(.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0))
        #expect(
            try await bed.intake.begin(
                LogBeginning(
                    topicPartition: IntakeBed.live, reason: .anotherLog, recorded: bed.position(0),
                    position: RecordedPosition(next: 0, clusterID: "another", lastEventID: nil))) == false)
        #expect(try await bed.next() == 1)
        #expect(try await bed.journal().isEmpty)
        #expect(try await bed.store.users().allSatisfy { $0.baseline == .done })
    }

    @Test("A store that can't be written begins nothing")
    func storeFails() async throws {
        let bed = try await IntakeBed()
        bed.store.beforeNextCommit { _ throws(StoreError) in throw StoreError(.readOnly, "read-only") }
        await #expect {
            try await bed.intake.begin(
                LogBeginning(
                    topicPartition: IntakeBed.live, reason: .beyondEnd, recorded: bed.position(0),
                    position: bed.position(0)))
        } throws: { ($0 as? IntakeError)?.code == .store }
    }
}

extension Dictionary {
    fileprivate func mapKeys<NewKey: Hashable>(_ change: (Key) -> NewKey) -> [NewKey: Value] {
        Dictionary<NewKey, Value>(uniqueKeysWithValues: map { (change($0.key), $0.value) })
    }
}
