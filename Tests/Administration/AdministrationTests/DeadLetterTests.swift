import Foundation
import Kafka
import KafkaWorker
import RuntimeTesting
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import Administration

@Suite("Dead letters")
struct DeadLetterTests {
    private static let topic = "ln.contact-changes"
    private static let place = "ln.contact-changes.contact-worker.dead-letter"

    private let anna = SyncUser("anna")

    /// Writes a record to the dead letters as a worker does.
    private func reject(_ shop: Shop, _ record: ConsumerRecord, partition: Int32 = 1) async throws {
        try await DeadLetterTopic(producer: shop.topics, group: "contact-worker").send(
            [DeadLetter(record, .undecodable, "no data")], from: TopicPartition(Self.topic, partition))
    }

    private func changed(_ counter: Int64, offset: Int64) throws -> ConsumerRecord {
        try EventRecord.changed(ContactLinkID(anna, "C1"), counter, .named("Ada", "Lovelace"), offset: offset).record
    }

    private func letters(_ shop: Shop, group: String? = nil) throws -> DeadLetters {
        try DeadLetters(shop.administration, shop.topics, group: group)
    }

    @Test("What could not be merged is listed with its origin and why; a letter that stands twice is one")
    func list() async throws {
        let shop = try await Shop(anna)
        let record = try changed(1, offset: 7)
        try await reject(shop, record)
        try await reject(shop, record)
        let entries = try await letters(shop).list()
        #expect(entries.map(\.id) == ["contact-worker/ln.contact-changes/1/7"])
        #expect(entries[0].reason == "undecodable" && entries[0].message == "no data")
        #expect(entries[0].subject == "1300/C1")
        #expect(entries[0].state == .undecided)
        #expect(try await letters(shop).undecided() == ["contact-worker": 1])
        let content = try await letters(shop).show(entries[0].id)
        #expect(content.key == anna.id.description)
        #expect(content.headers.contains { $0.name == "x-dlq-offset" && $0.value == "7" })
    }

    @Test("Redriving sends key, value and ce_ headers untouched to where the record was, and counts")
    func redrive() async throws {
        let shop = try await Shop(anna)
        let record = try changed(1, offset: 7)
        try await reject(shop, record)
        let outcomes = try await letters(shop).redrive(.undecided, shop.topics)
        #expect(outcomes.map(\.outcome) == [.redriven])
        let sent = try #require(shop.topics.records(of: Self.topic).first)
        #expect(sent.partition == 1)
        #expect(sent.key == record.key?.array && sent.value == record.value?.array)
        #expect(sent.headers == record.headers + [RecordHeader("x-redrive-count", "1")])
        let entry = try await letters(shop).list()[0]
        #expect(entry.state == .redriven && entry.decidedBy == "admin")
        #expect(try await shop.actions(of: "topic/ln.contact-changes/1/7") == ["redriven"])
        // Once more: nothing is left to decide, and the one named is refused.
        #expect(try await letters(shop).redrive(.undecided, shop.topics).isEmpty)
        #expect(try await letters(shop).redrive(.id(entry.id), shop.topics)[0].outcome == .refused)
        #expect(shop.topics.records(of: Self.topic).count == 1)
    }

