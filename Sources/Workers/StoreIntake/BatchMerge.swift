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
    private var events: [IncomingEvent] = []
    private var unreadable: [DeadLetter] = []
    private var undecodable: [Int64: DeadLetter] = [:]
    private var rows: Domain.Rows?
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
                try domain.check(event)
                events.append(event)
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
        events.contains { Self.epoch($0) > Self.bound(now) }
    }

    /// Sets aside the records that no reader can have written: above every epoch that a lease ever had, and far in the future. Such a
    /// record would stop its item for good.
    /// - Parameter lastEpoch: the highest epoch of any lease.
    mutating func rejectForged(now: Date, lastEpoch: Int64) {
        let bound = max(Self.bound(now), lastEpoch)
        for event in events where Self.epoch(event) > bound {
            undecodable[event.record.offset] = DeadLetter(
                event.record, .undecodable,
                "header ce_sequence is \(event.envelope.sequence?.description ?? ""), above every read so far: no reader of this "
                    + "installation wrote it. Check who may write the topic")
        }
    }

    private static func epoch(_ event: IncomingEvent) -> Int64 { event.envelope.sequence?.epoch ?? 0 }

    private static func bound(_ now: Date) -> Int64 {
        Int64(now.timeIntervalSince1970) + 86400
    }

    /// Merges the events into the rows as they are now. Called again where a row changed before the commit.
    mutating func mergeRows(now: Date) async throws(StoreError) {
        let mergeable = events.filter { undecodable[$0.record.offset] == nil }
        var rows = try await domain.rows(mergeable)
        counts = MergeCounts()
        for event in mergeable {
            do throws(Rejection) {
                switch try domain.merge(event, into: &rows, now: now) {
                case .older: counts.passedOverOlder += 1
                case .equal: counts.passedOverEqual += 1
                case .merged: counts.merged += 1
                }
            } catch {
                undecodable[event.record.offset] = DeadLetter(event.record, error.reason, error.message)
            }
        }
        self.rows = rows
        counts.rejected = unreadable.count + undecodable.count
    }

    /// The rows' changes and an entry of the journal for each dead letter.
    func mutations(group: String) -> [Mutation] {
        (rows.map(domain.mutations) ?? [])
            + letters.map { letter in
                .journal(
                    JournalDraft(
                        item: "topic/\(batch.topicPartition)/\(letter.record.offset)", rule: "DeadLetter",
                        action: "dead-lettered",
                        detail: letter.detail(ofTopic: batch.topicPartition.topic, group: group)))
            }
    }
}
