public import Foundation
public import SyncModel

/// Decides what is to be done about one meeting: pure, from what was read, the base and the policy. Every interleaving of users,
/// readers, settlers and faults was tried out in the design's calendar model, whose names are used here.
///
/// Nothing calls it yet, and nothing may before it is whole. Not here so far: the search before a create and linking (CAL-5), flags and
/// answers of attendees (CAL-6, CAL-16), a busy block for private events (CAL-19: they rest), the guard over many ends (CAL-14), HTML
/// (CAL-10).
public enum MeetingPlanner {
    /// Which sides are read by key before `plan` (CAL-11): each that differs from base; both before an end, a create or a
    /// decision, and after a write of unknown outcome.
    public static func reads(_ meeting: Meeting) -> Set<Side> {
        let sides = Set(Side.allCases)
        if meeting.check || meeting.intent != nil || meeting.hold != nil || meeting.base.content == nil { return sides }
        if let ln = meeting.observed.ln.content, meeting.base.content?.sides.ln.isKnown(as: ln) != true { return sides }
        if meeting.observed.ln.isGone || meeting.observed.exchange.isGone { return sides }
        return sides.filter { !meeting.base.holds(meeting.observed[$0], on: $0) }
    }

    /// - Parameters:
    ///   - meeting: its `observed` as just read.
    ///   - now: the store's clock.
    public static func plan(_ meeting: Meeting, _ policy: CalendarPolicy, now: Date) -> MeetingPlan {
        if let intent = meeting.intent, intent.deadline > now {
            return MeetingPlan([.init(.wait(until: intent.deadline), "CAL-11")], base: meeting.base)
        }
        if let reason = restReason(meeting) { return MeetingPlan([reason], base: meeting.base) }
        let outcome = meeting.intent.map { IntentOutcome($0.write, meeting.base, meeting.observed) }
        let base = outcome?.base ?? meeting.base, doubt = outcome?.doubt ?? []
        switch (meeting.observed.ln, meeting.observed.exchange) {
        case (.gone, .gone):
            return MeetingPlan([], base: .nothing)
        case (.present(let ln, _), .gone):
            return ended(meeting, base, doubt, there: .ln, ln, policy, now)
        case (.gone, .present(let exchange, _)):
            return ended(meeting, base, doubt, there: .exchange, exchange, policy, now)
        case (.present(let ln, _), .present(let exchange, _)):
            return merged(meeting, base, doubt, ln, exchange, policy, now)
        }
    }

    private static func restReason(_ meeting: Meeting) -> MeetingAction? {
        if meeting.eventFacts.isRecurring { return .init(.rest("recurrence"), "CAL-17") }
        if !meeting.activityFacts.isSynchronized { return .init(.rest("*Synchronize* is off in LN"), "SET-3") }
        if meeting.birth == .exchange, meeting.observed.exchange.content?.sensitivity?.isPrivate == true {
            return .init(.rest("private in Outlook"), "CAL-19")
        }
        return nil
    }

    private static func ended(
        _ meeting: Meeting, _ base: MeetingBase, _ doubt: Set<FieldGroup>, there side: Side, _ content: MeetingContent,
        _ policy: CalendarPolicy, _ now: Date
    ) -> MeetingPlan {
        let verdict = MeetingEnds.verdict(
            meeting, base, isDoubtful: !doubt.isEmpty, there: side, content, policy, now: now)
        switch verdict {
        case .leave:
            return MeetingPlan([.init(.unlink, "CAL-14")], base: .nothing)
        case .hold:
            return MeetingPlan([.init(.hold(.init(.endOrKeep, shown: meeting.observed)), "CAL-14")], base: base)
        case .end:
            let write = MeetingWrite(
                .end, on: side, etag: meeting.observed[side].etag, source: nil, generation: meeting.generation,
                sequence: meeting.sequence[side])
            var agreed = base
            if var known = base.content {
                known.sides[side] = content
                agreed = .content(known)
            }
            return MeetingPlan([request(write, meeting, policy, now, "CAL-14")], base: agreed)
        case .create:
            return create(meeting, on: side.other, content, policy, now)
        }
    }

