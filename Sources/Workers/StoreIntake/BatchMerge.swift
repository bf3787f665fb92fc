import Foundation
import Kafka
import KafkaWorker
import SyncEvents
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
                let event = IncomingEvent(
                    envelope: try Self.envelope(of: record), record: record, partition: batch.topicPartition.partition,
                    isBackfill: isBackfill)
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
