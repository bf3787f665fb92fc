import Foundation
import SyncModel

/// What follows from a proven end on one side while the other is there (CAL-14).
enum MeetingEnds {
    enum Verdict {
        /// End it there too.
        case end
        /// Make it where it is gone; never in step, or decided so.
        case create
        case hold
        /// Held, past, private or another's meeting: what is there stays.
        case leave(RuleID)
    }

    static func verdict(
        _ meeting: Meeting, _ base: MeetingBase, _ hold: MeetingHold?, isDoubtful: Bool, there side: Side,
        _ content: MeetingContent,
        _ policy: CalendarPolicy, now: Date
    ) -> Verdict {
        let decision = hold?.verdict(on: meeting.observed)
        let agreed = base.content?.sides[side]
        // Begun to be made there, and never seen there, is no end.
        let wasThere = agreed?.isKnown(as: content) == true || wasLinked(meeting, gone: side.other)
        if agreed != nil, wasThere {
            // One-way meetings: what LN does to its activity is not taken to Exchange.
            if side == .exchange, meeting.owner == .external || meeting.wasExternal { return .leave("CAL-3") }
            if side == .exchange, BusyBlock.applies(to: content, meeting, policy) { return .leave("CAL-19") }
            if meeting.activityFacts.isHeld || content.time?.isOver(in: policy.zone, now: now) == true {
                return .leave("CAL-14")
            }
        }
        if decision == nil, isDoubtful || hold != nil { return .hold }
        guard let agreed, decision != .keep else { return .create }
        if decision == .end { return .end }
        guard agreed.isKnown(as: content), base.content?.differing.isEmpty == true else {
            // Linked, and never compared: whether it was changed, nobody can tell.
            return wasLinked(meeting, gone: side.other) ? .hold : .create
        }
        return isUnchanged(content, agreed, base, there: side) ? .end : .hold
    }

    private static func wasLinked(_ meeting: Meeting, gone side: Side) -> Bool {
        if let write = meeting.intent?.write, case .create = write.change, write.side == side { return false }
        return meeting.activity != nil && meeting.event != nil && meeting.generation == 0
    }

    private static func isUnchanged(
        _ content: MeetingContent, _ agreed: MeetingContent, _ base: MeetingBase, there side: Side
    ) -> Bool {
        // A text of LN's that was never written to the event would go with the activity.
        if side == .ln, base.content?.waiting.contains(.body) == true { return false }
        return agreed == content
    }
}

extension MeetingHold {
    /// A decision holds for exactly the values and versions shown (CAL-14).
    func verdict(on observed: Sides<MeetingSnapshot>) -> Decision? { shown == observed ? decision : nil }
}

extension MeetingContent {
    /// Whether all that `content` has is known here too.
    func isKnown(as content: MeetingContent) -> Bool {
        FieldGroup.fields.allSatisfy { content[$0] == nil || self[$0] != nil }
            && (content.attendees == nil || attendees != nil)
    }
}
