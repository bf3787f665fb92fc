import Kafka
import Runtime
import SyncStore

/// A rule that is broken on purpose, at a port and never in the product, to see whether the checks notice.
public enum PlantedFault: String, Sendable, Hashable, CaseIterable {
    /// Writes that are not idempotent have no intent that a successor could wait out.
    case noIntent
    /// Positions move before the rows are merged.
    case positionsBeforeMerge
    /// A reader's commits are not conditional on its lease.
    case noFencing
    /// Reads are ordered by their reader's clock, when they are sent.
    case unorderedReads
    /// A record equal to what is settled leaves its row as it is.
    case equalLeavesSequence
    /// A settlement takes what came meanwhile for settled too.
    case settleForgetsNewer
    /// A removal of what has no row makes none.
    case removalWithoutRow
    /// Who takes over a lease goes on with the epoch of the one before.
    case oldEpoch
}

extension PlantedFault {
    /// The store as a process sees it that breaks this rule.
    func broken(_ store: any SyncStore) -> any SyncStore {
        switch self {
        case .noIntent, .positionsBeforeMerge, .equalLeavesSequence, .settleForgetsNewer, .removalWithoutRow:
            MisledStore(base: store, fault: self)
        case .noFencing: UnfencedStore(base: store)
        case .oldEpoch: OldEpochStore(base: store)
        case .unorderedReads: store
        }
    }

    /// The producer of a process that breaks this rule.
    func broken(_ producer: any RecordProducer, _ clock: any TimeSource) -> any RecordProducer {
        self == .unorderedReads ? ClockOrderedProducer(base: producer, clock: clock) : producer
    }
}
