public import SyncModel

/// What an administrator decides about one owner's calendar, and what LN's service can hold.
public struct CalendarPolicy: Sendable, Hashable {
    /// The owner's address; `nil`: not known.
    public var owner: EmailAddress?
    public var limits: LNLimits
    /// For times from LN where the event has no zone of its own yet: the user's own, else his mailbox's, else his company's (CAL-18).
    public var zone: ZoneName
    /// Which of Exchange's events come to LN.
    public var inbound: InboundScope
    /// Whether activities are made for Exchange's events: LN has a field for the meeting key, and this is the mailbox's home company
    /// (CAL-7). Else they only link.
    public var createsActivities: Bool
    /// Which side wins a conflict of a group, where it is not as CAL-9 has it.
    public var winners: [FieldGroup: Side]
    /// Exchange Web Services: a write can tell nobody (SendToNone), so that no group need wait (CAL-12).
    public var canWriteQuietly: Bool
    /// What an activity becomes whose event is deleted in Outlook: *Not Held*, or deleted (CAL-14).
    public var activityEnding: MeetingWrite.Ending
    public var privateEvents: PrivatePolicy
    /// What LN shows for a private event, in the installation's language.
    public var privateSubject: String
    /// A newly activated user: he is linked, and all else waits for a person (CAL-20).
    public var isLinkOnly: Bool
    /// What is taken; `nil`: all. A meeting that push names is taken whenever it is (`Meeting.isNamed`).
    public var window: CalendarWindow?

    public init(limits: LNLimits = LNLimits(), zone: ZoneName = ZoneName("UTC")) {
        self.limits = limits
        self.zone = zone
        inbound = .all
        createsActivities = true
        winners = [:]
        canWriteQuietly = false
        activityEnding = .notHeld
        privateEvents = .busyBlock
        privateSubject = "Private"
        isLinkOnly = false
        window = CalendarWindow()
    }
}
