import CRDKafka
import Foundation
import KafkaEmbedded
import KafkaTesting
import Telemetry
import Testing

@testable import Kafka

@Suite struct AdminTests {
    private static let noRealKafka: Comment = "no real Kafka: set KAFKA_TEST_BOOTSTRAP or KAFKA_CLUSTER"

    private func admin(_ broker: TestBroker) -> KafkaAdmin {
        KafkaAdmin(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .seconds(60), logger: .silent)
    }

    @Test("Partitions of topics are told", arguments: BrokerKind.available)
    func partitionCounts(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1, "b": 24])
        let counts = try await admin(broker).partitionCounts()
        #expect(counts[broker.name("a")] == 1)
        #expect(counts[broker.name("b")] == 24)
        #expect(counts[broker.name("c")] == nil)
        broker.close()
    }

    @Test(
        "A group's offsets are set, read, set again; what is not committed is not told", arguments: BrokerKind.available
    )
    func groupOffsets(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 3])
        let admin = admin(broker)
        let group = broker.name("g")
        let partitions = (0..<Int32(3)).map { TopicPartition(broker.name("a"), $0) }
        #expect(try await admin.offsets(ofGroup: group, Set(partitions)) == [:])
        try await admin.setOffsets(ofGroup: group, [partitions[0]: 5, partitions[2]: 0])
        #expect(try await admin.offsets(ofGroup: group, Set(partitions)) == [partitions[0]: 5, partitions[2]: 0])
        try await admin.setOffsets(ofGroup: group, [partitions[0]: 2])
        #expect(try await admin.offsets(ofGroup: group, [partitions[0]]) == [partitions[0]: 2])
        let error = await #expect(throws: KafkaError.self) {
            try await admin.setOffsets(ofGroup: group, [partitions[0]: -1])
        }
        #expect(error?.code == .invalid)
        broker.close()
    }

    @Test(
        "Topics are made with their configuration; made again, they stay",
        .enabled(if: RealKafka.isAvailable, AdminTests.noRealKafka))
    func createTopics() async throws {
        let broker = try await TestBroker(.real, topics: ["old": 2])
        let admin = admin(broker)
        let new = NewTopic(
            broker.name("new"), partitions: 3, replicas: 1,
            configuration: ["retention.ms": "86400000", "cleanup.policy": "compact,delete"])
        let old = NewTopic(broker.name("old"), partitions: 7)
        #expect(try await admin.createTopics([new, old]) == [new.name])
        #expect(try await admin.createTopics([new, old]) == [])
        #expect(try await admin.createTopics([]) == [])
        let counts = try await admin.partitionCounts()
        #expect(counts[new.name] == 3)
        #expect(counts[old.name] == 2)
        let configurations = try await admin.configurations(ofTopics: [new.name, old.name])
        #expect(configurations[new.name]?["retention.ms"] == "86400000")
        #expect(configurations[new.name]?["cleanup.policy"] == "compact,delete")
        #expect(configurations[old.name]?["cleanup.policy"] == "delete")
    }

    @Test(
        "What the broker refuses is told, and the rest is done",
        .enabled(if: RealKafka.isAvailable, AdminTests.noRealKafka))
    func refusals() async throws {
        let broker = try await TestBroker(.real, topics: [:])
        let admin = admin(broker)
        let good = NewTopic(broker.name("good"), partitions: 1)
        for (bad, says) in [
            (NewTopic(broker.name("bad"), partitions: 1, configuration: ["retention.ms": "soon"]), "retention.ms"),
            (NewTopic(broker.name("bad"), partitions: 1, replicas: 9), "bad"),
            (NewTopic("not a name", partitions: 1), "not a name"), (NewTopic("", partitions: 1), "''"),
            (NewTopic(broker.name("bad"), partitions: 0), "0 partitions"),
        ] {
            let error = await #expect(throws: KafkaError.self) { try await admin.createTopics([bad, good]) }
            #expect(error?.code == .invalid, "\(bad)")
            #expect(error?.message.contains(says) == true, "\(bad): \(error?.message ?? "")")
        }
        #expect(try await admin.partitionCounts()[good.name] == 1)
        let error = await #expect(throws: KafkaError.self) {
            try await admin.configurations(ofTopics: [broker.name("missing")])
        }
        #expect(error?.code == .unknownTopic)
    }

    @Test(
        "Groups are listed; one with members keeps its offsets",
        .enabled(if: RealKafka.isAvailable, AdminTests.noRealKafka))
    func groups() async throws {
        let broker = try await TestBroker(.real, topics: ["a": 1])
        let admin = admin(broker)
        let partition = TopicPartition(broker.name("a"), 0)
        try await admin.setOffsets(ofGroup: broker.name("empty"), [partition: 0])
        let member = GroupMember(broker.name("busy"), of: partition.topic, on: broker.bootstrapServers)
        try await eventually {
            try await admin.groups().contains(ConsumerGroupListing(id: broker.name("busy"), state: "Stable"))
        }
        let error = await #expect(throws: KafkaError.self) {
            try await admin.setOffsets(ofGroup: broker.name("busy"), [partition: 0])
        }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("stop them first") == true)
        #expect(try await admin.groups().contains(ConsumerGroupListing(id: broker.name("empty"), state: "Empty")))
        member.leave()
        try await eventually {
            try await admin.groups().contains(ConsumerGroupListing(id: broker.name("busy"), state: "Empty"))
        }
        try await admin.setOffsets(ofGroup: broker.name("busy"), [partition: 0])
    }

    @Test("What the embedded broker can't do is told at once")
    func notSupported() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        // Longer than any wait for a request that is never answered.
        let admin = KafkaAdmin(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .seconds(600), logger: .silent)
        let calls: [@Sendable () async throws -> Void] = [
            { try await admin.createTopics([NewTopic("b", partitions: 1)]) }, { _ = try await admin.groups() },
            { _ = try await admin.configurations(ofTopics: [broker.name("a")]) },
        ]
        for call in calls {
            let error = await #expect(throws: KafkaError.self) { try await call() }
            #expect(error?.code == .notSupported)
            #expect(error?.message.contains("embedded broker") == true)
        }
        broker.close()
    }

    @Test("Without a broker every call says so when its time is over")
    func unreachable() async throws {
        let broker = try await TestBroker(.embedded, topics: [:])
        broker.close()
        let admin = KafkaAdmin(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .milliseconds(500), logger: .silent)
        let calls: [@Sendable () async throws -> Void] = [
            { try await admin.createTopics([NewTopic("b", partitions: 1)]) }, { _ = try await admin.groups() },
            { _ = try await admin.partitionCounts() },
            { _ = try await admin.configurations(ofTopics: ["a"]) },
        ]
        for call in calls {
            let error = await #expect(throws: KafkaError.self) { try await call() }
            #expect(error?.code == .unreachable)
            #expect(error?.isRetriable == true)
            #expect(error?.message.contains(broker.bootstrapServers) == true)
        }
    }
}

