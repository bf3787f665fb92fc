import Administration
import Foundation
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Resetting a group")
struct GroupResetTests {
    private let changes = IntakePartition(topic: "ln.contact-changes", partition: 0)
    private let place = TopicPartition("ln.contact-changes", 0)

    /// Ten records, of which eight are read.
    private func shop() async throws -> (Shop, GroupReset) {
        let shop = try await Shop(SyncUser("anna"))
        for _ in 0..<10 {
            try await shop.topics.send(ProducerRecord(topic: changes.topic, partition: 0, key: nil, value: [1]))
        }
        try await record(shop, nil, IntakePosition(next: 8, clusterID: "log", lastEventID: "e7"))
        return (shop, GroupReset(shop.administration, shop.topics, shop.topics))
    }

    private func record(_ shop: Shop, _ from: IntakePosition?, _ to: IntakePosition) async throws {
        try await shop.commit([.intakePosition(group: "contact-worker", changes, from: from, to: to)])
    }

    private func position(_ shop: Shop) async throws -> IntakePosition? {
        try await shop.store.intakePositions(group: "contact-worker")[changes]
    }

    @Test(
        "The plan shows what is read again and changes nothing; applying it moves the store's position and Kafka's copy"
    )
    func toStart() async throws {
        let (shop, reset) = try await shop()
        let plan = try await reset.plan("contact-worker", to: .logStart)
        #expect(plan.moves.map(\.again) == [8] && plan.moves.map(\.passedOver) == [0])
        #expect(plan.stays.count == 3)
        #expect(plan.stays.allSatisfy { $0.why.contains("never read") })
        #expect(try await position(shop)?.next == 8)
        try await reset.apply(plan)
        #expect(try await position(shop) == IntakePosition(next: 0, clusterID: "log", lastEventID: nil))
        #expect(shop.topics.groupOffsets == [place: 0])
        #expect(try await shop.actions(of: "group/contact-worker") == ["reset"])
    }

    @Test("An offset outside the log is its start or end; what is passed over is counted")
    func toOffset() async throws {
        let (shop, reset) = try await shop()
        let plan = try await reset.plan("contact-worker", to: .offset(99), topic: .contactChanges)
        #expect(plan.moves.map(\.to.next) == [10] && plan.moves.map(\.passedOver) == [2])
        shop.topics.setStart(place, 3)
        #expect(try await reset.plan("contact-worker", to: .offset(1)).moves.map(\.to.next) == [3])
        #expect(try await reset.plan("contact-worker", to: .offset(8)).moves.isEmpty)
    }

    @Test("What was applied can be taken back by its undo file, witness included")
    func undo() async throws {
        let (shop, reset) = try await shop()
        let plan = try await reset.plan("contact-worker", to: .offset(4))
        let file = try JSONEncoder().encode(plan)
        try await reset.apply(plan)
        // Some of it is read again meanwhile.
        let now = try #require(try await position(shop))
        try await record(shop, now, IntakePosition(next: 6, clusterID: "log", lastEventID: "e5"))
        let undo = try await reset.plan(undoing: try JSONDecoder().decode(GroupResetPlan.self, from: file))
        try await reset.apply(undo)
        #expect(try await position(shop) == IntakePosition(next: 8, clusterID: "log", lastEventID: "e7"))
        #expect(shop.topics.groupOffsets == [place: 8])
    }

    @Test("Taking back leaves alone a partition that was read beyond where it was")
    func undoBeyond() async throws {
        let (shop, reset) = try await shop()
        let plan = try await reset.plan("contact-worker", to: .logStart)
        try await reset.apply(plan)
        let now = try #require(try await position(shop))
        try await record(shop, now, IntakePosition(next: 9, clusterID: "log", lastEventID: "e8"))
        let undo = try await reset.plan(undoing: plan)
        #expect(undo.moves.isEmpty)
        #expect(undo.stays.map(\.why) == ["the group has read beyond it since"])
    }

    @Test("A group with members is refused; a broker that can't tell is said so")
    func members() async throws {
        let (shop, reset) = try await shop()
        shop.topics.setGroupState("Stable")
        let plan = try await reset.plan("contact-worker", to: .logStart)
        #expect(plan.hasMembers)
        var isRefused = false
        let error = await #expect(throws: AdministrationError.self) {
            try await reset.apply(plan) { isRefused = true }
        }
        #expect(error?.description.contains("stop its programs first") == true)
        #expect(isRefused, "its undo file is of no use")
        #expect(try await position(shop)?.next == 8)
        #expect(shop.topics.groupOffsets.isEmpty)
        shop.topics.setGroupState(nil)
        #expect(try await reset.plan("contact-worker", to: .logStart).groupState == nil)
    }

    /// A broker that does not say whether a group has members, and knows its offsets as theirs.
    private struct EmbeddedBroker: GroupKeeper {
        func state(ofGroup group: String) async throws(KafkaError) -> String? { nil }
        func setOffsets(ofGroup group: String, _ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
            throw KafkaError(.invalid, "the group is not empty")
        }
    }

    @Test(
        "Where the broker refuses a reset, what brings the topics' states anew is said, topic by topic",
        arguments: [
            ("contact-worker", Topic.contactChanges, "lnsync replay --topic ln.contact-changes --mode reapply"),
            ("calendar-worker", .eventChanges, "lnsync sync now --calendars --full"),
            ("calendar-worker", .activityChanges, "Active off and on again of its user"),
        ])
    func refused(group: String, topic: Topic, advice: String) async throws {
        let shop = try await Shop(SyncUser("anna"))
        try await shop.topics.send(ProducerRecord(topic: topic.name, partition: 0, key: nil, value: [1]))
        try await shop.commit([
            .intakePosition(
                group: group, IntakePartition(topic: topic.name, partition: 0), from: nil,
                to: IntakePosition(next: 1, clusterID: "log", lastEventID: nil))
        ])
        let reset = GroupReset(shop.administration, EmbeddedBroker(), shop.topics)
        let plan = try await reset.plan(group, to: .logStart)
        let error = await #expect(throws: AdministrationError.self) { try await reset.apply(plan) }
        let text = try #require(error?.description)
        #expect(text.contains("\(topic.name): ") && text.contains(advice), "\(text)")
        #expect(text.contains("lnsync replay") == (group == "contact-worker"))
    }

    @Test("A group that has read on since the plan keeps its position")
    func readOn() async throws {
        let (shop, reset) = try await shop()
        let plan = try await reset.plan("contact-worker", to: .logStart)
        let now = try #require(try await position(shop))
        let later = IntakePosition(next: 9, clusterID: "log", lastEventID: "e8")
        try await record(shop, now, later)
        var isRefused = false
        await #expect(throws: AdministrationError.self) { try await reset.apply(plan) { isRefused = true } }
        #expect(try await position(shop) == later)
        #expect(!isRefused && shop.topics.groupOffsets == [place: 0], "Kafka's copy was moved: the undo file stays")
    }

    @Test("A partition of another log is left to begin by itself, with its baseline")
    func anotherLog() async throws {
        let (shop, reset) = try await shop()
        let now = try #require(try await position(shop))
        try await record(shop, now, IntakePosition(next: 8, clusterID: "older", lastEventID: "e7"))
        let plan = try await reset.plan("contact-worker", to: .logStart, topic: .contactChanges)
        #expect(plan.moves.isEmpty)
        #expect(plan.stays.contains { $0.why.contains("another one") })
    }
}
