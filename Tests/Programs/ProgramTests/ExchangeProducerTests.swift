import Foundation
import HTTPTypes
import Kafka
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing

/// exchange-producer as a process, beside the real broker's protocol and Exchange's stand-in over HTTP.
@Suite("exchange-producer")
struct ExchangeProducerTests {
    /// A lease lasts 13 s; the order wants the take-over within 15 s. With the deadlines as shipped, waited for four times as long.
    private static let takeover: Duration = .seconds(4 * 15)

    @Test(
        "kill -9 of one of two in the middle of the first rounds: the other takes its mailboxes over, and nothing is missing"
    )
    func killed() async throws {
        let pipeline = try await Pipeline(users: 6, calendars: true)
        let mailboxes = try await pipeline.mailboxes()
        for mailbox in mailboxes {
            for number in 0..<30 {
                try await pipeline.makeEvent("\(mailbox) \(number)", of: mailbox, inDays: 1 + number)
            }
        }
        try await pipeline.start("ln-producer")
        for number in 1...2 {
            try await pipeline.start(
                "exchange-producer", as: "reader-\(number)",
                ["LNSYNC_DEADLINES": "standard", "LNSYNC_EXCHANGE_MAILBOXES": "2"])
        }
        try await pipeline.begin()
        try await eventually("both read") {
            let owners = try await pipeline.withStore { try await $0.leases() }.map(\.lease)
                .filter { $0.name.rawValue.hasPrefix("reader/mailbox/") }.map(\.owner)
            return Set(owners).count == 2
        }
        await pipeline.end("reader-1")
        let start = ContinuousClock.now
        try await eventually("all mailboxes are read", within: Self.takeover) {
            let users = try await pipeline.withStore { try await $0.users() }.filter(\.isActive)
            return users.count == mailboxes.count
                && users.allSatisfy { if case .done = $0.calendar.baselines.exchange { true } else { false } }
        }
        Survival.report(
            "kill -9 of one of two exchange-producers in the middle of the first rounds",
            seen: "the other reads its mailboxes", since: start)
        let sent = try await pipeline.events()
        let wanted = mailboxes.flatMap { mailbox in (0..<30).map { "\(mailbox) \($0)" } }
        #expect(Set(sent.compactMap(\.changed.content.subject)) == Set(wanted))
        for (_, sequences) in Dictionary(grouping: sent, by: \.changed.event.item).mapValues({ $0.map(\.sequence) }) {
            #expect(sequences == sequences.sorted(), "an older read behind a newer")
        }

        // An edit in Outlook, and a hint, go to the one that is left, once Kafka misses the other.
        let mailbox = try #require(mailboxes.first)
        let item = try #require(sent.first { $0.changed.content.subject == "\(mailbox) 0" }?.changed)
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.exchange)/sandbox/mailboxes/\(mailbox)/events/\(item.event.item)",
            Data(#"{"subject":"Edited in Outlook"}"#.utf8))
        try await pipeline.hint(item.user)
        try await eventually("the edit is sent", within: Self.takeover) {
            try await pipeline.events().contains { $0.changed.content.subject == "Edited in Outlook" }
        }
        #expect(await pipeline.readiness(of: "reader-2") == "ready")
        #expect(try await pipeline.metric("reader_rounds_total", of: "reader-2") > 0)
        #expect(await pipeline.end("reader-2", by: SIGTERM) == 0, "SIGTERM drains")
        let held = try await pipeline.withStore { store in
            let now = try await store.now()
            return try await store.leases().filter { $0.lease.owner == "reader-2" && $0.expires > now }
        }
        #expect(held.isEmpty, "its leases are given back")
        await pipeline.close()
    }

    @Test("Roles that are not there yet, and words that are none, are refused with a line that says so: 64")
    func roles() async throws {
        for (role, said) in [("webhook", "not taken yet"), ("all", "not taken yet"), ("raeder", "expected one of")] {
            let result = try await Programs.run("exchange-producer", ["--role", role])
            #expect(result.status == 64, "\(result.output)")
            #expect(result.output.contains(said), "\(result.output)")
        }
    }
}

extension Pipeline {
    /// An event that a user makes in Outlook.
    func makeEvent(_ subject: String, of mailbox: String, inDays days: Int) async throws {
        func time(_ date: Date) -> [String: String] {
            ["dateTime": date.formatted(.iso8601).prefix(16) + ":00", "timeZone": "UTC"]
        }
        let start = Date() + TimeInterval(days) * 86400
        let body: [String: Any] = ["subject": subject, "start": time(start), "end": time(start + 3600)]
        _ = try await client.send(
            .post, "\(exchange)/sandbox/mailboxes/\(mailbox)/events", try JSONSerialization.data(withJSONObject: body))
    }

    struct SentEvent {
        let changed: EventChanged
        let sequence: ReadSequence
    }

    /// What `exchange.event-changes` holds, deletions left out.
    func events() async throws -> [SentEvent] {
        try await records(.eventChanges).compactMap { record in
            let envelope = try Envelope { record.header($0)?.string }
            guard envelope.type == .eventChanged, let sequence = envelope.sequence, let data = record.value?.data else {
                return nil
            }
            return SentEvent(changed: try EventData.decode(EventChanged.self, from: data), sequence: sequence)
        }
    }

    /// What Exchange's push will say.
    func hint(_ user: SyncUserID) async throws {
        let configuration = KafkaConfiguration(bootstrapServers: kafkaAddress, clientID: "test")
        let producer = try KafkaProducer(configuration, deliveryTimeout: .seconds(10), logger: .silent)
        let envelope = Envelope(
            id: UUID().uuidString, source: "test", type: .mailboxHint, time: Date(), subject: user.description)
        try await producer.send(
            ProducerRecord(
                topic: Self.names.name(of: .exchangeNotifications), key: Array(user.description.utf8),
                value: Array(try EventData.encode(MailboxHint(user: user, by: "test"))),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
        await producer.close(within: .seconds(3))
    }
}
