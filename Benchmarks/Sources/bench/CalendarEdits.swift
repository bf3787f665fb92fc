import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// Edits on either side of a meeting, and how long they take to the other after a hint.
struct CalendarEdits {
    typealias Event = CalendarShop.Event

    private let installation: Installation
    private let producer: KafkaProducer
    private let codes: [String: ActivityCode]
    /// By his address.
    private let users: [String: SyncUserID]

    private static let company = Company(1300)
    private static let patience: Duration = .seconds(30)

    init(
        _ installation: Installation, _ producer: KafkaProducer, codes: [String: ActivityCode]
    ) async throws {
        (self.installation, self.producer, self.codes) = (installation, producer, codes)
        let store = try await SQLiteStore.open(installation.store)
        let active = try await store.users().filter(\.isActive)
        users = Dictionary(active.map { ($0.email.folded, $0.id) }) { one, _ in one }
        await store.close()
    }

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
        try await hint(try user(event.mailbox))
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

    /// What so many hints for one mailbox cost.
    func roundsOfHints(
        _ count: Int, within time: Duration, _ mailbox: String
    ) async throws -> (requests: Double, seconds: Double) {
        let user = try user(mailbox)
        // No round of the edits before holds up the first one.
        try await Task.sleep(for: .seconds(3))
        let before = try await counters().requests[mailbox] ?? 0
        let hints = try (0..<count).map { _ in try record(.exchangeNotifications, user) }
        let start = ContinuousClock.now
        let pieces = 20
        for piece in 0..<pieces {
            try await Task.sleep(until: start + time * piece / pieces)
            for result in await producer.send(Array(hints[piece * count / pieces..<(piece + 1) * count / pieces])) {
                _ = try result.get()
            }
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        guard seconds < time / .seconds(1) * 1.2 else {
            throw Failure("the hints were sent in \(seconds.short) s only")
        }
        // What they lead to comes within the pause between two rounds.
        try await Task.sleep(for: .seconds(5))
        return (Double(try await counters().requests[mailbox] ?? 0) - Double(before), seconds)
    }

    /// - Parameter waitForStep: returns when what a pull has found is settled.
    func unchangedPull(
        _ waitForStep: () async throws -> Void
    ) async throws -> (writes: Double, requests: Double, seconds: Double) {
        // The first reads once more what was written a moment ago.
        try await installation.lnsync("sync", "now", "--calendars", "--wait")
        try await waitForStep()
        let before = try await counters()
        let start = ContinuousClock.now
        try await installation.lnsync("sync", "now", "--calendars", "--wait")
        let seconds = start.duration(to: .now) / .seconds(1)
        try await waitForStep()
        let after = try await counters()
        let writes = after.exchangeWrites - before.exchangeWrites + after.lnAll - before.lnAll
        let requests = after.requests.values.reduce(0, +) - before.requests.values.reduce(0, +)
        return (Double(writes), Double(requests), seconds)
    }

    struct Counters {
        /// To Exchange, by mailbox.
        var requests: [String: Int] = [:]
        var exchangeWrites = 0
        /// Of activities.
        var lnWrites = 0
        /// Of attendees too.
        var lnAll = 0
    }

    func counters() async throws -> Counters {
        struct Served: Decodable {
            struct Count: Decodable {
                let reads: Int
                let writes: Int
            }
            let apps: [String: [String: Count]]
        }
        var counters = Counters()
        let body = try await installation.client.ask(.get, "\(installation.exchange)/sandbox/counters")
        for (mailbox, count) in try JSONDecoder().decode(Served.self, from: body).apps.values.joined() {
            counters.requests[mailbox.lowercased(), default: 0] += count.reads + count.writes
            counters.exchangeWrites += count.writes
        }
        let data = try await installation.client.ask(.get, "\(installation.ln)/sandbox/counters")
        let ln = try JSONDecoder().decode(CalendarShop.LNCounters.self, from: data)
        (counters.lnWrites, counters.lnAll) = (ln.activityWrites, ln.allWrites)
        return counters
    }

    // MARK: Hints

    private func user(_ mailbox: String) throws -> SyncUserID {
        guard let user = users[mailbox.lowercased()] else { throw Failure("\(mailbox) is nobody's") }
        return user
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
