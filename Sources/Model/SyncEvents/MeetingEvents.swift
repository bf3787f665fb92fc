public import SyncModel

/// The data of `ln.activity.changed.v1`: an activity with its attendees as a reader just read it.
public struct ActivityChanged: Sendable, Hashable, Codable {
    public var activity: ActivityKey
    public var etag: ETag
    public var content: MeetingContent
    public var facts: ActivityFacts
    /// Status *Not Held*: it is there, and the meeting is off.
    public var isNotHeld: Bool
    /// *Created in Infor LN*.
    public var isCreatedInLN: Bool

    public init(
        activity: ActivityKey, etag: ETag, content: MeetingContent, facts: ActivityFacts, isNotHeld: Bool,
        isCreatedInLN: Bool
    ) {
        self.activity = activity
        self.etag = etag
        self.content = content
        self.facts = facts
        self.isNotHeld = isNotHeld
        self.isCreatedInLN = isCreatedInLN
    }
}

/// The data of `ln.activity.deleted.v1`: a keyed read found no such activity.
public struct ActivityDeleted: Sendable, Hashable, Codable {
    public var activity: ActivityKey

    public init(activity: ActivityKey) {
        self.activity = activity
    }
}

/// The data of `exchange.event.changed.v1`: an event as one mailbox shows it, read whole, a private one already reduced (CAL-19).
public struct EventChanged: Sendable, Hashable, Codable {
    /// Whose mailbox was read.
    public var user: SyncUserID
    public var event: EventKey
    /// Of an occurrence: its original start, `2026-12-01T09:00:00Z`; empty otherwise.
    public var occurrence: String
    public var etag: ETag
    public var content: MeetingContent
    public var facts: EventFacts
    /// By Exchange's organizer; only the owner's view is an authority on the content (architecture, *Order*).
    public var owner: MeetingOwner
    public var isCancelled: Bool
    /// The answer of `user`, where he is an attendee.
    public var response: AttendeeResponse
    /// The address of `user` in lower case.
    public var address: EmailAddress

    public init(
        user: SyncUserID, event: EventKey, occurrence: String = "", etag: ETag, content: MeetingContent,
        facts: EventFacts, owner: MeetingOwner, isCancelled: Bool, response: AttendeeResponse, address: EmailAddress
    ) {
        self.user = user
        self.event = event
        self.occurrence = occurrence
        self.etag = etag
        self.content = content
        self.facts = facts
        self.owner = owner
        self.isCancelled = isCancelled
        self.response = response
        self.address = address
    }
}

/// The data of `exchange.event.deleted.v1`: a GET in that mailbox answered 404.
public struct EventDeleted: Sendable, Hashable, Codable {
    public var user: SyncUserID
    public var event: EventKey
    public var occurrence: String

    public init(user: SyncUserID, event: EventKey, occurrence: String = "") {
        self.user = user
        self.event = event
        self.occurrence = occurrence
    }
}

/// The data of `exchange.hint.v1`: somebody asks the reader to look at a mailbox.
public struct MailboxHint: Sendable, Hashable, Codable {
    public var user: SyncUserID
    /// Events read by key and published again (a replay, a check); absent: the mailbox's changes.
    public var items: [ItemID]?
    /// A new round over the whole window, reconciled against the store.
    public var isFull: Bool
    /// Who asks.
    public var by: String

    public init(user: SyncUserID, items: [ItemID]? = nil, isFull: Bool = false, by: String) {
        self.user = user
        self.items = items
        self.isFull = isFull
        self.by = by
    }
}
