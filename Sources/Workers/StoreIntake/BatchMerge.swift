import Foundation
import Kafka
import KafkaWorker
import SyncEvents
import SyncModel
import SyncStore

/// One batch on its way into the rows: its envelopes, the rows as they were read, and what becomes of both.
struct BatchMerge<Domain: MergeDomain> {
    private let domain: Domain
    private let batch: IntakeBatch
    private let isBackfill: Bool
    private var events: [(id: Domain.ID, event: IncomingEvent)] = []
    private var unreadable: [DeadLetter] = []
    private var undecodable: [Int64: DeadLetter] = [:]
    private var changed: [Domain.ID: Domain.Row] = [:]
    private(set) var counts = MergeCounts()

    init(domain: Domain, batch: IntakeBatch, isBackfill: Bool) {
        self.domain = domain
        self.batch = batch
        self.isBackfill = isBackfill
    }

    /// What can't be merged, in the order in which it was found.
    var letters: [DeadLetter] {
        unreadable + undecodable.values.sorted { $0.record.offset < $1.record.offset }
    }

    mutating func readEnvelopes() {
        for record in batch.records {
            // A null value is tolerated: it says nothing (architecture, *Retention*).
            if record.value == nil, record.header("ce_type") == nil { continue }
            do throws(Rejection) {
                let envelope = try Self.envelope(of: record)
                let event = IncomingEvent(
                    envelope: envelope, record: record, partition: batch.topicPartition.partition,
                    isBackfill: isBackfill || envelope.isBackfill)
                events.append((try domain.id(event), event))
            } catch {
                unreadable.append(DeadLetter(record, error.reason, error.message))
            }
        }
    }

    private static func envelope(of record: ConsumerRecord) throws(Rejection) -> Envelope {
        do {
            return try Envelope { record.header($0)?.string }
        } catch {
            throw Rejection(.undecodable, error.description)
        }
    }

    /// Whether a record claims a read later than a day from now. The epoch of an honest one is a Unix time in the past, unless the
    /// store's clock was wrong when the reader took its lease.
    func isAnyFromFuture(now: Date) -> Bool {
        events.contains { Self.epoch($0.event) > Self.bound(now) }
    }

    /// Sets aside the records that no reader can have written: above every epoch that a lease ever had, and far in the future. Such a
    /// record would stop its contact for good.
    /// - Parameter lastEpoch: the highest epoch of any lease.
    mutating func rejectForged(now: Date, lastEpoch: Int64) {
        let bound = max(Self.bound(now), lastEpoch)
        for (_, event) in events where Self.epoch(event) > bound {
            undecodable[event.record.offset] = DeadLetter(
                event.record, .undecodable,
                "header ce_sequence is \(event.envelope.sequence?.description ?? ""), above every read of LN so far: no reader of this "
                    + "installation wrote it. Check who may write the topic")
        }
    }

    private static func epoch(_ event: IncomingEvent) -> Int64 { event.envelope.sequence?.epoch ?? 0 }

    private static func bound(_ now: Date) -> Int64 {
        Int64(now.timeIntervalSince1970) + 86400
    }

    /// Merges the events into the rows as they are now. Called again where a row changed before the commit.
    mutating func mergeRows(now: Date) async throws(StoreError) {
        var ids = Set<Domain.ID>()
        let rows = try await domain.rows(events.map(\.id).filter { ids.insert($0).inserted })
        changed = [:]
        counts = MergeCounts()
        for (id, event) in events where undecodable[event.record.offset] == nil {
            do throws(Rejection) {
                switch try domain.merge(event, into: changed[id] ?? rows[id], id, now: now) {
                case .older:
                    counts.passedOverOlder += 1
                case .equal(let row):
                    counts.passedOverEqual += 1
                    changed[id] = row
                case .merged(let row):
                    counts.merged += 1
                    changed[id] = row
                }
            } catch {
                undecodable[event.record.offset] = DeadLetter(event.record, error.reason, error.message)
            }
        }
        counts.rejected = unreadable.count + undecodable.count
    }

    /// The rows' changes and an entry of the journal for each dead letter.
    func mutations(group: String) -> [Mutation] {
        changed.values.map(domain.mutation)
            + letters.map { letter in
                .journal(
                    JournalDraft(
                        item: "topic/\(batch.topicPartition)/\(letter.record.offset)", rule: "DeadLetter",
                        action: "dead-lettered",
                        detail: "\(letter.reason.rawValue): \(letter.message); see "
                            + DeadLetterTopic.name(of: batch.topicPartition.topic, group: group)))
            }
    }
}
