import Foundation
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry

/// Edits of meetings at a steady beat, from LN and from Outlook in turn, each with its hint, whatever becomes of them.
final class MeetingLoad: Sendable {
    /// A meeting that a user made in Outlook, with its activity.
    struct Meeting: Sendable {
        let mailbox: String
        let item: String
        let uid: String
        let activity: ActivityCode
    }

    private struct State {
        var edits = 0
        var isOver = false
        /// By iCalUId: what LN's screens have written last, and what Outlook has.
        var subjects: [String: String] = [:]
        var places: [String: String] = [:]
    }

    private let pipeline: Pipeline
    private let meetings: [Meeting]
    private let beat: Duration
    /// LN's and Exchange's hints come from programs that stay.
    private let hints: KafkaProducer
    private let users: [String: SyncUserID]
    private let state = Mutex(State())

    /// - Parameter editsPerMinute: both sides' together.
    init(_ pipeline: Pipeline, _ meetings: [Meeting], editsPerMinute: Int) async throws {
        self.pipeline = pipeline
        self.meetings = meetings
        beat = .seconds(60) / editsPerMinute
        hints = try KafkaProducer(KafkaConfiguration(bootstrapServers: pipeline.kafkaAddress), logger: .silent)
        let known = try await pipeline.withStore { try await $0.users() }
        users = Dictionary(known.map { ($0.email.folded, $0.id) }) { one, _ in one }
    }

    var edits: Int { state.withLock { $0.edits } }

    /// How many were made in LN, and in Outlook.
    var bySide: Sides<Int> {
        let edits = edits
        return Sides(ln: (edits + 1) / 2, exchange: edits / 2)
    }

    /// What the subject of a meeting is to be, and its place; `nil`: nobody has edited it.
    func wanted(_ meeting: Meeting) -> (subject: String?, place: String?) {
        state.withLock { ($0.subjects[meeting.uid], $0.places[meeting.uid]) }
    }

    /// Edits one meeting after the other until `finish()`, without waiting for any.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = ContinuousClock.now
            while !state.withLock({ $0.isOver }) {
                try await Task.sleep(until: next, clock: .continuous)
                let number = state.withLock { state in
                    state.edits += 1
                    return state.edits - 1
                }
                group.addTask { try await self.edit(number) }
                next += beat
            }
            try await group.waitForAll()
        }
        await hints.close(within: .seconds(10))
    }

    func finish() { state.withLock { $0.isOver = true } }

    /// Two after each other are of one meeting: its subject in LN, its place in Outlook.
    private func edit(_ number: Int) async throws {
        let meeting = meetings[number / 2 % meetings.count]
        if number.isMultiple(of: 2) {
            let subject = "Subject \(number)"
            state.withLock { $0.subjects[meeting.uid] = subject }
            _ = try await pipeline.client.send(
                .patch, "\(pipeline.ln)/sandbox/data/Activities/\(meeting.activity)",
                try JSONEncoder().encode(["Subject": subject]))
            let hint = Hint(
                activitiesOf: Pipeline.company, action: .activities, [meeting.activity], by: "test")
            try await send(.lnNotifications, hint.key, .hint, hint)
        } else {
            let place = "Room \(number)"
            state.withLock { $0.places[meeting.uid] = place }
            _ = try await pipeline.client.send(
                .patch, "\(pipeline.exchange)/sandbox/mailboxes/\(meeting.mailbox)/events/\(meeting.item)",
                try JSONEncoder().encode(["location": ["displayName": place]]))
            guard let user = users[meeting.mailbox.lowercased()] else {
                throw ProgramTestError("\(meeting.mailbox) is nobody's")
            }
            try await send(.exchangeNotifications, user.description, .mailboxHint, MailboxHint(user: user, by: "test"))
        }
    }

    private func send(_ topic: Topic, _ key: String, _ type: EventType, _ data: some Encodable) async throws {
        let envelope = Envelope(
            id: UUID().uuidString.lowercased(), source: "test", type: type, time: Date(), subject: key)
        try await hints.send(
            ProducerRecord(
                topic: Pipeline.names.name(of: topic), key: Array(key.utf8), value: Array(try EventData.encode(data)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }
}
