public import Foundation

/// A content write: what is asked of one side, and all that its outcome is judged by (CAL-11).
public struct MeetingWrite: Sendable, Hashable, Codable {
    public enum Change: Sendable, Hashable, Codable {
        /// Where the write has an etag, LN still has the activity, *Not Held*: it is brought back, as it is (`isRevival`) or with this content.
        case create(MeetingContent)
        /// Only the groups that change.
        case update([FieldGroup: FieldValue])
        case end(Ending)
    }

    public enum Ending: String, Sendable, Hashable, Codable {
        /// LN's activity is set to *Not Held* and stays.
        case notHeld
        /// Deleted; an event that has attendees is cancelled by it.
        case removed
        /// The event goes from this mailbox, and is made in that of LN's new organizer (CAL-15).
        case replaced
    }

    public var side: Side
    public var change: Change
    /// If-Match; `nil` where there was nothing.
    public var etag: ETag?
    /// What the other side held when this was planned; `nil` where it was gone, or nothing of it is written.
    public var source: MeetingContent?
    /// Of a create: the same for each repetition, another for each intended re-creation. Part of the `transactionId`.
    public var generation: Int
    /// The last read that the written side's observation came from. An absence has no etag: this tells one from a later one.
    public var sequence: ReadSequence

    public init(
        _ change: Change, on side: Side, etag: ETag?, source: MeetingContent?, generation: Int, sequence: ReadSequence
    ) {
        self.side = side
        self.change = change
        self.etag = etag
        self.source = source
        self.generation = generation
        self.sequence = sequence
    }

    /// Brings LN's *Not Held* activity back as LN has it: nothing but its status is written, and what both sides agreed upon stays so.
    public var isRevival: Bool { if case .create = change { source == nil } else { false } }
}

/// A write that may be under way, committed before it is begun. Whoever follows waits for the deadline, reads both sides and
/// judges by what he reads.
public struct MeetingIntent: Sendable, Hashable, Codable {
    public var write: MeetingWrite
    /// The process that means to do it, and its attempt.
    public var owner: String
    /// By the store's clock; after it the write is over or will never happen.
    public var deadline: Date

    public init(_ write: MeetingWrite, owner: String, deadline: Date) {
        self.write = write
        self.owner = owner
        self.deadline = deadline
    }
}

/// What invitation-worker is asked for: a write to an event that has attendees, or gets some, or its cancellation. Nothing is
/// under way before invitation-worker has claimed it, which turns it into the row's intent.
public struct InvitationAsk: Sendable, Hashable, Codable {
    public var write: MeetingWrite
    /// A past item, or only what no attendee sees: nobody is told (INV-3).
    public var tellsNobody: Bool

    public init(_ write: MeetingWrite, tellsNobody: Bool) {
        self.write = write
        self.tellsNobody = tellsNobody
    }
}
