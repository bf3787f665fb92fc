import ContactSync
import Foundation
import Kafka
import KafkaWorker
import RuntimeTesting
import StoreIntake
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@Suite("What can't be merged goes to the dead letters, and nothing is dropped")
struct DeadLetterTests {
    private static let topic = "ln.contact-changes.contact-worker.dead-letter"

    private func header(_ name: String, _ record: ProducerRecord) -> String? {
        record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("The record goes untouched, with headers that say where it was and why it is here; the rest is merged")
    func untouched() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        var broken = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        broken.value = Data(#"{"company":1300,"contact":"C1"}"#.utf8)
        let good = try EventRecord.changed(ContactLinkID(bed.anna, "C2"), 2, .named("Bo", "Ek"), offset: 1)
        #expect(try await bed.merge(broken, good) == counts(merged: 1, rejected: 1))
        let letter = try #require(bed.topics.records.first)
        #expect(letter.topic == Self.topic)
        #expect(letter.key == broken.record.key?.array)
        #expect(letter.value == broken.record.value?.array)
        #expect(letter.timestamp == broken.record.timestamp)
        #expect(Array(letter.headers.prefix(broken.headers.count)) == broken.record.headers)
        #expect(header("x-dlq-topic", letter) == "ln.contact-changes")
        #expect(header("x-dlq-partition", letter) == "3")
        #expect(header("x-dlq-offset", letter) == "0")
        #expect(header("x-dlq-group", letter) == "contact-worker")
        #expect(header("x-dlq-reason", letter) == "undecodable")
        #expect(header("x-dlq-message", letter)?.contains("content") == true, "the member is named")
        #expect(try await bed.row(id) == nil)
        #expect(try await bed.next() == 2)
        let entry = try #require(try await bed.journal().first)
        #expect(entry.item == "topic/ln.contact-changes/3/0")
        #expect(entry.action == "dead-lettered")
        #expect(entry.detail.contains(Self.topic))
    }

    @Test("Where dead letters can't be sent the store has why, since when, and until the next records are merged")
    func standsStill() async throws {
        struct Refusing: DeadLetterSink {
            func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
                throw IntakeError(.deadLetters, "the topic is not there")
            }
        }
        let bed = try await IntakeBed()
        let name = LeaseName.intake(of: IntakeBed.group, IntakePartition(topic: "ln.contact-changes", partition: 3))
        func kept() async throws -> ReadingTrouble? { ReadingTrouble.kept(in: try await bed.store.cursors())[name] }
        var broken = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        broken.value = Data("no JSON".utf8)
        let batch = IntakeBatch(
            topicPartition: IntakeBed.live, records: [broken.record], from: bed.position(0), to: bed.position(1))
        let begun = bed.time.now
        for _ in 0..<2 {
            await #expect(throws: IntakeError.self) { try await bed.intake.merge(batch, Refusing()) }
            let trouble = try #require(try await kept())
            #expect(trouble.text.hasPrefix("contact-worker reads ") && trouble.text.hasSuffix("the topic is not there"))
            #expect(trouble.since == begun)
            bed.time.advance(by: .seconds(60))
        }
        #expect(try await bed.next() == 0)
        // Another process takes over, and knows nothing of it.
        let other = StoreIntake(
            domain: ContactIntake(store: bed.store, partition: { _ in 3 }, onMerged: {}), store: bed.store,
            group: IntakeBed.group, backfillTopics: [], log: .silent)
        _ = try await other.merge(batch, DeadLetterTopic(producer: bed.topics, group: IntakeBed.group))
        #expect(try await bed.next() == 1)
        #expect(try await kept() == nil)
    }

