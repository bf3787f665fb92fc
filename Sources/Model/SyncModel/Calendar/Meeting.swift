/// One meeting: an activity of LN's, an event of Exchange's, and what both held when they were last in step.
public struct Meeting: Sendable, Hashable {
    /// `nil` until it is known.
    public var activity: ActivityKey?
    public var event: EventKey?
    public var owner: MeetingOwner
    /// Where it was made first: *Created in Infor LN* on is LN.
    public var birth: Side
    /// What is observed last. What a settler has read by key stands here when he plans.
    public var observed: Sides<MeetingSnapshot>
    public var base: MeetingBase
    /// Of LN's activity, beside its content; as last read.
    public var activityFacts: ActivityFacts
    /// Of Exchange's event, beside its content; as last read.
    public var eventFacts: EventFacts
    /// The read that was last taken in, per side.
    public var sequence: Sides<ReadSequence>
    /// Something is to be settled.
    public var isDue: Bool
    /// The base is not to be trusted as what the two sides hold: nothing is dropped as an echo, both are read.
    public var check: Bool
    public var intent: MeetingIntent?
    /// The last request to invitation-worker that it has not claimed yet.
    public var asked: InvitationAsk?
    public var hold: MeetingHold?
    /// Of the last create; 0 before the first.
    public var generation: Int

    /// A meeting of which nothing is known yet.
    public init(owner: MeetingOwner, birth: Side) {
        self.owner = owner
        self.birth = birth
        observed = Sides(ln: .gone(.absent), exchange: .gone(.absent))
        base = .nothing
        activityFacts = ActivityFacts()
        eventFacts = EventFacts()
        sequence = Sides(ln: .none, exchange: .none)
        isDue = false
        check = false
        generation = 0
    }
}

/// In whose mailbox a meeting is written (CAL-2, CAL-3).
public enum MeetingOwner: Sendable, Hashable, Codable {
    case user(SyncUserID)
    /// Exchange's organizer is nobody of ours: nothing goes out.
    case external
    /// LN's organizer is no sync user: Exchange can't invite for him.
    case nobody
}

/// What LN says of an activity beside its content: outside hash and base.
public struct ActivityFacts: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case appointment, call
    }

    public var kind: Kind
    /// *Synchronize*.
    public var isSynchronized: Bool
    /// Status *Held*.
    public var isHeld: Bool
    /// The Meeting Organizer's sync user; `nil` where he is none.
    public var organizer: SyncUserID?
    public var rows: [AttendeeRow]

    public init(
        kind: Kind = .appointment, isSynchronized: Bool = true, isHeld: Bool = false, organizer: SyncUserID? = nil,
        rows: [AttendeeRow] = []
    ) {
        self.kind = kind
        self.isSynchronized = isSynchronized
        self.isHeld = isHeld
        self.organizer = organizer
        self.rows = rows
    }
}

/// What Exchange says of an event beside its content: outside hash and base.
public struct EventFacts: Sendable, Hashable, Codable {
    /// Master, occurrence or exception of a series.
    public var isRecurring: Bool
    /// It has an online meeting's block in its body.
    public var isOnline: Bool
    /// By address in lower case, as the organizer's copy has them.
    public var responses: [EmailAddress: AttendeeResponse]

    public init(isRecurring: Bool = false, isOnline: Bool = false, responses: [EmailAddress: AttendeeResponse] = [:]) {
        self.isRecurring = isRecurring
        self.isOnline = isOnline
        self.responses = responses
    }
}
