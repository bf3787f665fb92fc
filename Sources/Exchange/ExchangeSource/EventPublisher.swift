import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Sends what was read to `exchange.event-changes`, in pieces that are over before the mailbox's lease is, and waits for all
/// acknowledgements.
struct EventPublisher: Sendable {
    let store: any SyncStore
    let producer: any RecordProducer
    /// Asked about logs only.
    let consumer: any RecordConsumer
    let names: TopicNames
    let partitionCount: Int32
    /// The broker drops what is not read soon: live sends wait for room too.
    let pacesLive: Bool
    let deadlines: EventDeadlines
    let time: any TimeSource
    let randomness: any Randomness
    let metrics: EventMetrics

    /// Due rows of a mailbox that came by back-fill, at which it has no more room for it.
    private static let dueRows = 200
    /// Unread records of a partition at which it has no more room.
    private static let unreadRecords: Int64 = 2000

    // MARK: Room

    /// - Throws: `RoundEnd.noRoom` where those for whom the events are have too much to do.
    func requireRoom(for user: SyncUserID, isBackfill: Bool) async throws {
        guard isBackfill || pacesLive else { return }
        let name = names.name(of: .eventChanges)
        let own = Partitioner.partition(of: Array(user.description.utf8), count: partitionCount)
        let recorded = try await store.intakePositions(group: names.name(ofGroup: ConsumerGroup.calendarWorker))
        let facts = try await consumer.facts(of: [TopicPartition(name, own)])
        for (partition, facts) in facts {
            let position = recorded[IntakePartition(topic: name, partition: partition.partition)]
            guard facts.unread(next: position?.next, of: position?.clusterID) < Self.unreadRecords else {
                throw RoundEnd.noRoom
            }
        }
        guard isBackfill else { return }
        guard try await store.dueMeetingBackfill()[user] ?? 0 < Self.dueRows else { throw RoundEnd.noRoom }
    }

    // MARK: Sending

    /// - Parameter isNamed: push named these very events (CAL-4).
    /// - Returns: what is to be journalled of them.
    func send(
        _ events: [ReadEvent], of user: SyncUser, isBackfill: Bool, isNamed: Bool = false, _ lease: HeldLease
    ) async throws -> [JournalDraft] {
        let trace = TraceContext(randomness)
        let now = time.now
        var remarks: [JournalDraft] = []
        var piece: [ProducerRecord] = []
        for event in events {
            piece.append(try record(of: event, user, isBackfill, isNamed, trace, now, &remarks))
            if piece.count == deadlines.pieceSize {
                try await sendPiece(piece, lease)
                piece = []
            }
        }
        if !piece.isEmpty { try await sendPiece(piece, lease) }
        let deleted = events.count { $0.isDeletion }
        metrics.published(events.count - deleted, deleted: deleted)
        return remarks
    }

    private func record(
        of event: ReadEvent, _ user: SyncUser, _ isBackfill: Bool, _ isNamed: Bool, _ trace: TraceContext, _ now: Date,
        _ remarks: inout [JournalDraft]
    ) throws -> ProducerRecord {
        let (data, type, hash) = try encoded(event, user, &remarks)
        let source = "exchange/\(user.id)/event"
        var envelope = Envelope(
            id: Identity.event(source: source, event.sequence, user.id, item: event.event.item.rawValue),
            source: source, type: type, time: now,
            subject: MeetingSubject.event(event.event.uid, occurrence: event.occurrence).description,
            sequence: event.sequence, contentHash: hash, isBackfill: isBackfill, trace: trace.description)
        envelope.isNamed = isNamed
        return ProducerRecord(
            topic: names.name(of: .eventChanges), partition: event.partition, key: Array(event.key.description.utf8),
            value: Array(data), headers: envelope.headers.map { RecordHeader($0.name, $0.value) }, timestamp: now)
    }

    private func encoded(
        _ event: ReadEvent, _ user: SyncUser, _ remarks: inout [JournalDraft]
    ) throws -> (Data, EventType, ContentHash) {
        switch event.data {
        case .deleted(let deleted):
            return (try EventData.encode(deleted), .eventDeleted, .removal)
        case .changed(var changed):
            var data = try EventData.encode(changed)
            if data.count > EventData.largest, let body = changed.content.body {
                // Unknown, not empty: who writes reads it by key.
                changed.content.body = nil
                data = try EventData.encode(changed)
                remarks.append(
                    JournalDraft(
                        user: user.id, item: "event/\(changed.event.uid)", rule: "CAL-10", action: "reported",
                        detail: "body: \(body.text.utf8.count) bytes are too many to be sent on; it is read from the "
                            + "mailbox where it is needed, and shortened to what LN can hold"))
            }
            return (data, .eventChanged, try ContentHash(of: changed))
        }
    }

    private func sendPiece(_ records: [ProducerRecord], _ lease: HeldLease) async throws {
        while lease.remaining <= deadlines.leaseLeft {
            // The lease is renewed beside us; where it is not, this ends with it.
            try await time.sleep(for: deadlines.leaseLeft / 20)
        }
        for result in await producer.send(records) { _ = try result.get() }
    }
}