    @Test("A record that was redriven three times in vain is refused, and says why")
    func limit() async throws {
        let shop = try await Shop(anna)
        try await reject(shop, try changed(1, offset: 0))
        for count in 1...3 {
            #expect(try await letters(shop).redrive(.undecided, shop.topics).map(\.outcome) == [.redriven])
            let sent = try #require(shop.topics.records(of: Self.topic).last)
            #expect(
                sent.headers.filter { $0.name == "x-redrive-count" } == [RecordHeader("x-redrive-count", "\(count)")])
            // It fails again, at the place where it stands now.
            try await reject(
                shop,
                ConsumerRecord(
                    offset: Int64(count), timestamp: MemoryTopics.appended, key: sent.key, value: sent.value,
                    headers: sent.headers))
        }
        let outcome = try #require(try await letters(shop).redrive(.undecided, shop.topics).first)
        #expect(outcome.outcome == .refused)
        #expect(outcome.reason?.contains("3 times") == true)
        #expect(outcome.reason?.contains("lnsync replay --topic ln.contact-changes --mode reapply") == true)
        #expect(try await letters(shop).discard(.undecided).map(\.outcome) == [.discarded])
        #expect(try await letters(shop).undecided().isEmpty)
    }

    @Test("What the broker does not acknowledge stays undecided")
    func unwritable() async throws {
        let shop = try await Shop(anna)
        try await reject(shop, try changed(1, offset: 7))
        shop.topics.setWritable(false)
        await #expect(throws: KafkaError.self) { try await letters(shop).redrive(.undecided, shop.topics) }
        #expect(try await letters(shop).list()[0].state == .undecided)
    }

    @Test("A record whose contact has taken a newer read is redriven, and said to be superseded")
    func superseded() async throws {
        let shop = try await Shop(anna)
        let row = ContactLink(
            id: ContactLinkID(anna, "C1"),
            status: RowStatus(partition: 1, sequence: ReadSequence(epoch: 1, counter: 2), priority: .live))
        try await shop.commit([.contactLink(row)])
        try await reject(shop, try changed(1, offset: 7))
        try await reject(shop, try changed(3, offset: 8))
        #expect(try await letters(shop).redrive(.undecided, shop.topics).map(\.outcome) == [.superseded, .redriven])
    }

    @Test("A record that no worker wrote there can be discarded, never sent anywhere")
    func foreign() async throws {
        let shop = try await Shop(anna)
        let forged = ProducerRecord(
            topic: Self.place, partition: 0, key: [0xFF], value: nil,
            headers: [
                RecordHeader("x-dlq-topic", "somewhere.else"), RecordHeader("x-dlq-group", "contact-worker"),
                RecordHeader("x-dlq-partition", "0"), RecordHeader("x-dlq-offset", "1"),
            ])
        try await shop.topics.send(forged)
        let entry = try #require(try await letters(shop).list().first)
        #expect(entry.id == "contact-worker/\(Self.place)/0/0")
        #expect(try await letters(shop).redrive(.id(entry.id), shop.topics)[0].outcome == .refused)
        #expect(shop.topics.records(of: "somewhere.else").isEmpty)
        #expect(try await letters(shop).show(entry.id).key == "0xff")
        #expect(try await letters(shop).discard(.id(entry.id))[0].outcome == .discarded)
        #expect(try await letters(shop).list()[0].state == .discarded)
    }

    @Test("A decision does not count for a record that another log has at the same place later")
    func anotherLog() async throws {
        let shop = try await Shop(anna)
        try await reject(shop, try changed(1, offset: 7))
        _ = try await letters(shop).discard(.undecided)
        shop.time.advance(by: .seconds(120))
        let record = try changed(2, offset: 7)
        try await reject(
            shop,
            ConsumerRecord(
                offset: 7, timestamp: shop.time.now, key: record.key?.array, value: record.value?.array,
                headers: record.headers))
        #expect(try await letters(shop).list()[0].state == .undecided)
    }

    @Test("A dead letter and a group that are not there are named, with the nearest that are")
    func misspelt() async throws {
        let shop = try await Shop(anna)
        try await reject(shop, try changed(1, offset: 7))
        let letter = await #expect(throws: AdministrationError.self) {
            try await letters(shop).show("contact-worker/ln.contact-changes/1/8")
        }
        #expect(letter?.description.contains("“contact-worker/ln.contact-changes/1/7” was probably meant") == true)
        let group = #expect(throws: AdministrationError.self) { try letters(shop, group: "contact-wroker") }
        #expect(group?.description.contains("“contact-worker” was probably meant") == true)
    }

    @Test("Five hundred dead letters are redriven, each once")
    func many() async throws {
        let shop = try await Shop(SyncUser("anna"))
        let letters = (0..<500).map { offset in
            DeadLetter(
                ConsumerRecord(offset: offset, timestamp: MemoryTopics.appended, key: [1], value: [2], headers: []),
                .badKey, "no user")
        }
        try await DeadLetterTopic(producer: shop.topics, group: "contact-worker").send(
            letters, from: TopicPartition("ln.contact-changes", 0))
        let outcomes = try await DeadLetters(shop.administration, shop.topics).redrive(.undecided, shop.topics)
        #expect(outcomes.count == 500 && outcomes.allSatisfy { $0.outcome == .redriven })
        #expect(shop.topics.records(of: "ln.contact-changes").count == 500)
        #expect(try await DeadLetters(shop.administration, shop.topics).undecided().isEmpty)
    }

    @Test("What waits is a metric by topic and group; it is read again only when something has changed")
    func gauges() async throws {
        let shop = try await Shop(anna)
        let metrics = Metrics()
        let readings = Mutex(0)
        var gauges = DeadLetterGauges(shop.administration, metrics: metrics) {
            readings.withLock { $0 += 1 }
            return shop.topics
        }
        func waiting() async throws -> Bool? {
            try await gauges.refresh(shop.topics)
            let line = metrics.prometheusText.split(separator: "\n").first {
                $0.contains("dead_letters_waiting{") && $0.contains(Self.topic)
            }
            return line.map { $0.hasSuffix(" 1") }
        }
        #expect(try await waiting() == false)
        #expect(readings.withLock { $0 } == 0)
        try await reject(shop, try changed(1, offset: 7))
        #expect(try await waiting() == true)
        #expect(try await waiting() == true)
        #expect(readings.withLock { $0 } == 1)
        _ = try await letters(shop).discard(.undecided)
        #expect(try await waiting() == false)
        #expect(readings.withLock { $0 } == 2)
    }
}
