import ContactSync
import Foundation
import Kafka
import KafkaTesting
import KafkaWorker
import Runtime
import RuntimeTesting
import StoreIntake
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

/// Intake of contact-worker on a store in a file and a real Kafka: what happened to either while the programs were stopped.
@Suite("Intake after trouble, on a real Kafka", .timeLimit(.minutes(5)))
struct IntakeOnKafkaTests {
    private final class Everything: PartitionHolder {
        func hold(_ partitions: Set<Int32>) {}
        func release() async {}
        func lose() {}
    }

    private struct Shop {
        let kafka: KafkaConfiguration
        let place: TopicPartition
        let group: String
        let folder: URL
        let anna = SyncUser("anna")

        var file: URL { folder.appending(path: "store.db") }

        init() async throws {
            let name = UUID().uuidString.lowercased()
            kafka = KafkaConfiguration(
                bootstrapServers: try await RealKafka.bootstrapServers(),
                properties: ["session.timeout.ms": "6000", "heartbeat.interval.ms": "500"])
            place = TopicPartition("changes-\(name)", 0)
            group = "g-\(name)"
            folder = FileManager.default.temporaryDirectory.appending(path: "intake-\(name)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try await KafkaAdmin(kafka, timeout: .seconds(60), logger: .silent).createTopics([
                NewTopic(place.topic, partitions: 1, replicas: 1)
            ])
            let store = try await SQLiteStore.open(file.path)
            #expect(try await store.commit([.user(anna)]) == .committed)
            await store.close()
        }

        func send(_ counters: Range<Int64>) async throws {
            let producer = try KafkaProducer(kafka, deliveryTimeout: .seconds(60), logger: .silent)
            for counter in counters {
                let event = try EventRecord.changed(
                    ContactLinkID(anna, "C\(counter)"), counter, .named("Ann", "Lee"), offset: 0)
                try await producer.send(
                    ProducerRecord(
                        topic: place.topic, partition: 0, key: event.key.map { Array($0.utf8) },
                        value: event.value.map { Array($0) },
                        headers: event.headers.map { RecordHeader($0.name, $0.value) }))
            }
            await producer.close(within: .seconds(10))
        }

        /// Runs intake until Kafka's copy of its position is there, and drains it. What the store then holds is given to `look`.
        func intake(to next: Int64, look: (SQLiteStore) async throws -> Void = { _ in }) async throws {
            let store = try await SQLiteStore.open(file.path)
            let consumer = try KafkaConsumer(
                kafka, group: group, topics: [place.topic], requestTimeout: .seconds(60), logger: .silent)
            var configuration = IntakeWorker.Configuration(topics: [place.topic: false])
            configuration.commitInterval = .milliseconds(50)
            let worker = IntakeWorker(
                configuration, consumer: consumer,
                merger: StoreIntake(
                    domain: ContactIntake(store: store, partition: { _ in 0 }, onMerged: {}), store: store,
                    group: group, backfillTopics: [], log: .silent),
                deadLetters: DeadLetterTopic(producer: KeptRecords(), group: group), partitions: Everything(),
                time: SystemTime(), randomness: SystemRandomness(), log: .silent, metrics: Metrics())
            let running = Task { try await worker.run() }
            let deadline = ContinuousClock.now + .seconds(120)
            func isThere() async throws -> Bool {
                let partition = IntakePartition(topic: place.topic, partition: 0)
                guard try await store.intakePositions(group: group)[partition]?.next == next else { return false }
                return try await consumer.facts(of: [place])[place]?.committed == next
            }
            while try await !isThere(), ContinuousClock.now < deadline { await Task.yield() }
            #expect(try await isThere())
            await worker.drain(within: .seconds(30))
            try await running.value
            try await look(store)
            await store.close()
        }

        func close() { try? FileManager.default.removeItem(at: folder) }
    }

    /// That a mailbox is sent anew, and why.
    private func expectBaseline(_ store: SQLiteStore, _ why: String) async throws {
        #expect(try await store.users().map(\.baseline) == [.running(after: nil)])
        let entry = try await store.journal(JournalQuery()).first { $0.draft.action == "gap" }
        #expect(entry?.draft.detail.contains(why) == true, "\(String(describing: entry))")
    }

    @Test(
        "What retention deleted before it was read is journalled, the rest is merged, and the mailboxes are sent anew",
        .enabled(if: RealKafka.canStartOwn, "no script of a real Kafka: set KAFKA_CLUSTER"))
    func retention() async throws {
        let shop = try await Shop()
        try await shop.send(1..<4)
        try await shop.intake(to: 3) { store async throws in
            #expect(try await store.users().map(\.baseline) == [.done])
        }
        try await shop.send(4..<9)
        try await RealKafka.deleteRecords(before: 6, of: shop.place)
        try await shop.intake(to: 8) { store async throws in
            try await expectBaseline(store, "3 records were deleted by retention before they were read")
            #expect(try await store.contactLink(ContactLinkID(shop.anna, "C6")) == nil)
            #expect(try await store.contactLink(ContactLinkID(shop.anna, "C8")) != nil)
        }
        shop.close()
    }

    @Test(
        "Where retention has deleted just what was read, reading goes on, and nothing is sent anew",
        .enabled(if: RealKafka.canStartOwn, "no script of a real Kafka: set KAFKA_CLUSTER"))
    func retentionOfWhatWasRead() async throws {
        let shop = try await Shop()
        try await shop.send(1..<4)
        try await shop.intake(to: 3)
        try await RealKafka.deleteRecords(before: 3, of: shop.place)
        try await shop.send(4..<6)
        try await shop.intake(to: 5) { store async throws in
            #expect(try await store.users().map(\.baseline) == [.done])
            #expect(try await store.contactLink(ContactLinkID(shop.anna, "C5")) != nil)
        }
        shop.close()
    }

    @Test(
        "A store put back from an earlier copy reads again what it has forgotten, and the mailboxes are sent anew",
        .enabled(if: RealKafka.isAvailable, "no real Kafka: set KAFKA_CLUSTER or KAFKA_TEST_BOOTSTRAP"))
    func restored() async throws {
        let shop = try await Shop()
        try await shop.send(1..<4)
        try await shop.intake(to: 3)
        // Closed, so that the file is all there is.
        let copy = shop.folder.appending(path: "copy.db")
        try FileManager.default.copyItem(at: shop.file, to: copy)
        try await shop.send(4..<9)
        try await shop.intake(to: 8)
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: shop.file.path + suffix) }
        try FileManager.default.copyItem(at: copy, to: shop.file)
        try await shop.intake(to: 8) { store async throws in
            try await expectBaseline(store, "Kafka knows the later position 8: the store was restored")
            for counter in 1..<9 {
                let row = try await store.contactLink(ContactLinkID(shop.anna, "C\(counter)"))
                #expect(row?.status.sequence.counter == Int64(counter))
            }
        }
        shop.close()
    }
}
