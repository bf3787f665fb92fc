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
        /// Held, past, or another's meeting: what is there stays.
        case leave
    }

    static func verdict(
        _ meeting: Meeting, _ base: MeetingBase, isDoubtful: Bool, there side: Side, _ content: MeetingContent,
        _ policy: CalendarPolicy, now: Date
    ) -> Verdict {
        let decision = meeting.hold.flatMap { $0.isAsShown(meeting.observed) ? $0.decision : nil }
        let isHeld = meeting.hold?.question == .endOrKeep
        if side == .exchange, meeting.owner == .external { return .leave }
        let agreed = base.content?.sides[side]
        if agreed != nil, meeting.activityFacts.isHeld || content.isPast(policy.zone, now) { return .leave }
        if decision == nil, isDoubtful || isHeld { return .hold }
        guard let agreed, decision != .keep, agreed.isKnown(as: content) else { return .create }
        if decision == .end { return .end }
        return agreed == content && base.content?.waiting.isEmpty == true ? .end : .hold
    }
}

extension MeetingHold {
    /// A decision holds for exactly the values and versions shown.
    func isAsShown(_ observed: Sides<MeetingSnapshot>) -> Bool { shown == observed }
}

extension MeetingContent {
    /// Whether all that `content` has is known here too.
    func isKnown(as content: MeetingContent) -> Bool {
        FieldGroup.fields.allSatisfy { content[$0] == nil || self[$0] != nil }
            && (content.attendees == nil || attendees != nil)
    }

    /// A past item never mails, and its end ends nothing.
    func isPast(_ zone: ZoneName, _ now: Date) -> Bool {
        switch time {
        case .timed(_, let end, _): end <= now
        case .allDay(_, let end): WallTime(end).instant(in: TimeZone(identifier: zone.rawValue) ?? .gmt) <= now
        case nil: false
        }
    }
}
