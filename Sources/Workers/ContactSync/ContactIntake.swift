public import Foundation
import Kafka
import KafkaWorker
public import StoreIntake
import SyncEvents
public import SyncModel
import SyncPlanner
public import SyncStore

/// The merge of contact-worker: contact events into contact rows.
public struct ContactIntake: MergeDomain {
    private let store: any SyncStore
    private let partition: @Sendable (SyncUserID) -> Int32
    private let onMerged: @Sendable () -> Void

    /// - Parameters:
    ///   - partition: the partition number of a sync user's records.
    ///   - onMerged: called after each commit that made rows due.
    public init(
        store: any SyncStore, partition: @escaping @Sendable (SyncUserID) -> Int32,
        onMerged: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.partition = partition
        self.onMerged = onMerged
    }

    /// The rows of one batch.
    public struct Rows: Sendable {
        var known: [ContactLinkID: ContactLink]
        var changed: [ContactLinkID: ContactLink] = [:]
    }

    public func check(_ event: IncomingEvent) throws(Rejection) { _ = try Self.id(event) }

    private static func id(_ event: IncomingEvent) throws(Rejection) -> ContactLinkID {
        let envelope = event.envelope
        guard [EventType.contactChanged, .contactRemoved].contains(envelope.type) else {
            let isKnown = [EventType.contactChanged, .contactRemoved].contains { $0.name == envelope.type.name }
            throw Rejection(
                .unknownType,
                isKnown
                    ? "type \(envelope.type) has a major version that this program does not know: update contact-worker"
                    : "type \(envelope.type) does not belong on this topic")
        }
        guard envelope.sequence != nil, envelope.contentHash != nil else {
            throw Rejection(.undecodable, "header ce_sequence or ce_contenthash is missing")
        }
        guard let key = event.record.key?.string, SyncUserID(key) != nil else {
            throw Rejection(.badKey, "the key is no sync user's id")
        }
        guard let id = ContactLinkID(key: key, subject: envelope.subject) else {
            throw Rejection(.badKey, "header ce_subject is \(envelope.subject), not <company>/<contact>")
        }
        return id
    }

    public func rows(_ events: [IncomingEvent]) async throws(StoreError) -> Rows {
        var ids = Set<ContactLinkID>()
        let wanted = events.compactMap { try? Self.id($0) }.filter { ids.insert($0).inserted }
        return Rows(known: try await store.contactLinks(wanted))
    }

    public func merge(
        _ event: IncomingEvent, into rows: inout Rows, now: Date
    ) throws(Rejection) -> MergeVerdict {
        let id = try Self.id(event)
        guard let sequence = event.envelope.sequence, let hash = event.envelope.contentHash else { return .older }
        let row = rows.changed[id] ?? rows.known[id]
        if var row {
            if sequence <= row.status.sequence { return .older }
            if ContactMerge.isEqual(sequence, hash, row) {
                row.status.sequence = sequence
                rows.changed[id] = row
                return .equal
            }
        }
        let observation = ContactObservation(
            sequence: sequence, state: try Self.state(of: event, id, hash),
            priority: event.isBackfill ? .backfill : .live, partition: event.partition)
        switch ContactMerge.merge(observation, into: row, id, now: now) {
        case .older: return .older
        case .equal(let row):
            rows.changed[id] = row
            return .equal
        case .merged(let row):
            rows.changed[id] = row
            return .merged
        }
    }

    private static func state(
        of event: IncomingEvent, _ id: ContactLinkID, _ hash: ContentHash
    ) throws(Rejection) -> ObservedContact {
        guard let data = event.record.value?.data else { throw Rejection(.undecodable, "the event has no data") }
        let (company, contact, state): (Company, ContactCode, ObservedContact)
        do {
            if event.envelope.type == .contactRemoved {
                let removed = try EventData.decode(ContactRemoved.self, from: data)
                (company, contact, state) = (removed.company, removed.contact, .removal(removed.reason))
            } else {
                let changed = try EventData.decode(ContactChanged.self, from: data)
                (company, contact, state) = (changed.company, changed.contact, .content(data, hash))
            }
        } catch {
            throw Rejection(.undecodable, error.description)
        }
        guard company == id.company, contact == id.contact else {
            throw Rejection(.badKey, "the data are about \(company)/\(contact), the subject about \(id.propertyValue)")
        }
        return state
    }

    public func mutations(_ rows: Rows) -> [Mutation] { rows.changed.values.map { .contactLink($0) } }

    public func baseline(of partition: Int32?) async throws(StoreError) -> [Mutation] {
        // Those who are not active too: their rows are to be trusted no more than others'.
        let users = try await store.users().filter { partition == nil || self.partition($0.id) == partition }
        return users.isEmpty ? [] : [.beginBaseline(users.map(\.id), check: true)]
    }

    public func merged() { onMerged() }
}