    private static func create(
        _ meeting: Meeting, on side: Side, _ content: MeetingContent, _ policy: CalendarPolicy, _ now: Date
    ) -> MeetingPlan {
        let unknown = MeetingBase.content(.unknown)
        if let intent = meeting.intent, case .create = intent.write.change, intent.write.side == side {
            // Repeated with the content of its first attempt: Exchange knows its transactionId, later changes follow.
            var again = intent.write
            again.etag = meeting.observed[side].etag
            again.sequence = meeting.sequence[side]
            return MeetingPlan([request(again, meeting, policy, now, "CAL-11")], base: unknown)
        }
        if side == .exchange, meeting.owner == .nobody {
            let reason = "the Meeting Organizer is no active sync user: make him one, or choose another in LN"
            return MeetingPlan([.init(.rest(reason), "CAL-2")], base: meeting.base)
        }
        if content.isPast(policy.zone, now), policy.window != nil {
            return MeetingPlan([.init(.rest("outside the window"), "CAL-4")], base: meeting.base)
        }
        if policy.isLinkOnly,
            !(meeting.hold?.decision == .approve && meeting.hold?.isAsShown(meeting.observed) == true)
        {
            return MeetingPlan(
                [.init(.hold(.init(.activation, shown: meeting.observed)), "CAL-20")], base: meeting.base)
        }
        var written = content, source = content
        if side == .exchange {
            written[.time] = content[.time].map { policy.widen($0, over: nil) }
            // Made without attendees, whom invitation-worker adds (CAL-6).
            if written.attendees != nil {
                written.attendees = [:]
                source.attendees = [:]
            }
        } else {
            written = policy.limits.narrow(content)
        }
        let write = MeetingWrite(
            .create(written), on: side, etag: meeting.observed[side].etag, source: source,
            generation: meeting.generation + 1, sequence: meeting.sequence[side])
        return MeetingPlan([request(write, meeting, policy, now, side == .ln ? "CAL-7" : "CAL-6")], base: unknown)
    }

    private static func merged(
        _ meeting: Meeting, _ base: MeetingBase, _ doubt: Set<FieldGroup>, _ ln: MeetingContent,
        _ exchange: MeetingContent,
        _ policy: CalendarPolicy, _ now: Date
    ) -> MeetingPlan {
        if meeting.activityFacts.kind == .call, exchange.time?.isAllDay == true, ln.time?.isAllDay == false {
            return MeetingPlan([.init(.hold(.init(.callMadeAllDay, shown: meeting.observed)), "CAL-18")], base: base)
        }
        if case .user(let owner) = meeting.owner, let organizer = meeting.activityFacts.organizer, organizer != owner {
            return MeetingPlan([.init(.hold(.init(.organizerChanged, shown: meeting.observed)), "CAL-15")], base: base)
        }
        let merge = MeetingMerge(
            meeting, ln: ln, exchange: exchange, base: base.content, doubt: doubt, policy)
        var actions = merge.losers.map { MeetingAction(.recordConflict($0), "CAL-9") }
        for side in [Side.exchange, .ln] where !merge.writes[side].isEmpty {
            let write = MeetingWrite(
                .update(merge.writes[side]), on: side, etag: meeting.observed[side].etag,
                source: side == .ln ? exchange : ln, generation: meeting.generation, sequence: meeting.sequence[side])
            actions.append(request(write, meeting, policy, now, "CAL-9"))
            break
        }
        return MeetingPlan(actions, base: .content(merge.base))
    }

    /// Only invitation-worker writes to an event that has attendees, or gives it some (INV-1).
    private static func request(
        _ write: MeetingWrite, _ meeting: Meeting, _ policy: CalendarPolicy, _ now: Date, _ rule: RuleID
    ) -> MeetingAction {
        if write.side == .ln { return MeetingAction(.writeLN(write), rule) }
        var attendees = meeting.observed.exchange.content?.attendees ?? [:]
        var isPast = meeting.observed.exchange.content?.isPast(policy.zone, now) ?? false
        var isQuiet = false
        if case .update(let written) = write.change {
            attendees = AttendeeSet.list(from: attendees, written).merging(attendees) { new, _ in new }
            isQuiet = written.keys.allSatisfy(WaitingGroups.quiet.contains)
            if case .time(let time) = written[.time] {
                var content = MeetingContent()
                content.time = time
                isPast = content.isPast(policy.zone, now)
            }
        }
        guard !attendees.isEmpty else { return MeetingAction(.writeExchange(write), rule) }
        return MeetingAction(.askInvitation(InvitationAsk(write, tellsNobody: isPast || isQuiet)), rule)
    }
}
