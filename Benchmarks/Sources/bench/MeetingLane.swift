import CalendarSync
import Foundation
import Kafka
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Intake of a partition with one mailbox's events, in three passes: new, the same again, edited.
struct MeetingLane: Sendable {
    static let count = 5 * Lane.batchSize

    let lane: Lane
    private let uids: [ICalUID]

    /// - Parameter watch: it has seen the users.
    init(_ partition: Int32, _ user: SyncUser, _ store: SQLiteStore, _ watch: StoreWatch) throws {
        let intake = StoreIntake(
            domain: CalendarIntake(store: store, watch: watch, partition: { _ in partition }, onMerged: {}),
            store: store, group: "bench", backfillTopics: [], log: .silent)
        let mailbox = MeetingEvents(user: user)
        uids = (0..<Self.count).map(mailbox.uid)
        let states = try (0...1).map { revision in
            try (0..<Self.count).map { try mailbox.state($0, revision: revision) }
        }
        lane = Lane(
            TopicPartition("exchange.event-changes", partition), intake,
            [states[0], states[0], states[1]].enumerated().map { pass, states in
                states.enumerated().map { $1.record(offset: Int64(pass * Self.count + $0)) }
            })
    }

    /// As if each row were in step with an activity.
    func settle(_ store: SQLiteStore) async throws {
        for first in stride(from: 0, to: uids.count, by: Lane.batchSize) {
            let rows = try await store.meetings(
                activities: [], events: Array(uids[first..<min(uids.count, first + Lane.batchSize)]))
            guard rows.count == min(Lane.batchSize, uids.count - first) else { throw Failure("rows are missing") }
            let settled = try rows.map { row in
                guard let content = row.meeting.observed.exchange.content else { throw Failure("a row is empty") }
                var row = row
                row.meeting.activity = ActivityKey(
                    company: Company(1300), activity: ActivityCode("A\(row.id.description.prefix(8))"))
                row.meeting.observed.ln = .present(content, ETag("ln"))
                row.meeting.base = .content(.init(ln: content, exchange: content))
                row.meeting.isDue = false
                row.status.state = .settled
                row.status.due = nil
                return Mutation.meeting(row)
            }
            guard try await store.commit(settled) == .committed else { throw Failure("rows were not settled") }
        }
    }
}

/// Events of one mailbox with data of 1 KiB, as exchange-producer sends them.
struct MeetingEvents {
    let user: SyncUser

    struct State: Sendable {
        let key: [UInt8]
        let data: [UInt8]
        let headers: [RecordHeader]

        func record(offset: Int64) -> ConsumerRecord {
            ConsumerRecord(offset: offset, timestamp: nil, key: key, value: data, headers: headers)
        }
    }

    func uid(_ number: Int) -> ICalUID { ICalUID("040000008200E00074C5B7101A82E008-\(user.code)-\(number)") }

    /// - Parameter revision: another one is another content, read later.
    func state(_ number: Int, revision: Int) throws -> State {
        let changed = EventChanged(
            user: user.id,
            event: EventKey(item: ItemID("AAMkAGUwNjQ4ZjIxLTQ3Y2YtNDViMi1iZjc4-\(number)"), uid: uid(number)),
            etag: ETag("W/\"\(revision)/\(number)\""), content: content(number, revision), facts: EventFacts(),
            owner: .user(user.id), isCancelled: false, response: .none, address: EmailAddress(user.email.folded))
        let sequence = ReadSequence(epoch: 1_764_000_000, counter: Int64(revision * 1_000_000 + number + 1))
        let source = "exchange/\(user.id)/event"
        let data = try EventData.encode(changed)
        let envelope = Envelope(
            id: Identity.event(source: source, sequence, user.id, item: changed.event.item.rawValue), source: source,
            type: .eventChanged, time: Date(timeIntervalSince1970: 1_764_000_000),
            subject: MeetingSubject.event(changed.event.uid, occurrence: "").description, sequence: sequence,
            contentHash: try ContentHash(of: changed))
        return State(
            key: Array(user.id.description.utf8), data: Array(data),
            headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
    }

    private func content(_ number: Int, _ revision: Int) -> MeetingContent {
        let start = Date(timeIntervalSince1970: 1_800_000_000 + Double(number) * 1800)
        var attendees: [EmailAddress: MeetingAttendee] = [:]
        for person in 0..<3 {
            attendees[EmailAddress("person\(number)-\(person)@maschinenbau.example")] = MeetingAttendee(.required)
        }
        return MeetingContent(
            time: .timed(start: start, end: start + 3600, zone: ZoneName("Europe/Berlin")),
            subject: "Maintenance of line \(number), revision \(revision)", location: "Hall 3",
            body: MeetingBody(String(repeating: "Bring the plans. ", count: 18)), reminder: .minutes(15),
            attendees: attendees)
    }
}
