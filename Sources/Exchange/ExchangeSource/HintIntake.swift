import Foundation
import Kafka
import KafkaWorker
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Intake of `exchange.notifications`: a batch's hints become what is wanted of their mailboxes, in one commit with the position.
struct HintIntake: RecordMerger {
    let store: any SyncStore
    let group: String
    let log: Logger
    let metrics: EventMetrics
    /// Told once something is wanted.
    let onMerged: @Sendable ([SyncUserID: MailboxWants]) -> Void

    func positions(
        of partitions: [TopicPartition]
    ) async throws(IntakeError) -> [TopicPartition: RecordedPosition] {
        do {
            let recorded = try await store.intakePositions(group: group)
            var positions: [TopicPartition: RecordedPosition] = [:]
            for partition in partitions {
                guard let known = recorded[Self.intake(partition)] else { continue }
                positions[partition] = RecordedPosition(
                    next: known.next, clusterID: known.clusterID, lastEventID: known.lastEventID)
            }
            return positions
        } catch {
            throw IntakeError(.store, error.message)
        }
    }

    /// Where hints may be lost every mailbox is looked at: Exchange tells what has changed since, whoever did not hint.
    func begin(_ beginning: LogBeginning) async throws(IntakeError) -> Bool {
        do {
            var mutations = [
                move(beginning.topicPartition, from: beginning.recorded, to: beginning.position)
            ]
            var wanted: [SyncUserID: MailboxWants] = [:]
            if beginning.reason != .firstTime {
                let users = try await store.users().filter(\.isActive).map(\.id).sorted()
                wanted = try await wants(Dictionary(uniqueKeysWithValues: users.map { ($0, [MailboxWants.Asked()]) }))
                mutations += try Self.mutations(wanted)
                mutations.append(
                    .journal(
                        JournalDraft(
                            item: "topic/\(beginning.topicPartition)", rule: "Offsets", action: "gap",
                            detail: "\(beginning.reason): the changes of all mailboxes are read")))
            }
            guard try await store.commit(mutations) == .committed else { return false }
            if !wanted.isEmpty { onMerged(wanted) }
            return true
        } catch {
            throw Self.error(error)
        }
    }

    func merge(
        _ batch: IntakeBatch, _ deadLetters: any DeadLetterSink
    ) async throws(IntakeError) -> MergeOutcome {
        var counts = MergeCounts()
        var hints: [SyncUserID: [MailboxWants.Asked]] = [:]
        var letters: [DeadLetter] = []
        for record in batch.records {
            switch MailboxHintReading(record) {
            case .hint(let hint):
                counts.merged += 1
                metrics.hinted()
                hints[hint.user, default: []].append(
                    MailboxWants.Asked(items: hint.items ?? [], isFull: hint.isFull))
            case .unreadable(let reason, let why):
                // Whoever wrote it asks again; a tick finds what has changed.
                counts.rejected += 1
                metrics.droppedHint()
                log.warning("a hint can't be read", ["offset": String(record.offset), "why": why])
                letters.append(DeadLetter(record, reason, why))
            }
        }
        if !letters.isEmpty { try await deadLetters.send(letters, from: batch.topicPartition) }
        do {
            let wanted = try await wants(hints)
            let mutations =
                try [move(batch.topicPartition, from: batch.from, to: batch.to)] + Self.mutations(wanted)
                + letters.map { letter in
                    .journal(
                        JournalDraft(
                            item: "topic/\(batch.topicPartition)/\(letter.record.offset)", rule: "DeadLetter",
                            action: "dead-lettered",
                            detail: letter.detail(ofTopic: batch.topicPartition.topic, group: group)))
                }
            guard try await store.commit(mutations) == .committed else { return .positionLost }
            if !wanted.isEmpty { onMerged(wanted) }
            return .merged(counts)
        } catch {
            throw Self.error(error)
        }
    }

    private func wants(_ hints: [SyncUserID: [MailboxWants.Asked]]) async throws -> [SyncUserID: MailboxWants] {
        guard !hints.isEmpty else { return [:] }
        let users = hints.keys.sorted()
        let kept = try await store.cursors(users.flatMap { [MailboxWants.name(of: $0), CalendarCursor.name(of: $0)] })
        var wanted: [SyncUserID: MailboxWants] = [:]
        for user in users {
            var wants = kept[MailboxWants.name(of: user)].flatMap { MailboxWants(text: $0) } ?? MailboxWants()
            let cursor = kept[CalendarCursor.name(of: user)].flatMap { CalendarCursor(text: $0) }
            let done = cursor?.hintsDone ?? 0
            // One that was kept in another store's days may be behind the reader.
            wants.number = max(wants.number, done)
            wants.take(hints[user] ?? [], done: done)
            wanted[user] = wants
        }
        return wanted
    }

    private static func mutations(_ wanted: [SyncUserID: MailboxWants]) throws -> [Mutation] {
        try wanted.sorted { $0.key < $1.key }.map { try $0.value.mutation(of: $0.key) }
    }

    private func move(
        _ partition: TopicPartition, from: RecordedPosition?, to: RecordedPosition
    ) -> Mutation {
        func position(_ position: RecordedPosition) -> IntakePosition {
            IntakePosition(next: position.next, clusterID: position.clusterID, lastEventID: position.lastEventID)
        }
        return .intakePosition(
            group: group, Self.intake(partition), from: from.map(position), to: position(to))
    }

    private static func intake(_ partition: TopicPartition) -> IntakePartition {
        IntakePartition(topic: partition.topic, partition: partition.partition)
    }

    private static func error(_ error: any Error) -> IntakeError {
        error as? IntakeError ?? IntakeError(.store, (error as? StoreError)?.message ?? "\(error)")
    }
}
