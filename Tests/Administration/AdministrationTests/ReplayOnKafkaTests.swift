import Administration
import Foundation
import Kafka
import KafkaTesting
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@Suite("Replay on a real Kafka", .timeLimit(.minutes(5)))
struct ReplayOnKafkaTests {
    private static let start = Date(timeIntervalSince1970: 1_767_225_600)

    /// A topic of two partitions with contacts `C0` to `C9` of anna in the first and of bea in the second, a minute apart.
    private struct Written {
        let bed: AdministrationBed
        let replay: Replay
        let consumer: KafkaConsumer
        let topic: String

        init() async throws {
            let kafka = KafkaConfiguration(bootstrapServers: try await RealKafka.bootstrapServers())
            let names = TopicNames(prefix: "replay-\(UUID().uuidString.lowercased()).")
            topic = names.name(of: .contactChanges)
            try await KafkaAdmin(kafka, timeout: .seconds(60), logger: .silent).createTopics([
                NewTopic(topic, partitions: 2, replicas: 1, configuration: ["retention.ms": "-1"])
            ])
            bed = try await AdministrationBed(prefix: names.prefix)
            let producer = try KafkaProducer(kafka, deliveryTimeout: .seconds(60), logger: .silent)
            for (partition, user) in [bed.anna, bed.bea].enumerated() {
                for number in 0..<10 {
                    let event = try EventRecord.changed(
                        ContactLinkID(user, "C\(number)"), Int64(number + 1), .named("Ann", "Lee"), offset: 0)
                    try await producer.send(
                        ProducerRecord(
                            topic: topic, partition: Int32(partition), key: event.key.map { Array($0.utf8) },
                            value: event.value.map { Array($0) },
                            headers: event.headers.map { RecordHeader($0.name, $0.value) },
                            timestamp: ReplayOnKafkaTests.start + Double(number) * 60))
                }
            }
            await producer.close(within: .seconds(10))
            consumer = try KafkaConsumer(withoutGroup: kafka, requestTimeout: .seconds(60), logger: .silent)
            replay = Replay(bed.administration, consumer)
        }

        func extent(since: Double?, until: Double?, key: String? = nil) -> ReplayExtent {
            ReplayExtent(
                topic: .contactChanges, group: ConsumerGroup.contactWorker,
                span: .time(
                    since: since.map { ReplayOnKafkaTests.start + $0 * 60 },
                    until: until.map { ReplayOnKafkaTests.start + $0 * 60 }), key: key)
        }

        func reapply(_ extent: ReplayExtent) async throws -> ReplayReport {
            try await replay.reapply(try await replay.begin(.reapply, extent), bed.producer) { _, _ in }
        }

        func asked() throws -> Set<String> {
            Set(try bed.hints().flatMap { ($0.contacts ?? []).map(\.rawValue) })
        }
    }

    @Test(
        "By time and by key: only those records' contacts are asked for, found by the broker's index",
        .enabled(if: RealKafka.isAvailable, "no real Kafka: set KAFKA_CLUSTER or KAFKA_TEST_BOOTSTRAP"))
    func timeAndKey() async throws {
        let written = try await Written()
        let report = try await written.reapply(
            written.extent(since: 4, until: 7, key: written.bed.bea.id.description))
        #expect(report.recordsRead == 3 && report.mailboxes == 1 && !report.isReadWhole)
        #expect(try written.asked() == ["C4", "C5", "C6"])
        #expect(try written.bed.hints().allSatisfy { $0.users == [written.bed.bea.id] })
        let plan = try await written.replay.begin(.verify, written.extent(since: 8, until: nil))
        #expect(plan.total == 4)
        #expect(try await written.replay.begin(.verify, written.extent(since: 60, until: nil)).total == 0)
        await written.consumer.close(within: .seconds(10))
    }

    @Test(
        "What retention deletes between the beginning and the resuming is counted, and the rest is replayed",
        .enabled(if: RealKafka.canStartOwn, "no script of a real Kafka: set KAFKA_CLUSTER"))
    func retention() async throws {
        let written = try await Written()
        let begun = try await written.replay.begin(.reapply, written.extent(since: nil, until: nil))
        #expect(begun.total == 20)
        try await RealKafka.deleteRecords(before: 6, of: TopicPartition(written.topic, 0))
        let kept = try #require(
            try await written.replay.unfinished(.contactChanges, ConsumerGroup.contactWorker))
        #expect(kept == begun)
        let resumed = try await written.replay.resumed(kept)
        let report = try await written.replay.reapply(resumed, written.bed.producer) { _, _ in }
        #expect(report.deleted == 6 && report.recordsRead == 14)
        // A new one begins where the log does now; a time before it is no trouble.
        #expect(try await written.replay.begin(.verify, written.extent(since: 0, until: nil)).total == 14)
        await written.consumer.close(within: .seconds(10))
    }
}
