public import Foundation
public import SyncModel

/// What one event says of one contact in one mailbox.
public struct ContactObservation: Sendable, Hashable {
    public var sequence: ReadSequence
    public var state: ObservedContact
    public var priority: RowStatus.Priority
    /// The partition number of the record.
    public var partition: Int32

    public init(sequence: ReadSequence, state: ObservedContact, priority: RowStatus.Priority, partition: Int32) {
        self.sequence = sequence
        self.state = state
        self.priority = priority
        self.partition = partition
    }
}

/// What an event does to its row.
public enum ContactMergeVerdict: Sendable, Hashable {
    /// Not newer than the row: nothing is written.
    case older
    /// Newer and equal to what the row holds: only the row's sequence rises, or a slow record that was read in between would
    /// win later.
    case equal(ContactLink)
    case merged(ContactLink)
}

/// The rules by which events are merged into rows (architecture, *Order*). Every interleaving of them was tried out in the
/// design's reader model.
public enum ContactMerge {
    /// Whether an event with this sequence and hash changes nothing but the row's sequence. Its data need not be decoded.
    public static func isEqual(_ sequence: ReadSequence, _ hash: ContentHash, _ row: ContactLink) -> Bool {
        guard sequence > row.status.sequence, row.status.intent == nil, !row.status.check else { return false }
        switch row.status.state {
        case .settled: return row.observed == nil && row.settled == hash
        case .tombstone: return hash == .removal
        case .refused: return row.observed?.hash == hash
        case .due, .held, .resting: return false
        }
    }

    /// Merges an event into its row, or makes the row.
    /// - Parameter now: the store's clock.
    public static func merge(
        _ observation: ContactObservation, into row: ContactLink?, _ id: ContactLinkID, now: Date
    ) -> ContactMergeVerdict {
        guard var row else { return .merged(newRow(observation, id, now: now)) }
        guard observation.sequence > row.status.sequence else { return .older }
        let isEqual = isEqual(observation.sequence, observation.state.hash, row)
        row.status.sequence = observation.sequence
        if isEqual { return .equal(row) }
        if case .content = observation.state, followsRemoval(row) {
            row.status.generation += 1
            // LN's state went off and on: what the user deleted may be made again (CON-5), also where nobody has noticed it yet. An item
            // that is still there is found.
            row.item = .none
            if row.status.state == .tombstone { row.status.state = .settled }
        }
        let wasDue = row.status.state == .due
        row.observed = observation.state
        row.status.partition = observation.partition
        row.status.priority = wasDue ? min(row.status.priority, observation.priority) : observation.priority
        row.status.attempts = 0
        switch row.status.state {
        case .held, .resting:
            break
        case .settled, .due, .refused, .tombstone:
            row.status.state = .due
            row.status.due = now
            row.status.reason = nil
        }
        return .merged(row)
    }

    private static func newRow(_ observation: ContactObservation, _ id: ContactLinkID, now: Date) -> ContactLink {
        var row = ContactLink(
            id: id,
            status: RowStatus(
                partition: observation.partition, sequence: observation.sequence, priority: observation.priority))
        // Of a removal too: a restored store may not know of an item that is there. The folder is searched, and then the row is the tombstone that
        // keeps a slower, older state from making it.
        row.observed = observation.state
        row.status.state = .due
        row.status.due = now
        return row
    }

    private static func followsRemoval(_ row: ContactLink) -> Bool {
        if case .removal = row.observed { return true }
        return row.status.state == .tombstone
    }
}
