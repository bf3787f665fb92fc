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
    /// The event that it names as its own: the field that keeps Exchange's iCalUId (CAL-7).
    public var meetingKey: ICalUID?
    /// It has a text, which is longer than what is kept in step: its content says nothing of it (CAL-10).
    public var hasLongText = false

    public init(
        kind: Kind = .appointment, isSynchronized: Bool = true, isHeld: Bool = false, organizer: SyncUserID? = nil,
        rows: [AttendeeRow] = [], meetingKey: ICalUID? = nil
    ) {
        self.kind = kind
        self.isSynchronized = isSynchronized
        self.isHeld = isHeld
        self.organizer = organizer
        self.rows = rows
        self.meetingKey = meetingKey
    }
}

/// What Exchange says of an event beside its content: outside hash and base.
public struct EventFacts: Sendable, Hashable, Codable {
    /// Master, occurrence or exception of a series.
    public var isRecurring: Bool
    /// It has an online meeting's block in its body.
    public var isOnline: Bool
    /// Not sent, not even to the calendar.
    public var isDraft: Bool
    public var categories: Set<String>
    /// A contact of LN's is among organizer and attendees.
    public var hasKnownContact: Bool
    /// The activity that it names as its own: our property `LnActivity`.
    public var activity: ActivityKey?
    /// By address in lower case, as the organizer's copy has them.
    public var responses: [EmailAddress: AttendeeResponse]

    public init(
        isRecurring: Bool = false, isOnline: Bool = false, isDraft: Bool = false, categories: Set<String> = [],
        hasKnownContact: Bool = false, activity: ActivityKey? = nil, responses: [EmailAddress: AttendeeResponse] = [:]
    ) {
        self.isRecurring = isRecurring
        self.isOnline = isOnline
        self.isDraft = isDraft
        self.categories = categories
        self.hasKnownContact = hasKnownContact
        self.activity = activity
        self.responses = responses
    }
}
