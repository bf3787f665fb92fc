import Foundation
public import Kafka
public import KafkaWorker
import SyncEvents
import SyncModel
public import SyncStore
public import Telemetry

/// Intake on the store: positions and rows change in one commit, conditional on the position that the batch started from. The
/// same for every worker; the domain knows the rows.
public struct StoreIntake<Domain: MergeDomain>: RecordMerger {
    private let domain: Domain
    private let store: any SyncStore
    private let group: String
    private let backfillTopics: Set<String>
    private let log: Logger
    private let stops: IntakeStops

    /// - Parameters:
    ///   - group: the consumer group's name, with the installation's prefix.
    ///   - backfillTopics: the topics, with the prefix, whose records wait behind live changes.
    public init(domain: Domain, store: any SyncStore, group: String, backfillTopics: Set<String>, log: Logger) {
        self.domain = domain
        self.store = store
        self.group = group
        self.backfillTopics = backfillTopics
        self.log = log.labelled("StoreIntake")
        stops = IntakeStops(store, group: group)
    }

    // MARK: Positions

    public func positions(
        of partitions: [TopicPartition]
    ) async throws(IntakeError) -> [TopicPartition: RecordedPosition] {
        do {
            let recorded = try await store.intakePositions(group: group)
            var positions: [TopicPartition: RecordedPosition] = [:]
            for topicPartition in partitions {
                positions[topicPartition] = recorded[IntakePartition(topicPartition)].map(RecordedPosition.init)
            }
            return positions
        } catch {
            throw IntakeError(.store, error.message)
        }
    }

    public func begin(_ beginning: LogBeginning) async throws(IntakeError) -> Bool {
        let topicPartition = beginning.topicPartition
        do {
            var mutations = [
                Mutation.intakePosition(
                    group: group, IntakePartition(topicPartition), from: beginning.recorded.map(IntakePosition.init),
                    to: IntakePosition(beginning.position))
            ]
            if beginning.reason != .firstTime {
                // Of a topic that was made anew in its cluster, only partitions of which something was read can tell.
                let isAnyLost =
                    [.anotherLog, .beyondEnd].contains(beginning.reason)
                    && beginning.recorded?.clusterID == beginning.position.clusterID
                mutations += try await domain.baseline(of: isAnyLost ? nil : topicPartition.partition)
                mutations.append(
                    .journal(
                        JournalDraft(
                            item: "topic/\(topicPartition)", rule: "Offsets", action: "gap",
                            detail: "\(beginning.reason); read from offset \(beginning.position.next), and "
                                + "\(isAnyLost ? "all mailboxes" : "the mailboxes of the partition") are sent anew")))
            }
            return try await store.commit(mutations) == .committed
        } catch {
            throw IntakeError(.store, error.message)
        }
    }

    // MARK: Merging

    public func merge(
        _ batch: IntakeBatch, _ deadLetters: any DeadLetterSink
    ) async throws(IntakeError) -> MergeOutcome {
        do throws(IntakeError) {
            return try await merged(batch, deadLetters)
        } catch {
            await stops.failed(batch.topicPartition, error)
            throw error
        }
    }

    private func merged(
        _ batch: IntakeBatch, _ deadLetters: any DeadLetterSink
    ) async throws(IntakeError) -> MergeOutcome {
        var merge = BatchMerge(
            domain: domain, batch: batch, isBackfill: backfillTopics.contains(batch.topicPartition.topic))
        merge.readEnvelopes()
        var sent = Set<Int64>()
        while true {
            do {
                let now = try await store.now()
                if merge.isAnyFromFuture(now: now) {
                    let lastEpoch = try await store.leases().map(\.lease.epoch).max() ?? 0
                    merge.rejectForged(now: now, lastEpoch: lastEpoch)
                }
                try await merge.mergeRows(now: now)
                let letters = merge.letters.filter { !sent.contains($0.record.offset) }
                if !letters.isEmpty {
                    try await deadLetters.send(letters, from: batch.topicPartition)
                    sent.formUnion(letters.map(\.record.offset))
                }
                let position = Mutation.intakePosition(
                    group: group, IntakePartition(batch.topicPartition), from: IntakePosition(batch.from),
                    to: IntakePosition(batch.to))
                let goesOn = try await stops.goesOn(batch.topicPartition)
                switch try await store.commit([position] + merge.mutations(group: group) + goesOn) {
                case .committed:
                    stops.wentOn(batch.topicPartition)
                    if merge.counts.merged > 0 { domain.merged() }
                    return .merged(merge.counts)
                case .lost(.intakePosition):
                    return .positionLost
                case .lost(let lost):
                    // Settling changed a row meanwhile: once more with the row as it is now.
                    log.debug("a batch is merged again", ["lost": "\(lost)"])
                }
            } catch let error as IntakeError {
                throw error
            } catch {
                throw IntakeError(.store, (error as? StoreError)?.message ?? "\(error)")
            }
        }
    }
}

extension IntakePartition {
    init(_ topicPartition: TopicPartition) {
        self.init(topic: topicPartition.topic, partition: topicPartition.partition)
    }
}

extension IntakePosition {
    init(_ position: RecordedPosition) {
        self.init(next: position.next, clusterID: position.clusterID, lastEventID: position.lastEventID)
    }
}

extension RecordedPosition {
    init(_ position: IntakePosition) {
        self.init(next: position.next, clusterID: position.clusterID, lastEventID: position.lastEventID)
    }
}
