import Foundation
public import SyncModel

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
        // Begun to be made there, and never seen there, is no end. Whatever was compared once has a time.
        let wasThere = agreed?.time != nil || wasLinked(meeting, gone: side.other)
        if agreed != nil, wasThere {
            // One-way meetings: what LN does to its activity is not taken to Exchange.
            if side == .exchange, meeting.owner == .external || meeting.wasExternal { return .leave("CAL-3") }
            if side == .exchange, BusyBlock.applies(to: content, meeting, policy) { return .leave("CAL-19") }
            if meeting.activityFacts.isHeld || content.time?.isOver(in: policy.zone, now: now) == true {
                return .leave("CAL-14")
            }
        }
        if decision == nil, isDoubtful || hold != nil { return .hold }
        guard agreed != nil, decision != .keep else { return .create }
        if decision == .end { return .end }
        guard let isChanged = isChanged(content, base, meeting.activityFacts, on: side) else {
            return wasThere ? .hold : .create
        }
        return isChanged ? .hold : .end
    }

    private static func wasLinked(_ meeting: Meeting, gone side: Side) -> Bool {
        if let write = meeting.intent?.write, case .create = write.change, write.side == side { return false }
        return meeting.activity != nil && meeting.event != nil && meeting.generation == 0
    }

    /// Whether it was changed since both sides were in step; `nil`: linked, and never compared, so that nobody can tell.
    fileprivate static func isChanged(
        _ content: MeetingContent, _ base: MeetingBase, _ facts: ActivityFacts, on side: Side
    ) -> Bool? {
        guard let known = base.content, known.sides[side].isKnown(as: content), known.differing.isEmpty else {
            return nil
        }
        // A text of LN's that was never written to the event would go with the activity.
        if side == .ln, known.waiting.contains(.body) || facts.hasLongText { return true }
        return known.sides[side] != content
    }
}

extension Meeting {
    /// What a person who decides about an end has to know of the side that is there.
    public func isChanged(on side: Side) -> Bool? {
        observed[side].content.flatMap { MeetingEnds.isChanged($0, base, activityFacts, on: side) }
    }
}

extension MeetingHold {
    /// A decision holds for exactly the values and versions shown (CAL-14).
    public func verdict(on observed: Sides<MeetingSnapshot>) -> Decision? { shown == observed ? decision : nil }
}

extension MeetingContent {
    /// Whether all that `content` has is known here too.
    func isKnown(as content: MeetingContent) -> Bool {
        FieldGroup.fields.allSatisfy { content[$0] == nil || self[$0] != nil }
            && (content.attendees == nil || attendees != nil)
    }
}
