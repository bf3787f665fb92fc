import Foundation
import SyncModel

/// One plan in the making: what the planner's parts decide upon.
struct Planning {
    let meeting: Meeting
    /// With what an intent of unknown outcome turned out to be.
    let base: MeetingBase
    /// Groups whose values may be a user's or ours.
    let doubt: Set<FieldGroup>
    let policy: CalendarPolicy
    let twins: [Meeting]?
    /// What somebody has decided of this meeting besides the hold that its row has.
    let decisions: [MeetingHold]
    let now: Date

    init(
        _ meeting: Meeting, _ base: MeetingBase, _ doubt: Set<FieldGroup>, _ policy: CalendarPolicy,
        _ twins: [Meeting]?, _ decisions: [MeetingHold], _ now: Date
    ) {
        self.meeting = meeting
        self.base = base
        self.doubt = doubt
        self.policy = policy
        self.twins = twins
        self.decisions = decisions
        self.now = now
    }

    func rest(_ reason: String, _ rule: RuleID) -> MeetingPlan {
        MeetingPlan([MeetingAction(.rest(reason), rule)], base: meeting.base)
    }

    /// The hold that asks this. One meeting can be asked about twice: how it ended, say, and which of several it is.
    func known(_ question: MeetingHold.Question) -> MeetingHold? {
        if let hold = meeting.hold, hold.question == question { return hold }
        return decisions.last { $0.question == question }
    }

    /// `nil` where a person has approved exactly this; held until someone has decided, at rest once it was refused.
    func hold(_ question: MeetingHold.Question, _ rule: RuleID) -> MeetingPlan? {
        let held = MeetingPlan(
            [MeetingAction(.hold(MeetingHold(question, shown: meeting.observed)), rule)], base: base)
        guard let hold = known(question) else { return held }
        switch hold.verdict(on: meeting.observed) {
        case .approve: return nil
        case .refuse: return rest("refused by a person, until one of the sides changes", rule)
        case .keep, .end, nil: return held
        }
    }

    /// What is to be known of a text that LN can't hold: it gets the beginning, and the rest is in Outlook alone (CAL-10).
    func shortening(_ action: MeetingAction) -> [MeetingAction] {
        guard case .writeLN(let write) = action.step, write.writesBody, let body = write.source?.body,
            let (held, all) = policy.limits.shortening(body)
        else { return [] }
        return [
            MeetingAction(
                .note(
                    "Exchange's text has \(all) characters, and LN gets the first \(held): it can hold no more. The rest is in Outlook "
                        + "alone; where LN's users need it, shorten the text in Outlook"), "CAL-10")
        ]
    }

    /// A write to LN, or to an event without attendees; only invitation-worker writes to an event that has some, or gives it some
    /// (INV-1).
    func request(_ write: MeetingWrite, _ rule: RuleID) -> MeetingAction {
        if write.side == .ln { return MeetingAction(.writeLN(write), rule) }
        let event = meeting.observed.exchange.content
        var attendees = event?.attendees ?? [:], time = event?.time, isQuiet = false
        if case .update(let written) = write.change {
            attendees.merge(AttendeeSet.list(from: attendees, written)) { old, _ in old }
            isQuiet = written.keys.allSatisfy(WaitingGroups.quiet.contains)
            if case .time(let new) = written[.time] { time = new }
        }
        guard !attendees.isEmpty else { return MeetingAction(.writeExchange(write), rule) }
        let isOver = time?.isOver(in: policy.zone, now: now) ?? false
        return MeetingAction(.askInvitation(InvitationAsk(write, tellsNobody: isOver || isQuiet)), rule)
    }
}

extension MeetingWrite {
    fileprivate var writesBody: Bool {
        switch change {
        case .create(let content): content.body != nil
        case .update(let values): values[.body] != nil
        case .end: false
        }
    }
}
