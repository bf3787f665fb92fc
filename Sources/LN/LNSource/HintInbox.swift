import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry

/// Reads `ln.notifications` for who holds the lease: assigned to itself, from the store's positions, which move when a hint's read
/// is done. A standby takes over with the lease.
final class HintInbox: Sendable {
    private struct State {
        var queue = HintQueue()
        /// The positions are known and the cluster's id is recorded: something may be sent.
        var isOpen = false
        /// The `ce_id` that the record before each position must have, until it has come.
        var witnesses: [TopicPartition: (offset: Int64, eventID: String)] = [:]
        /// Partitions whose witness was another one: their logs are others, whatever their offsets say.
        var refuted: Set<TopicPartition> = []
        /// Why Kafka could not be asked the last time.
        var kafkaTrouble: KafkaError?
    }

    private let store: any SyncStore
    private let consumer: any RecordConsumer
    private let names: TopicNames
    private let company: Company
    private let kind: Hint.Kind
    private let lease: HeldLease
    private let pause: Duration
    private let time: any TimeSource
    private let log: Logger
    private let metrics: ReaderMetrics
    private let state = Mutex(State())
    /// A hint came, or the inbox is open.
    let wake = Signal()

    init(
        store: any SyncStore, consumer: any RecordConsumer, names: TopicNames, company: Company, kind: Hint.Kind,
        lease: HeldLease,
        pause: Duration, time: any TimeSource, log: Logger, metrics: ReaderMetrics
    ) {
        self.store = store
        self.consumer = consumer
        self.names = names
        self.company = company
        self.kind = kind
        self.lease = lease
        self.pause = pause
        self.time = time
        self.log = log
        self.metrics = metrics
    }

    /// Why Kafka can't be asked; `nil` where it can.
    var kafkaTrouble: KafkaError? { state.withLock { $0.kafkaTrouble } }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func isWaiting(for need: HintQueue.Need) -> Bool { state.withLock { $0.queue.isWaiting(for: need) } }
    func waiting(for need: HintQueue.Need) -> [HintQueue.ID] { state.withLock { $0.queue.waiting(for: need) } }
    func next(_ need: HintQueue.Need) -> (id: HintQueue.ID, hint: Hint)? { state.withLock { $0.queue.next(need) } }
    func activities(limit: Int) -> (ids: [HintQueue.ID], activities: [ActivityCode]) {
        state.withLock { $0.queue.activities(limit: limit) }
    }
    func done(_ ids: [HintQueue.ID], _ need: HintQueue.Need) { state.withLock { $0.queue.done(ids, need) } }

    /// Records how far the hints are done, and those of others passed over.
    func recordPositions() async throws {
        let moves = state.withLock { $0.queue.moves() }
        guard !moves.isEmpty else { return }
        let mutations = moves.sorted { $0.key < $1.key }.map { partition, move in
            Mutation.intakePosition(group: group, Self.intake(partition), from: move.from, to: move.to)
        }
        guard try await store.commit(mutations, holding: [lease.lease]) == .committed else {
            throw ReaderError.leaseLost
        }
        state.withLock { $0.queue.moved(moves.mapValues(\.to)) }
    }

    // MARK: Listening

    /// Between two looks whether the log is still the same.
    private static let logInterval: Duration = .seconds(10)