/// A plain member of a group.
private final class GroupMember {
    private let client: OpaquePointer?

    init(_ group: String, of topic: String, on bootstrapServers: String) {
        let settings = rd_kafka_conf_new()
        for (name, value) in ["bootstrap.servers": bootstrapServers, "group.id": group, "log_level": "0"] {
            rd_kafka_conf_set(settings, name, value, nil, 0)
        }
        client = rd_kafka_new(RD_KAFKA_CONSUMER, settings, nil, 0)
        let topics = rd_kafka_topic_partition_list_new(1)
        rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA)
        rd_kafka_subscribe(client, topics)
        rd_kafka_topic_partition_list_destroy(topics)
    }

    func leave() {
        rd_kafka_consumer_close(client)
        rd_kafka_destroy(client)
    }
}

@Suite struct AdminFaultTests {
    @Test(
        "An error that passes while a group's coordinator gets ready is waited out",
        arguments: ["COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR", "_TRANSPORT"])
    func coordinator(_ name: String) async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let admin = KafkaAdmin(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .seconds(60), logger: .silent)
        let partition = TopicPartition(broker.name("a"), 0)
        for request in [EmbeddedKafka.Request.findCoordinator, .offsetCommit] {
            try broker.embedded?.fail(request, with: name)
            try await admin.setOffsets(ofGroup: "g", [partition: 7])
        }
        for request in [EmbeddedKafka.Request.findCoordinator, .offsetFetch] {
            try broker.embedded?.fail(request, with: name)
            #expect(try await admin.offsets(ofGroup: "g", [partition]) == [partition: 7])
        }
        broker.close()
    }
}
