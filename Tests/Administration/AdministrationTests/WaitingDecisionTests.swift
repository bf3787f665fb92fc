import Administration
import Foundation
import Kafka
import KafkaWorker
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("What status says of what waits for a person")
struct WaitingDecisionTests {
    @Test("Nothing waits in a shop that is in step")
    func inStep() async throws {
        let shop = try await Shop(SyncUser("anna"))
        var report = try await shop.administration.status(shop.topics, zone: .gmt)
        report.count(try await DeadLetters(shop.administration, shop.topics).undecided())
        #expect(report.isIdle && !report.needsDecision)
        #expect(report.groups.map(\.undecidedDeadLetters) == [0, 0, 0])
        #expect(report.kafkaTrouble == nil)
    }

    @Test("Dead letters count until they are decided")
    func deadLetters() async throws {
        let shop = try await Shop(SyncUser("anna"))
        let record = ConsumerRecord(offset: 4, timestamp: MemoryTopics.appended, key: [1], value: [2], headers: [])
        try await DeadLetterTopic(producer: shop.topics, group: "contact-worker").send(
            [DeadLetter(record, .badKey, "no user")], from: TopicPartition("ln.contact-changes", 0))
        let letters = try DeadLetters(shop.administration, shop.topics)
        var report = try await shop.administration.status(shop.topics, zone: .gmt)
        #expect(report.groups.map(\.undecidedDeadLetters) == [nil, nil, nil])
        report.count(try await letters.undecided())
        #expect(report.groups.map(\.undecidedDeadLetters) == [1, 0, 0])
        #expect(report.needsDecision)
        _ = try await letters.discard(.undecided)
        report.count(try await letters.undecided())
        #expect(!report.needsDecision)
    }

    @Test("A held contact, an open hold and a mailbox in quarantine wait for a person")
    func people() async throws {
        let anna = SyncUser("anna")
        var row = ContactLink(
            id: ContactLinkID(anna, "C1"), status: RowStatus(partition: 0, sequence: .none, priority: .live))
        row.status.state = .held
        let hold = Hold(
            id: UUID(), kind: "removals", subject: "1300", keys: [], detail: "", opened: MemoryTopics.appended)
        var bert = SyncUser("bert")
        bert.quarantine = Quarantine(
            reason: "no mailbox", since: ManualTime().now, until: ManualTime().now.addingTimeInterval(60), attempts: 1)
        for mutation in [Mutation.contactLink(row), .hold(hold), .user(bert)] {
            let shop = try await Shop(anna)
            try await shop.commit([mutation])
            let report = try await shop.administration.status(shop.topics, zone: .gmt)
            #expect(report.isIdle && report.needsDecision, "\(mutation)")
        }
    }
}
