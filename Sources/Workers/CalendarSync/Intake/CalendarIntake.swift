public import Foundation
import Kafka
import KafkaWorker
public import StoreIntake
import SyncEvents
public import SyncModel
public import SyncStore

/// The merge of calendar-worker: what readers saw of activities and events, into meetings' rows.
public struct CalendarIntake: MergeDomain {
    private let store: any SyncStore
    private let watch: StoreWatch
    private let partition: @Sendable (SyncUserID) -> Int32
    private let onMerged: @Sendable () -> Void

    /// - Parameters:
    ///   - partition: the partition number of a sync user's records.
    ///   - onMerged: called after each commit that made rows due.
    public init(
        store: any SyncStore, watch: StoreWatch, partition: @escaping @Sendable (SyncUserID) -> Int32,
        onMerged: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.watch = watch
        self.partition = partition
        self.onMerged = onMerged
    }

    private static let types: [EventType] = [.activityChanged, .activityDeleted, .eventChanged, .eventDeleted]

    public func check(_ event: IncomingEvent) throws(Rejection) {
        let envelope = event.envelope
        guard Self.types.contains(envelope.type) else {
            let isKnown = Self.types.contains { $0.name == envelope.type.name }
            throw Rejection(
                .unknownType,
                isKnown
                    ? "type \(envelope.type) has a major version that this program does not know: update calendar-worker"
                    : "type \(envelope.type) does not belong on this topic")
        }
        guard envelope.sequence != nil else { throw Rejection(.undecodable, "header ce_sequence is missing") }
        guard let key = event.record.key?.string, SyncUserID(key) != nil else {
            throw Rejection(.badKey, "the key is no owner's id")
        }
        guard MeetingSubject(envelope) != nil else {
            throw Rejection(
                .badKey,
                "header ce_subject is \(envelope.subject), not <company>/<activity> or <occurrence or ->/<iCalUId>")
        }
    }

    public func rows(_ events: [IncomingEvent]) async throws(StoreError) -> MeetingBatch {
        var records: [Int64: Result<MeetingRecord, Rejection>] = [:]
        var activities: Set<ActivityKey> = [], uids: Set<ICalUID> = []
        for event in events {
            do throws(Rejection) {
                let record = try MeetingRecord(event)
                activities.formUnion(record.activities)
                uids.formUnion(record.uids)
                records[event.record.offset] = .success(record)
            } catch {
                records[event.record.offset] = .failure(error)
            }
        }
        let rows = try await store.meetings(
            activities: activities.sorted { $0.description < $1.description }, events: uids.sorted())
        let snapshot = watch.snapshot
        return MeetingBatch(records, rows, users: snapshot.users, partition: partition)
    }

    public func merge(
        _ event: IncomingEvent, into rows: inout MeetingBatch, now: Date
    ) throws(Rejection) -> MergeVerdict {
        guard let sequence = event.envelope.sequence, let key = event.record.key?.string.flatMap({ SyncUserID($0) }),
            let record = rows.records[event.record.offset]
        else { return .older }
        let read = MeetingRead(
            sequence: sequence, priority: event.isBackfill ? .backfill : .live,
            partition: event.partition, key: key, now: now, isNamed: event.envelope.isNamed)
        return rows.take(try record.get(), read)
    }

    public func mutations(_ rows: MeetingBatch) -> [Mutation] { rows.changedRows.map { .meeting($0) } }

    public func baseline(of partition: Int32?) async throws(StoreError) -> [Mutation] {
        let users = try await store.users().filter { partition == nil || self.partition($0.id) == partition }
        return users.isEmpty ? [] : [.beginCalendarBaseline(users.map(\.id), Set(Side.allCases), check: true)]
    }

    public func merged() { onMerged() }
}
