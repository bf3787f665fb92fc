public import SyncModel

/// Which item of the other side is the same meeting as one that has none there yet (CAL-5): looked for before anything is created.
///
/// Who calls it has searched the other side by our property or the meeting key, by what ours names, and by organizer and time, and gives
/// each item found as its row has it; an item without a row as a meeting of its own, made from what was read. Where one would be linked by its
/// looks alone (`lookalike`), those of this meeting's own side are given too that begin when it does: they may be the same meeting as well.
public enum TwinSearch {
    public enum Verdict: Sendable, Hashable {
        /// There is none: it may be made.
        case none
        case link(Meeting)
        /// A person has to say which: several could be this one, or this and others of its side could be the one.
        case several([Meeting])
        /// The twin's row has a write open or of unknown outcome: it will be one of two soon, or free.
        case wait
    }

    public static func verdict(
        for meeting: Meeting, among candidates: [Meeting], _ limits: LNLimits
    ) -> Verdict {
        let (twins, isByLooks) = twins(of: meeting, among: candidates, limits)
        guard let twin = twins.first else { return .none }
        if twins.contains(where: \.isBeingWritten) { return .wait }
        guard twins.count == 1 else { return .several(twins) }
        guard isByLooks else { return .link(twin) }
        let rivals = candidates.filter { isRival($0, for: twin, limits) }
        // What this meeting has begun to make waits for none of them: two could wait for one another.
        if meeting.intent == nil, rivals.contains(where: \.isBeingWritten) { return .wait }
        // Of one that a person has looked at, looks alone say nothing any more.
        let isDecided = [meeting, twin].contains(where: \.isDecidedOfTwins)
        return rivals.isEmpty && !isDecided ? .link(twin) : .several([twin] + rivals)
    }

    /// The one candidate that would be linked though neither names the other. Before it is, the others of the meeting's own side that begin when
    /// it does are looked for.
    public static func lookalike(
        of meeting: Meeting, among candidates: [Meeting], _ limits: LNLimits
    ) -> Meeting? {
        let (twins, isByLooks) = twins(of: meeting, among: candidates, limits)
        return isByLooks && twins.count == 1 && !twins[0].isBeingWritten ? twins[0] : nil
    }

    /// What counts most of what there is.
    private static func twins(
        of meeting: Meeting, among candidates: [Meeting], _ limits: LNLimits
    ) -> (twins: [Meeting], isByLooks: Bool) {
        let free = candidates.filter { isFree($0, for: meeting) }
        for test in [names, isNamed] {
            let twins = free.filter { test(meeting, $0, limits) }
            if !twins.isEmpty { return (twins, false) }
        }
        return (free.filter { looksAlike(meeting, $0, limits) }, true)
    }

    /// Whether an item of the other side than the twin's could be its other half too. What rests whatever it holds is nobody's.
    private static func isRival(_ candidate: Meeting, for twin: Meeting, _ limits: LNLimits) -> Bool {
        isFree(candidate, for: twin) && !candidate.eventFacts.isRecurring && candidate.activityFacts.isSynchronized
            && [names, isNamed, looksAlike].contains { $0(twin, candidate, limits) }
    }

    /// An item that is there, on the side where the meeting has none. Who has another half already, or was parted from it, or is
    /// a copy in want of one of its own, is nobody's twin; an event that takes the place of the activity's own, which is gone, is no copy.
    private static func isFree(_ candidate: Meeting, for meeting: Meeting) -> Bool {
        let side = candidate.onlySide
        let isAlone = candidate.activity == nil || candidate.event == nil
        return (isAlone && !candidate.isCopy || succeeds(meeting, candidate))
            && candidate.hasLivingItem(on: side) && !meeting.hasLivingItem(on: side) && !candidate.isUnlinked
    }

    /// One of the two is the event that takes the place of the other's. What this meeting has begun to make is made first.
    private static func succeeds(_ meeting: Meeting, _ candidate: Meeting) -> Bool {
        meeting.intent == nil && (isSuccessor(meeting, of: candidate) || isSuccessor(candidate, of: meeting))
    }

    /// Whether an event without an activity carries our property for one whose own event is gone (CAL-5). A store that was restored takes it for
    /// a copy: it has forgotten that the one was made when the other was gone.
    private static func isSuccessor(_ event: Meeting, of activity: Meeting) -> Bool {
        guard let named = event.eventFacts.activity, activity.activity == named, let former = activity.event?.uid,
            event.activity == nil, event.hasLivingItem(on: .exchange), !activity.hasLivingItem(on: .exchange)
        else { return false }
        // LN knows better which it is, where it names one.
        guard let key = activity.activityFacts.meetingKey else { return true }
        return key == event.event?.uid || key == former
    }

    /// The candidate carries our key: made for this meeting, by us.
    private static func names(_ meeting: Meeting, _ candidate: Meeting, _ limits: LNLimits) -> Bool {
        if let activity = meeting.activity, candidate.eventFacts.activity == activity { return candidate.event != nil }
        if let event = meeting.event, candidate.activityFacts.meetingKey == event.uid {
            return candidate.activity != nil
        }
        return false
    }

    /// This meeting was made for the candidate.
    private static func isNamed(_ meeting: Meeting, _ candidate: Meeting, _ limits: LNLimits) -> Bool {
        (!meeting.isCopy || succeeds(meeting, candidate)) && names(candidate, meeting, limits)
    }

    /// The same organizer, subject and time, in the form that both sides can hold; neither names anything.
    private static func looksAlike(_ meeting: Meeting, _ candidate: Meeting, _ limits: LNLimits) -> Bool {
        let side = candidate.onlySide
        guard !meeting.isCopy, !candidate.namesAnother, let organizer = meeting.organizer,
            candidate.organizer == organizer, let mine = meeting.observed[side.other].content,
            let theirs = candidate.observed[side].content, let subject = mine[.subject], let time = mine[.time]
        else { return false }
        return theirs[.subject].map(limits.narrow) == limits.narrow(subject)
            && theirs[.time].map(limits.narrow) == limits.narrow(time)
    }
}

extension Meeting {
    /// In whose calendar it is, or would be.
    var organizer: SyncUserID? {
        if case .user(let user) = owner { return user }
        return activityFacts.organizer
    }

    /// By a write of ours: it will be one of two soon, or free.
    fileprivate var isBeingWritten: Bool { intent != nil || asked != nil }

    /// Somebody has said of just this that it is none of several, or is left alone.
    fileprivate var isDecidedOfTwins: Bool { hold?.question == .twins && hold?.verdict(on: observed) != nil }

    /// Its one item was made for another.
    fileprivate var namesAnother: Bool {
        activity != nil ? activityFacts.meetingKey != nil : eventFacts.activity != nil
    }

    /// Of a meeting that has an item on one side alone: which.
    var onlySide: Side { activity != nil && !hasLivingItem(on: .exchange) ? .ln : .exchange }
}
