public import Foundation
public import SyncModel

/// What is to be done about a meeting, and by which rule.
public struct MeetingAction: Sendable, Hashable {
    public enum Step: Sendable, Hashable {
        /// A write of unknown outcome may still take effect: look again then.
        case wait(until: Date)
        /// Look for the meeting on the other side, and plan anew with what is found; see `TwinSearch`.
        case search
        /// The twin's row is being written: plan anew when it is not.
        case waitForTwin
        /// Make one row of the two: `MeetingLink.joined`.
        case link(Meeting)
        /// Both sides stay as they are and are no longer kept in step: `MeetingLink.parted`.
        case unlink
        /// Create, patch or end in LN.
        case writeLN(MeetingWrite)
        /// Create, patch or remove an event that was read without attendees: nobody is told.
        case writeExchange(MeetingWrite)
        case askInvitation(InvitationAsk)
        /// LN's Meeting Organizer becomes who organizes the event.
        case appoint(SyncUserID)
        /// Flags and answer of an attendee's row in LN.
        case markAttendee(AttendeeMark)
        /// The activity names another event than it has: the meeting key in LN is corrected.
        case nameEvent(ICalUID)
        /// The event, which has no attendees, names another activity than it has: our property is corrected.
        case nameActivity(ActivityKey)
        case hold(MeetingHold)
        /// Nothing is written, in words for an administrator.
        case rest(String)
        case recordConflict(MeetingConflict)
        /// A line for the journal, in words for an administrator.
        case note(String)

        /// Whether LN or Exchange is given something, or it is asked for, or the two sides are parted: what waits for the approval of a
        /// user's plan (CAL-20).
        var needsApproval: Bool {
            switch self {
            case .writeLN, .writeExchange, .askInvitation, .appoint, .unlink: true
            default: isMark
            }
        }

        /// What either is given beside content: the same however often it is written.
        var isMark: Bool {
            switch self {
            case .markAttendee, .nameEvent, .nameActivity: true
            default: false
            }
        }
    }

    public var step: Step
    public var rule: RuleID

    public init(_ step: Step, _ rule: RuleID) {
        self.step = step
        self.rule = rule
    }
}

/// What is to be done, and what both sides agree upon as far as the plan found out.
public struct MeetingPlan: Sendable, Hashable {
    /// Conflicts and notes first, then at most one of all else, then attendees' marks and the meeting key; these never beside a content write in
    /// LN; our property beside none at all. Empty: all is in step.
    public var actions: [MeetingAction]
    /// Committed with the first action's intent, or when the row is settled.
    public var base: MeetingBase

    public init(_ actions: [MeetingAction], base: MeetingBase) {
        self.actions = actions
        self.base = base
    }

    /// The content write, if there is one: its intent is committed first.
    public var write: MeetingWrite? {
        for action in actions {
            switch action.step {
            case .writeLN(let write), .writeExchange(let write): return write
            case .askInvitation(let ask): return ask.write
            default: continue
            }
        }
        return nil
    }

    /// What attendees' rows in LN are to show.
    public var marks: [AttendeeMark] {
        actions.compactMap { if case .markAttendee(let mark) = $0.step { mark } else { nil } }
    }

    /// The event that the activity in LN is to name; `nil` where it stays as it is.
    public var namedEvent: ICalUID? {
        for case .nameEvent(let uid) in actions.map(\.step) { return uid }
        return nil
    }

    /// The activity that the event in Exchange is to name; `nil` where it stays as it is.
    public var namedActivity: ActivityKey? {
        for case .nameActivity(let activity) in actions.map(\.step) { return activity }
        return nil
    }
}
