import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import Synchronization
import Telemetry

/// Edits in LN at a steady beat, whatever becomes of them, and the time that each takes into each mailbox.
final class ChangeLoad: Sendable {
    /// One edit in one mailbox.
    struct Arrival {
        let mailbox: String
        let made: ContinuousClock.Instant
        let arrived: ContinuousClock.Instant

        var latency: Duration { arrived - made }
    }

    /// A contact in a mailbox.
    private struct Place: Hashable {
        let mailbox: String
        let contact: String
    }

    private struct State {
        var edits = 0
        /// Edits of a place that have not arrived: by their number, when they were made.
        var underWay: [Place: [Int: ContinuousClock.Instant]] = [:]
        var arrivals: [Arrival] = []
        var isOver = false
    }

    private static let beat: Duration = .seconds(1)
    /// How often the mailboxes are looked at: what the latencies are exact to.
    private static let look: Duration = .milliseconds(40)

    private let pipeline: Pipeline
    private let contacts: [String]
    private let mailboxes: [String]
    /// LN's hints come from a program that stays: a new connection for each would measure how long that takes.
    private let hints: KafkaProducer
    private let state = Mutex(State())

    init(_ pipeline: Pipeline, contacts: [String], mailboxes: [String]) throws {
        hints = try KafkaProducer(KafkaConfiguration(bootstrapServers: pipeline.kafkaAddress), logger: .silent)
        self.pipeline = pipeline
        self.contacts = contacts
        self.mailboxes = mailboxes
    }

    /// Edits that were made in that time and have arrived.
    func arrivals(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> [Arrival] {
        state.withLock { $0.arrivals }.filter { start <= $0.made && $0.made < end }
    }

    /// Whether every edit has arrived in these mailboxes.
    func allArrived(in mailboxes: some Sequence<String>) -> Bool {
        let mailboxes = Set(mailboxes)
        return state.withLock { state in
            state.underWay.allSatisfy { $0.value.isEmpty || !mailboxes.contains($0.key.mailbox) }
        }
    }

    /// Edits one contact after the other, each second one, without waiting for any.
    func edit(for duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = ContinuousClock.now
            let end = next + duration
            while next < end {
                try await Task.sleep(until: next, clock: .continuous)
                group.addTask { try await self.edit() }
                next += Self.beat
            }
            try await group.waitForAll()
        }
    }

    /// Watches the mailboxes until `finish()`.
    func watch() async throws {
        while !state.withLock({ $0.isOver }) {
            for mailbox in mailboxes {
                let json = try await pipeline.client.send(
                    .get, "\(pipeline.exchange)/sandbox/mailboxes/\(mailbox)")
                let now = ContinuousClock.now
                for contact in try DataMailbox(json: json).synchronized { note(contact, in: mailbox, at: now) }
            }
            try await Task.sleep(for: Self.look)
        }
    }

    func finish() { state.withLock { $0.isOver = true } }

    func close() async { await hints.close(within: .seconds(10)) }

    private func edit() async throws {
        let (number, contact) = state.withLock { state in
            let number = state.edits
            state.edits += 1
            let contact = contacts[number % contacts.count]
            for mailbox in mailboxes {
                state.underWay[Place(mailbox: mailbox, contact: contact), default: [:]][number] = .now
            }
            return (number, contact)
        }
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.ln)/sandbox/data/Contacts/\(contact)",
            try JSONEncoder().encode(["JobTitle": "edit \(number)"]))
        try await eventually("a hint is taken") {
            do {
                try await self.hint()
                return true
            } catch let error as KafkaError where error.isRetriable {
                return false
            }
        }
    }

    /// That something has changed, as `lnsync sync now` says it.
    private func hint() async throws {
        let hint = Hint(company: Pipeline.company, action: .pull, by: "test")
        let envelope = Envelope(
            id: UUID().uuidString.lowercased(), source: "test", type: .hint, time: Date(), subject: hint.key)
        try await hints.send(
            ProducerRecord(
                topic: Pipeline.names.name(of: .lnNotifications), key: Array(hint.key.utf8),
                value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    /// What stands in a contact is its newest edit: those before it have arrived with it.
    private func note(_ contact: DataMailbox.Contact, in mailbox: String, at now: ContinuousClock.Instant) {
        guard let title = contact["jobTitle"], title.hasPrefix("edit "), let number = Int(title.dropFirst(5)) else {
            return
        }
        let code = contact.link.split(separator: "/").last.map(String.init) ?? ""
        let place = Place(mailbox: mailbox, contact: code)
        state.withLock { state in
            for (edit, made) in state.underWay[place] ?? [:] where edit <= number {
                state.underWay[place]?[edit] = nil
                state.arrivals.append(Arrival(mailbox: mailbox, made: made, arrived: now))
            }
        }
    }
}

extension [ChangeLoad.Arrival] {
    /// - Parameter fraction: 0.99 for the time within which 99 of 100 arrived.
    func latency(_ fraction: Double) -> Duration {
        let sorted = map(\.latency).sorted()
        guard !sorted.isEmpty else { return .zero }
        return sorted[Swift.min(sorted.count - 1, Int((Double(sorted.count) * fraction).rounded(.up)) - 1)]
    }
}
