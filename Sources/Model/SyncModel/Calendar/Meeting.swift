/// One meeting: an activity of LN's, an event of Exchange's, and what both held when they were last in step.
public struct Meeting: Sendable, Hashable {
    /// `nil` until it is known.
    public var activity: ActivityKey?
    public var event: EventKey?
    public var owner: MeetingOwner
    /// A customer's meeting whose organizer has become a sync user, its owner (CAL-3): LN's Meeting Organizer may be another yet.
    public var wasExternal: Bool
    /// Where it was made first: *Created in Infor LN* on is LN.
    public var birth: Side
    /// Its item is a copy, made by a user, of one that names another row: what it names makes it nobody's twin (CAL-5).
    public var isCopy: Bool
    /// A person or an end has parted the two sides: nothing is written, imported or made again until someone links them (CAL-5).
    public var isUnlinked: Bool
    /// What is observed last. What a settler has read by key stands here when he plans.
    public var observed: Sides<MeetingSnapshot>
    public var base: MeetingBase
    /// Of LN's activity, beside its content; as last read.
    public var activityFacts: ActivityFacts
    /// Of Exchange's event, beside its content; as last read.
    public var eventFacts: EventFacts
    /// What attendees' own copies say of their answers, by address in lower case; where the organizer's says nothing (CAL-16).
    public var answers: [EmailAddress: AttendeeResponse]
    /// The read that was last taken in, per side.
    public var sequence: Sides<ReadSequence>
    /// Something is to be settled.
    public var isDue: Bool
    /// Push has named one of its items since it was last in step: it is kept in step whenever it is (CAL-4).
    public var isNamed: Bool
    /// The base is not to be trusted as what the two sides hold: nothing is dropped as an echo, both are read.
    public var check: Bool
    public var intent: MeetingIntent?
    /// The last request to invitation-worker that it has not claimed yet.
    public var asked: InvitationAsk?
    public var hold: MeetingHold?
    /// How many holds of an end are over. An absence has no version: what is asked of a later end is another question (CAL-14).
    public var endsAsked: Int
    /// Of the last create; 0 before the first.
    public var generation: Int

    /// A meeting of which nothing is known yet.
    public init(owner: MeetingOwner, birth: Side) {
        self.owner = owner
        self.birth = birth
        wasExternal = false
        isCopy = false
        isUnlinked = false
        observed = Sides(ln: .gone(.absent), exchange: .gone(.absent))
        base = .nothing
        activityFacts = ActivityFacts()
        eventFacts = EventFacts()
        answers = [:]
        sequence = Sides(ln: .none, exchange: .none)
        isDue = false
        isNamed = false
        check = false
        endsAsked = 0
        generation = 0
    }
}

extension Meeting {
    /// Its event is private and has been reduced: the owner hides what else there is of it (CAL-19).
    public var isHidden: Bool {
        guard let content = observed.exchange.content else { return false }
        return content.sensitivity?.isPrivate == true && content.subject == nil
    }

    /// What either side holds or held, LN's first.
    public var contents: [MeetingContent] {
        [observed.ln.content, observed.exchange.content, base.content?.sides.ln, base.content?.sides.exchange]
            .compactMap(\.self)
    }

    /// It is private on one side at least, whichever it was made on: what it is about, and with whom, is nobody else's (CAL-19).
    public var isPrivate: Bool { contents.contains { $0.sensitivity?.isPrivate == true } }
}

extension FieldGroup {
    /// Also a private meeting shows it: when it is and how it shows (CAL-19).
    public var isShownOfPrivate: Bool {
        switch self {
        case .time, .showAs, .sensitivity: true
        case .subject, .location, .body, .reminder, .attendee: false
        }
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
