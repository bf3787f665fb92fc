import ContactSync
import Foundation
import Kafka
import Runtime
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore

/// I5: the records that are in the log give the same rows in whatever order they are merged, and the store's rows are as new.
struct OrderCheck {
    let world: World

    func violations() throws -> [String] {
        let events = try Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }.flatMap { topic in
            try world.cluster.records(of: World.names.name(of: topic)).compactMap { partition, record in
                try event(record, partition, isBackfill: topic.isBackfill)
            }
        }
        let inOrder = try merged(events)
        let shuffled = try merged(shuffle(events))
        let reversed = try merged(events.reversed())
        let stored = try World.ask { [store = world.store] in try await store.contactLinks(Array(inOrder.keys)) }
        var violations: [String] = []
        for (id, row) in inOrder.sorted(by: { $0.key.description < $1.key.description }) {
            if shuffled[id].map(Self.essence) != Self.essence(row)
                || reversed[id].map(Self.essence) != Self.essence(row)
            {
                violations.append(Invariant.order.violated("\(id) depends on the order of its records"))
            }
            if stored[id].map({ $0.status.sequence < row.status.sequence }) ?? true {
                violations.append(Invariant.order.violated("\(id) has no row as new as its records"))
            }
        }
        return violations
    }

    private struct Essence: Equatable {
        let sequence: ReadSequence
        let hash: ContentHash
    }

    private static func essence(_ row: ContactLink) -> Essence {
        Essence(sequence: row.status.sequence, hash: row.observed?.hash ?? .removal)
    }

    private func event(
        _ record: ConsumerRecord, _ partition: TopicPartition, isBackfill: Bool
    ) throws -> IncomingEvent? {
        guard let envelope = try? Envelope(header: { record.header($0)?.string }) else { return nil }
        return IncomingEvent(
            envelope: envelope, record: record, partition: partition.partition, isBackfill: isBackfill)
    }

    private func merged(_ events: [IncomingEvent]) throws -> [ContactLinkID: ContactLink] {
        let intake = ContactIntake(store: world.store, partition: { _ in 0 }, onMerged: {})
        // Of no event: no row is known.
        var rows = try World.ask { try await intake.rows([]) }
        for event in events { _ = try intake.merge(event, into: &rows, now: VirtualTime.start) }
        let links = intake.mutations(rows).compactMap { if case .contactLink(let row) = $0 { row } else { nil } }
        return Dictionary(uniqueKeysWithValues: links.map { ($0.id, $0) })
    }

    private func shuffle(_ events: [IncomingEvent]) -> [IncomingEvent] {
        var events = events
        for index in events.indices.dropFirst().reversed() {
            events.swapAt(index, world.randomness.next(in: 0...index))
        }
        return events
    }
}
