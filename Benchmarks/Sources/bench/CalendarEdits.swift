import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// Edits on either side of a meeting, and how long they take to the other after a hint.
struct CalendarEdits {
    struct Event {
        let mailbox: String
        let id: String
        let uid: String
    }

    let installation: Installation
    let producer: KafkaProducer
    let codes: [String: ActivityCode]

    private static let company = Company(1300)
    private static let patience: Duration = .seconds(30)

    // MARK: Edits

    /// Milliseconds from the hint's acknowledgement to the event's subject.
    func editInLN(_ event: Event, _ subject: String) async throws -> Double {
        guard let code = codes[event.uid] else { throw Failure("\(event.uid) has no activity") }
        _ = try await installation.client.ask(
            .patch, "\(installation.ln)/sandbox/data/Activities/\(code)", #"{"Subject":"\#(subject)"}"#)
        let hint = Hint(activitiesOf: Self.company, action: .activities, [code], by: "bench")
        try await send(.lnNotifications, key: hint.key, .hint, hint)
        return try await milliseconds(subject) {
            try await installation.client.ask(.get, "\(installation.exchange)/sandbox/mailboxes/\(event.mailbox)")
        }
    }

    /// Milliseconds from the hint's acknowledgement to the activity's subject.
    func editInOutlook(_ event: Event, _ subject: String) async throws -> Double {
        guard let code = codes[event.uid] else { throw Failure("\(event.uid) has no activity") }
        _ = try await installation.client.ask(
            .patch, "\(installation.exchange)/sandbox/mailboxes/\(event.mailbox)/events/\(event.id)",
            #"{"subject":"\#(subject)"}"#)
        try await hint(try await user(event.mailbox))
        return try await milliseconds(subject) {
            try await installation.client.ask(.get, "\(installation.ln)/sandbox/data/Activities/\(code)")
        }
    }

    private func milliseconds(_ subject: String, _ read: () async throws -> Data) async throws -> Double {
        let start = ContinuousClock.now
        while !String(decoding: try await read(), as: UTF8.self).contains("\"\(subject)\"") {
            guard .now - start < Self.patience else { throw Failure("“\(subject)” did not come within 30 s") }
            try await Task.sleep(for: .milliseconds(5))
        }
        return start.duration(to: .now) / .milliseconds(1)
    }

    // MARK: Pulls

    /// What so many hints for one mailbox cost, sent as fast as they go.
    func roundsOfHints(_ count: Int, _ mailbox: String) async throws -> (requests: Double, seconds: Double) {
        let user = try await user(mailbox)
        let before = try await counters()
        let start = ContinuousClock.now
        let records = try (0..<count).map { _ in try record(.exchangeNotifications, user) }
        for result in await producer.send(records) { _ = try result.get() }
        // What they lead to comes within two seconds.
        try await Task.sleep(for: .seconds(4))
        return (Double(try await counters().requests - before.requests), start.duration(to: .now) / .seconds(1))
    }

    func unchangedPull() async throws -> (writes: Double, requests: Double, seconds: Double) {
        // The first reads once more what was written a moment ago.
        try await installation.lnsync("sync", "now", "--calendars", "--wait")
        try await Task.sleep(for: .seconds(2))
        let before = try await counters()
        let start = ContinuousClock.now
        try await installation.lnsync("sync", "now", "--calendars", "--wait")
        let seconds = start.duration(to: .now) / .seconds(1)
        try await Task.sleep(for: .seconds(2))
        let after = try await counters()
        return (Double(after.writes - before.writes), Double(after.requests - before.requests), seconds)
    }

    private func counters() async throws -> (requests: Int, writes: Int) {
        struct Counters: Decodable {
            struct Total: Decodable {
                let reads: Int
                let writes: Int
            }
            let total: Total
        }
        let body = try await installation.client.ask(.get, "\(installation.exchange)/sandbox/counters")
        let total = try JSONDecoder().decode(Counters.self, from: body).total
        return (total.reads + total.writes, total.writes)
    }

    // MARK: Hints

    private func user(_ mailbox: String) async throws -> SyncUserID {
        let store = try await SQLiteStore.open(installation.store)
        let user = try await store.users().first { $0.isActive && $0.email.folded == mailbox.lowercased() }
        await store.close()
        guard let user else { throw Failure("\(mailbox) is nobody's") }
        return user.id
    }

    private func hint(_ user: SyncUserID) async throws {
        for result in await producer.send([try record(.exchangeNotifications, user)]) { _ = try result.get() }
    }

    private func record(_ topic: Topic, _ user: SyncUserID) throws -> ProducerRecord {
        try record(topic, key: user.description, .mailboxHint, MailboxHint(user: user, by: "bench"))
    }

    private func send(_ topic: Topic, key: String, _ type: EventType, _ data: some Encodable) async throws {
        for result in await producer.send([try record(topic, key: key, type, data)]) { _ = try result.get() }
    }

    private func record(_ topic: Topic, key: String, _ type: EventType, _ data: some Encodable) throws -> ProducerRecord
    {
        let envelope = Envelope(
            id: UUID().uuidString.lowercased(), source: "bench", type: type, time: Date(), subject: key)
        return ProducerRecord(
            topic: installation.names.name(of: topic), key: Array(key.utf8), value: Array(try EventData.encode(data)),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
    }
}
