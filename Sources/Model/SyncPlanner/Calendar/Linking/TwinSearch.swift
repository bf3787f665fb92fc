public import SyncModel

/// Which item of the other side is the same meeting as one that has none there yet (CAL-5): looked for before anything is created.
///
/// Who calls it has searched the other side by our property or the meeting key, by what ours names, and by organizer and time, and gives
/// each item found as its row has it; an item without a row as a meeting of its own, made from what was read.
public enum TwinSearch {
    public enum Verdict: Sendable, Hashable {
        /// There is none: it may be made.
        case none
        case link(Meeting)
        /// A person has to say which.
        case several([Meeting])
        /// The twin's row has a write open or of unknown outcome: it will be one of two soon, or free.
        case wait
    }

    public static func verdict(
        for meeting: Meeting, among candidates: [Meeting], _ limits: LNLimits
    ) -> Verdict {
        let free = candidates.filter { isFree($0, for: meeting) }
        for test in [names, isNamed, looksAlike] {
            let twins = free.filter { test(meeting, $0, limits) }
            if twins.isEmpty { continue }
            if twins.contains(where: { $0.intent != nil || $0.asked != nil }) { return .wait }
            return twins.count == 1 ? .link(twins[0]) : .several(twins)
        }
        return .none
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

    /// Its one item was made for another.
    fileprivate var namesAnother: Bool {
        activity != nil ? activityFacts.meetingKey != nil : eventFacts.activity != nil
    }

    /// Of a meeting that has an item on one side alone: which.
    var onlySide: Side { activity != nil && !hasLivingItem(on: .exchange) ? .ln : .exchange }
}
