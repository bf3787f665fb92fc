public import Foundation
public import SyncModel

/// What is to be done about a meeting, and by which rule.
public struct MeetingAction: Sendable, Hashable {
    public enum Step: Sendable, Hashable {
        /// A write of unknown outcome may still take effect: look again then.
        case wait(until: Date)
        /// Create, patch or end in LN.
        case writeLN(MeetingWrite)
        /// Create, patch or remove an event that was read without attendees: nobody is told.
        case writeExchange(MeetingWrite)
        case askInvitation(InvitationAsk)
        case hold(MeetingHold)
        /// Both sides stay as they are and are no longer kept in step, until someone links them again.
        case unlink
        /// Nothing is written, in words for an administrator.
        case rest(String)
        case recordConflict(MeetingConflict)
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
    /// Conflicts first, then at most one content write, hold or rest. Empty: all is in step.
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
            case .wait, .hold, .unlink, .rest, .recordConflict: continue
            }
        }
        return nil
    }
}
