import Administration
import Foundation
import Kafka
import KafkaTesting
import RuntimeTesting
import SyncEvents
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@Suite("Resetting a group on a real Kafka")
struct GroupResetOnKafkaTests {
    @Test(
        "A group with a member is refused; once it has left, its committed offset moves with the store's position",
        .enabled(if: RealKafka.isAvailable, "no real Kafka: set KAFKA_CLUSTER or KAFKA_TEST_BOOTSTRAP"))
    func reset() async throws {
        let kafka = KafkaConfiguration(bootstrapServers: try await RealKafka.bootstrapServers())
        let admin = KafkaAdmin(kafka, timeout: .seconds(60), logger: .silent)
        let names = TopicNames(prefix: "reset-\(UUID().uuidString.lowercased()).")
        try await admin.createTopics(
            TopicSpecification.all(names, partitions: 1).map { NewTopic($0.name, partitions: 1, replicas: 1) })
        let place = TopicPartition(names.name(of: .contactChanges), 0)
        let group = names.name(ofGroup: ConsumerGroup.contactWorker)

        let producer = try KafkaProducer(kafka, deliveryTimeout: .seconds(60), logger: .silent)
        for _ in 0..<3 { try await producer.send(ProducerRecord(topic: place.topic, key: [1], value: [1])) }
        await producer.close(within: .seconds(10))
        let consumer = try KafkaConsumer(withoutGroup: kafka, requestTimeout: .seconds(60), logger: .silent)
        let clusterID = try #require(try await consumer.facts(of: [place])[place]?.clusterID)

        let time = ManualTime()
        let store = try await SQLiteStore.inMemory(time: time)
        let recorded = IntakePosition(next: 3, clusterID: clusterID, lastEventID: "e2")
        let partition = IntakePartition(topic: place.topic, partition: 0)
        _ = try await store.commit([.intakePosition(group: group, partition, from: nil, to: recorded)])
        let reset = GroupReset(
            Administration(store: store, names: names, by: "admin", time: time), admin, consumer)

        let member = try KafkaConsumer(
            kafka, group: group, topics: [place.topic], requestTimeout: .seconds(60), logger: .silent)
        while let event = try await member.next() {
            if case .assigned(let partitions) = event {
                try await member.assign(
                    Dictionary(uniqueKeysWithValues: partitions.map { ($0, StartPosition.logEnd) }))
                break
            }
        }
        try await member.commit([place: 3])
        let busy = try await reset.plan("contact-worker", to: .logStart)
        #expect(busy.hasMembers)
        await #expect(throws: AdministrationError.self) { try await reset.apply(busy) }
        #expect(try await admin.offsets(ofGroup: group, [place]) == [place: 3])

        await member.close(within: .seconds(60))
        var plan = try await reset.plan("contact-worker", to: .logStart)
        let deadline = ContinuousClock.now + .seconds(120)
        while plan.hasMembers, ContinuousClock.now < deadline {
            plan = try await reset.plan("contact-worker", to: .logStart)
        }
        #expect(plan.groupState == "Empty")
        try await reset.apply(plan)
        #expect(try await admin.offsets(ofGroup: group, [place]) == [place: 0])
        #expect(
            try await store.intakePositions(group: group)[partition]
                == IntakePosition(next: 0, clusterID: clusterID, lastEventID: nil))
        try await reset.apply(try await reset.plan(undoing: plan))
        #expect(try await admin.offsets(ofGroup: group, [place]) == [place: 3])
        #expect(try await store.intakePositions(group: group)[partition] == recorded)
        await consumer.close(within: .seconds(10))
    }
}
