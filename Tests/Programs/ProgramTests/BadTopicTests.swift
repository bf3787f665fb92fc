import Foundation
import Kafka
import SyncEvents
import SyncModel
import Telemetry
import Testing

/// Records that nobody here wrote, on every topic: they are dropped or put aside, counted, and the partition goes on.
@Suite("Garbage on the topics")
struct BadTopicTests {
    @Test("Whatever lies on a topic goes to the dead letters or is dropped, counted; what comes behind it arrives")
    func garbage() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let user = SyncUserID(LNUserCode("nobody")).description
        var letters = 0
        for topic in [Topic.contactChanges, .contactBackfill] {
            let garbage = Self.garbage(key: user, type: "ln.contact.changed", subject: "1300/C1")
            try await send(garbage, pipeline, topic)
            // A null value without an envelope says nothing: it is tolerated.
            letters += garbage.count - 1
        }
        let hints = Self.garbage(key: "1300/contact", type: "ln.hint", subject: "1300/contact")
        try await send(hints, pipeline, .lnNotifications)

        let contact = try #require(try await pipeline.contactsInScope().first)
        try await pipeline.edit(contact, ["JobTitle": "Behind the garbage"])
        try await pipeline.inStep("the change behind the garbage")
        #expect(try await pipeline.dump().contains("Behind the garbage"))
        try await eventually("all letters are counted") {
            let metrics = try await pipeline.metrics(of: "contact-worker")
            return Self.sum("outcome=\"rejected\"", in: metrics) == letters
        }
        try await eventually("all hints are counted") {
            let metrics = try await pipeline.metrics(of: "ln-producer")
            return Self.sum("outcome=\"dropped\"", in: metrics) == hints.count
        }
        let listed = try await pipeline.lnsync("dead-letters", "list", "--json")
        #expect(listed.status == 1, "some wait for a decision: \(listed.output)")
        for reason in ["undecodable", "unknownType", "badKey"] { #expect(listed.output.contains(reason)) }
        let journal = try await pipeline.journal()
        #expect(journal.count { $0.contains("dead-lettered") } == letters)
        #expect(journal.contains { $0.contains("update contact-worker") })
        #expect(pipeline.text(of: "ln-producer").contains("update ln-producer"))
        #expect(await pipeline.readiness(of: "contact-worker") == "ready")
        #expect(await pipeline.readiness(of: "ln-producer") == "ready")
        await pipeline.close()
    }

    @Test("A contact event for a user whom LN does not list is kept and not written; the others' go on")
    func unknownUser() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let user = SyncUserID(LNUserCode("nobody"))
        let content = try EventData.encode(
            ContactRemoved(company: Pipeline.company, contact: ContactCode("C1"), reason: RemovalReason("outOfScope")))
        let envelope = Envelope(
            id: "x", source: "test", type: .contactRemoved, time: Date(), subject: "1300/C1",
            sequence: ReadSequence(epoch: 1, counter: 1), contentHash: ContentHash("h"))
        try await send(
            [(user.description, Array(content), envelope.headers.map { RecordHeader($0.name, $0.value) })], pipeline,
            .contactChanges)
        let contact = try #require(try await pipeline.contactsInScope().first)
        try await pipeline.edit(contact, ["JobTitle": "Behind the stranger"])
        try await pipeline.inStep("the change behind it")
        #expect(await pipeline.readiness(of: "contact-worker") == "ready")
        await pipeline.close()
    }

    private typealias Record = (key: String?, value: [UInt8]?, headers: [RecordHeader])

    /// Records each of which is wrong in its own way; the first is a null value without an envelope.
    private static func garbage(key: String, type: String, subject: String) -> [Record] {
        func headers(_ type: String, _ changed: [String: String?] = [:]) -> [RecordHeader] {
            let all = [
                ("ce_specversion", "1.0"), ("ce_id", UUID().uuidString), ("ce_source", "test"), ("ce_type", type),
                ("ce_time", "2026-03-01T09:00:00Z"), ("ce_subject", subject), ("ce_sequence", "9000000000.1"),
                ("ce_contenthash", "x"), ("content-type", "application/json"),
            ]
            return all.compactMap { name, value in
                (changed[name] ?? value).map { RecordHeader(name, $0) }
            }
        }
        let good = headers(type + ".v1")
        let json = Array(#"{"company":1300}"#.utf8)
        return [
            (key, nil, []),
            (key, nil, good),
            (key, [0x00, 0xFF, 0xFE, 0x80], []),
            (key, [0x00, 0xFF, 0xFE, 0x80], good),
            (key, Array(#"{"company":1300,"conta"#.utf8), good),
            (key, [UInt8](repeating: 0x41, count: 900_000), good),
            (key, json, headers("com.example.order.v1")),
            (key, json, headers("no type")),
            (key, json, headers(type + ".v7")),
            (key, json, headers(type + ".v1", ["ce_specversion": "2.0"])),
            (key, json, headers(type + ".v1", ["ce_time": nil])),
            (key, Array(#"{"company":9999,"contact":"C1","reason":"outOfScope","action":"pull","by":"x"}"#.utf8), good),
            (nil, json, good),
            ("anything", json, good),
        ]
    }

    private func send(_ records: [Record], _ pipeline: Pipeline, _ topic: Topic) async throws {
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: pipeline.kafkaAddress), deliveryTimeout: .seconds(60), logger: .silent)
        for record in records {
            try await producer.send(
                ProducerRecord(
                    topic: Pipeline.names.name(of: topic), partition: 1, key: record.key.map { Array($0.utf8) },
                    value: record.value, headers: record.headers))
        }
        await producer.close(within: .seconds(10))
    }

    /// The sum of the metrics' lines that hold a text.
    private static func sum(_ text: String, in metrics: String) -> Int {
        metrics.split(separator: "\n").filter { $0.contains(text) && !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
    }
}