    @Test(
        "A record from the future, which would stop its contact for good, is set aside; one of a reader is not",
        arguments: [false, true])
    func forgedSequence(isAReaders: Bool) async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        let epoch = Int64(bed.time.now.timeIntervalSince1970) + 2 * 86400
        if isAReaders {
            // The store's clock was ahead when the reader took its lease, and was set right.
            bed.time.advance(by: .seconds(2 * 86400))
            _ = try await bed.store.acquireLease(LeaseName("reader/1300/contact"), owner: "reader", for: .seconds(13))
            bed.time.advance(by: .seconds(-2 * 86400))
        }
        var record = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        record[header: "ce_sequence"] = ReadSequence(epoch: epoch, counter: 1).description
        let good = try EventRecord.changed(id, 2, .named("Anne", "Lee"), offset: 1)
        #expect(
            try await bed.merge(record, good)
                == (isAReaders ? counts(merged: 1, older: 1) : counts(merged: 1, rejected: 1)))
        #expect(try await bed.row(id)?.status.sequence.epoch == (isAReaders ? epoch : 1))
        #expect(bed.topics.records.count == (isAReaders ? 0 : 1))
        if let letter = bed.topics.records.first {
            #expect(header("x-dlq-message", letter)?.contains("no reader of this installation wrote it") == true)
        }
    }

    @Test("An epoch of up to a day from now is honest: clocks differ")
    func nearFuture() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        var record = try EventRecord.changed(id, 1, .named("Ann", "Lee"), offset: 0)
        let epoch = Int64(bed.time.now.timeIntervalSince1970) + 86000
        record[header: "ce_sequence"] = ReadSequence(epoch: epoch, counter: 1).description
        #expect(try await bed.merge(record) == counts(merged: 1))
    }

    @Test(
        "Every way in which a record can be wrong has its reason",
        arguments: [
            ("no event at all", "undecodable"), ("no data", "undecodable"), ("not JSON", "undecodable"),
            ("no sequence", "undecodable"), ("a broken sequence", "undecodable"), ("no hash", "undecodable"),
            ("structured mode", "undecodable"), ("CloudEvents 2", "undecodable"),
            ("major version 2", "unknownType"), ("another type", "unknownType"), ("no key", "badKey"),
            ("a key that is no user", "badKey"), ("a subject without a contact", "badKey"),
            ("a company that is no number", "badKey"), ("data about another contact", "badKey"),
        ])
    func reasons(_ what: String, _ reason: String) async throws {
        let bed = try await IntakeBed()
        var event = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        switch what {
        case "no event at all": event.headers = []
        case "no data": event.value = nil
        case "not JSON": event.value = Data([0xFF, 0x00])
        case "no sequence": event[header: "ce_sequence"] = nil
        case "a broken sequence": event[header: "ce_sequence"] = "1.2.3"
        case "no hash": event[header: "ce_contenthash"] = nil
        case "structured mode": event[header: "content-type"] = "application/cloudevents+json"
        case "CloudEvents 2": event[header: "ce_specversion"] = "2.0"
        case "major version 2": event[header: "ce_type"] = "ln.contact.changed.v2"
        case "another type": event[header: "ce_type"] = "ln.hint.v1"
        case "no key": event.key = nil
        case "a key that is no user": event.key = "anna"
        case "a subject without a contact": event[header: "ce_subject"] = "1300/"
        case "a company that is no number": event[header: "ce_subject"] = "thirteen/C1"
        default: event[header: "ce_subject"] = "1300/C2"
        }
        #expect(try await bed.merge(event) == counts(rejected: 1))
        let letter = try #require(bed.topics.records.first)
        #expect(header("x-dlq-reason", letter) == reason)
        #expect(letter.value == event.record.value?.array)
        #expect(letter.key == event.record.key?.array)
        #expect(try await bed.next() == 1)
        #expect(try await bed.store.contactBacklog().isEmpty)
    }

    @Test("A type of a newer major version says which program to update")
    func newerVersion() async throws {
        let bed = try await IntakeBed()
        var event = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        event[header: "ce_type"] = "ln.contact.changed.v2"
        _ = try await bed.merge(event)
        let letter = try #require(bed.topics.records.first)
        #expect(header("x-dlq-message", letter)?.contains("update contact-worker") == true)
    }

    @Test("Members and enum values of a newer minor version are ignored")
    func newerMinor() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C1")
        var event = try EventRecord.removed(id, 2, offset: 1)
        event.value = Data(#"{"company":1300,"contact":"C1","reason":"merged","into":"C9"}"#.utf8)
        #expect(
            try await bed.merge(.changed(id, 1, .named("Ann", "Lee"), offset: 0), event) == counts(merged: 2))
        #expect(try await bed.row(id)?.observed == .removal(RemovalReason("merged")))
    }

    @Test("Letters are acknowledged before the commit")
    func acknowledgedFirst() async throws {
        let bed = try await IntakeBed()
        var event = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        event.key = nil
        let sentAtCommit = Shared(0)
        bed.store.beforeNextCommit { [topics = bed.topics] _ throws(StoreError) in
            sentAtCommit.update { $0 = topics.records.count }
        }
        _ = try await bed.merge(event)
        #expect(sentAtCommit.value == 1)
    }

    @Test("Where the dead-letter topic can't be written nothing is committed; once it can, all is")
    func unwritable() async throws {
        let bed = try await IntakeBed()
        let id = ContactLinkID(bed.anna, "C2")
        var broken = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        broken.key = nil
        let good = try EventRecord.changed(id, 2, .named("Bo", "Ek"), offset: 1)
        bed.topics.setWritable(false)
        await #expect {
            try await bed.merge(broken, good)
        } throws: { ($0 as? IntakeError)?.code == .deadLetters }
        #expect(try await bed.next() == 0)
        #expect(try await bed.row(id) == nil)
        #expect(try await bed.journal().isEmpty)
        bed.topics.setWritable(true)
        #expect(try await bed.merge(broken, good) == counts(merged: 1, rejected: 1))
        #expect(bed.topics.records.count == 1)
        #expect(try await bed.row(id) != nil)
    }
}
