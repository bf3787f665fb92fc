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
    /// What comes back from a removal hold as it was is not sent.
    case returnNotSent
    /// What was written last is forgotten.
    case settledForgotten

    // MARK: Calendars

    /// What comes soon after a write of ours is taken for its echo, whatever it says.
    case echoByTime
    /// An update is settled before it is made.
    case commitBeforeAct
    /// An older read wins over a newer one, where it was sent later.
    case staleWins
    /// What is no occurrence has NULL as original start, so that its event can have several rows.
    case nullOriginalStart
    /// The flags of attendees are content.
    case flagsInHash
    /// What a mailbox hides is taken for empty.
    case maskedAsEmpty
    /// A private event leaves its mailbox whole.
    case privateNotReduced
    /// Nothing is searched for before it is made.
    case noTwinSearch
    /// What a delta round says was removed is believed.
    case removedWithoutProof
    /// A reader goes on before what it sent is acknowledged.
    case cursorBeforeAcks
    /// An attendee's copy is taken for the organizer's.
    case viewsConfused
    /// Writes have no intent.
    case intentDropped
    /// What a person has decided of a meeting holds for values that he was not shown.
    case decisionOnOtherValues
    /// What loses a conflict is not journalled.
    case conflictNotRecorded
    /// What is written is written whatever version is there.
    case noIfMatch
    /// An event is made without an id that would tell its repetition.
    case createWithoutTransactionID
    /// Both sides count as in step with what was sent, not with what the server made of it.
    case baseIsSent
}

extension PlantedFault {
    /// The store as a process sees it that breaks this rule.
    func broken(_ store: any SyncStore, _ returns: UnsentReturns) -> any SyncStore {
        switch self {
        case .noIntent, .positionsBeforeMerge, .equalLeavesSequence, .settleForgetsNewer, .removalWithoutRow,
            .settledForgotten:
            MisledStore(base: store, fault: self)
        case .noFencing: UnfencedStore(base: store)
        case .oldEpoch: OldEpochStore(base: store)
        case .returnNotSent: UnsentReturns.Store(base: store, returns: returns)
        case .echoByTime, .commitBeforeAct, .nullOriginalStart, .intentDropped, .decisionOnOtherValues,
            .conflictNotRecorded, .baseIsSent:
            MisledMeetingStore(base: store, fault: self)
        default: store
        }
    }

    /// The producer of a process that breaks this rule.
    func broken(
        _ producer: any RecordProducer, _ clock: any TimeSource, _ returns: UnsentReturns
    ) -> any RecordProducer {
        switch self {
        case .unorderedReads, .staleWins: ClockOrderedProducer(base: producer, clock: clock)
        case .cursorBeforeAcks: ForgetfulProducer(base: producer)
        case .returnNotSent: UnsentReturns.Producer(base: producer, returns: returns)
        default: producer
        }
    }
}