    /// Listens until the task is cancelled.
    /// - Throws: `KafkaError` where the consumer is of no more use, `ReaderError.leaseLost`, `CancellationError`.
    func listen() async throws {
        while true {
            do {
                try await open()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.receive() }
                    group.addTask { try await self.waitForAnotherLog() }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            } catch let error as StoreError {
                log.warning("the store can't be asked for hints' positions", ["error": error.message])
            } catch let error as KafkaError where error.code != .fatal && error.code != .closed {
                state.withLock { $0.kafkaTrouble = error }
                log.warning("hints can't be read at the moment", ["error": error.message])
            } catch let error as KafkaError where error.code == .closed {
                try Task.checkCancellation()
                throw error
            }
            try await time.sleep(for: pause)
        }
    }

    private var group: String { lease.lease.name.rawValue }

    private static func intake(_ partition: TopicPartition) -> IntakePartition {
        IntakePartition(topic: partition.topic, partition: partition.partition)
    }

    private func open() async throws {
        let partitions = try await consumer.partitions(of: names.name(of: .lnNotifications))
        let facts = try await consumer.facts(of: partitions)
        guard !partitions.isEmpty, facts.count == partitions.count else {
            throw KafkaError(.unreachable, "not all partitions of ln.notifications have a leader", isRetriable: true)
        }
        let recorded = try await store.intakePositions(group: group)
        let refuted = state.withLock { $0.refuted }
        var mutations: [Mutation] = []
        var positions: [TopicPartition: IntakePosition] = [:]
        var from: [TopicPartition: StartPosition] = [:]
        var witnesses: [TopicPartition: (offset: Int64, eventID: String)] = [:]
        var gaps: Set<String> = []
        for (partition, facts) in facts.sorted(by: { $0.key < $1.key }) {
            let known = recorded[Self.intake(partition)]
            let beginning = HintBeginning.decide(known, facts, isWitnessRefuted: refuted.contains(partition))
            let next = beginning.position.next
            positions[partition] = beginning.position
            from[partition] = .offset(beginning.readFrom(facts))
            if let eventID = beginning.position.lastEventID { witnesses[partition] = (next - 1, eventID) }
            if beginning.position != known {
                mutations.append(
                    .intakePosition(group: group, Self.intake(partition), from: known, to: beginning.position))
            }
            if case .gap(_, let why) = beginning { gaps.insert(why) }
        }
        if !gaps.isEmpty {
            let why = gaps.sorted().joined(separator: "; ")
            log.warning("all mailboxes' states are sent anew", ["why": why])
            if let baselines = try await baselines() { mutations.append(baselines) }
            mutations.append(
                .journal(
                    JournalDraft(
                        item: "topic/\(names.name(of: .lnNotifications))", rule: kind == .contact ? "CON-1" : "CAL-4",
                        action: "gap",
                        detail: "\(why): the states of all mailboxes are sent anew and compared")))
        }
        if !mutations.isEmpty {
            guard try await store.commit(mutations, holding: [lease.lease]) == .committed else {
                throw ReaderError.leaseLost
            }
        }
        state.withLock { state in
            state.queue = HintQueue(positions)
            state.witnesses = witnesses
            state.refuted = []
        }
        try await consumer.assign(from)
        state.withLock { state in
            state.isOpen = true
            state.kafkaTrouble = nil
        }
        wake.raise()
    }

    private func baselines() async throws -> Mutation? {
        let users = try await store.users().filter(\.isActive)
        switch kind {
        case .contact:
            let begun = users.filter { $0.baseline != .none }.map(\.id).sorted()
            return begun.isEmpty ? nil : .beginBaseline(begun, check: true)
        case .activity:
            let begun = users.filter { $0.calendar.baselines.ln != .none }.map(\.id).sorted()
            return begun.isEmpty ? nil : .beginCalendarBaseline(begun, [.ln], check: true)
        }
    }

    /// Returns where the positions are to be read anew.
    private func receive() async throws {
        while let event = try await consumer.next() {
            switch event {
            case .records(let batches):
                for batch in batches where !receive(batch) { return }
                wake.raise()
            case .outOfRange:
                return
            case .trouble(let error):
                log.debug("Kafka has trouble; reading of hints goes on by itself", ["error": error.message])
            case .assigned, .revoked:
                break
            }
        }
        throw KafkaError(.closed, "the consumer of hints was closed")
    }

    /// Returns once the log is another one: behind the same address another, empty one may have taken over, in which the position
    /// means nothing.
    private func waitForAnotherLog() async throws {
        let known = state.withLock { $0.queue.clusters }
        while true {
            try await time.sleep(for: Self.logInterval)
            do throws(KafkaError) {
                let facts = try await consumer.facts(of: known.keys.sorted())
                state.withLock { $0.kafkaTrouble = nil }
                if facts.contains(where: { known[$0.key] != $0.value.clusterID }) { return }
            } catch {
                if error.code == .fatal || error.code == .closed { throw error }
                state.withLock { $0.kafkaTrouble = error }
            }
        }
    }

    /// - Returns: `false` where the record before the position is another than it was.
    private func receive(_ batch: RecordBatch) -> Bool {
        guard batch.topicPartition.topic == names.name(of: .lnNotifications) else { return true }
        let entries = batch.records.map { record in
            HintQueue.Entry(offset: record.offset, eventID: record.header("ce_id")?.string, hint: hint(record))
        }
        return state.withLock { state in
            if let witness = state.witnesses.removeValue(forKey: batch.topicPartition),
                let first = entries.first, first.offset == witness.offset, first.eventID != witness.eventID
            {
                state.refuted.insert(batch.topicPartition)
                return false
            }
            for entry in entries { state.queue.append(entry, batch.topicPartition) }
            return true
        }
    }

    /// `nil` for another lease's, and for what can't be read: that is dropped, for whoever wrote it asks again.
    private func hint(_ record: ConsumerRecord) -> Hint? {
        switch HintReading(record, company, kind) {
        case .anothers:
            return nil
        case .unreadable(let why):
            // Two readers see it; one tells.
            guard kind == .contact else { return nil }
            metrics.droppedHint()
            log.warning("a hint can't be read and is dropped", ["offset": String(record.offset), "why": why])
            return nil
        case .hint(let hint):
            metrics.hinted()
            return hint
        }
    }
}
