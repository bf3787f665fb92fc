import SyncModel

extension Planning {
    /// Both sides are there.
    func merge(_ ln: MeetingContent, _ exchange: MeetingContent) -> MeetingPlan {
        var putBack: Set<FieldGroup> = []
        if meeting.activityFacts.kind == .call, exchange.time?.isAllDay == true, ln.time?.isAllDay == false {
            if let held = hold(.callMadeAllDay, "CAL-18") { return held }
            putBack = [.time]
        }
        if let other = otherOrganizer() { return other }
        if isOutsideWindow(ln, exchange) { return rest("outside the window", "CAL-4") }
        if meeting.birth == .exchange, let reason = policy.inbound.refusal(meeting.eventFacts) {
            return rest(reason, "CAL-4")
        }
        let agreed = agreed
        let merge =
            BusyBlock.applies(to: exchange, meeting, policy)
            ? MeetingMerge(
                block: BusyBlock.reduced(exchange), in: ln, base: agreed ?? .unknown, doubt: doubt, policy)
            : MeetingMerge(
                meeting, ln: ln, exchange: exchange, base: agreed, doubt: doubt, putBack: putBack,
                whoStoodIn: whoStoodIn, policy)
        var actions = merge.losers.map { MeetingAction(.recordConflict($0), "CAL-9") }
        actions += merge.waiting.map { WaitingGroups.note($0, meeting.activityFacts) }
        actions += write(merge, ln: ln, exchange: exchange)
        if merge.writes.ln.isEmpty {
            let asked = AttendeeSet.list(from: [:], merge.writes.exchange)
            actions += AttendeeMarks.due(meeting, event: exchange, asked: asked)
            // Of an event that was made again for its activity, or linked to it by a person, LN has another's key (CAL-7).
            if let key = meeting.activityFacts.meetingKey, let uid = meeting.event?.uid, key != uid {
                actions.append(MeetingAction(.nameEvent(uid), "CAL-7"))
            }
        }
        if merge.writes.ln.isEmpty, merge.writes.exchange.isEmpty, let named = misnamed(exchange) {
            actions.append(MeetingAction(.nameActivity(named), "CAL-5"))
        }
        return MeetingPlan(actions, base: .content(merge.base))
    }

    /// The meeting's activity, where its event names another of its company's, in whose place it was made; a copy goes on naming what it was made
    /// of. Of an event with attendees nothing is written that is not worth a mail (CAL-12).
    private func misnamed(_ exchange: MeetingContent) -> ActivityKey? {
        guard case .user = meeting.owner, !meeting.isCopy, let named = meeting.eventFacts.activity,
            let own = meeting.activity, named != own, named.company == own.company, exchange.attendees?.isEmpty == true
        else { return nil }
        return own
    }

    /// One side's write. Exchange first: what it answers is what LN's next merge is judged by. Only what mails is asked for, and LN does not
    /// wait with it: it comes first then.
    private func write(_ merge: MeetingMerge, ln: MeetingContent, exchange: MeetingContent) -> [MeetingAction] {
        let rule: RuleID = BusyBlock.applies(to: exchange, meeting, policy) ? "CAL-19" : "CAL-9"
        let actions = [Side.exchange, .ln].filter { !merge.writes[$0].isEmpty }.map { side in
            request(
                MeetingWrite(
                    .update(merge.writes[side]), on: side, etag: meeting.observed[side].etag,
                    source: side == .ln ? shown(exchange) : ln, generation: meeting.generation,
                    sequence: meeting.sequence[side]), rule)
        }
        let silent = actions.first { if case .askInvitation = $0.step { false } else { true } }
        guard let action = silent ?? actions.first else { return [] }
        return shortening(action) + [action]
    }

    /// What of the event leaves the mailbox.
    func shown(_ exchange: MeetingContent) -> MeetingContent {
        BusyBlock.applies(to: exchange, meeting, policy) ? BusyBlock.reduced(exchange) : exchange
    }

    /// Time has passed over it on both sides. Who moves it out of the window is written once.
    private func isOutsideWindow(_ ln: MeetingContent, _ exchange: MeetingContent) -> Bool {
        guard let window = policy.window, let agreed = base.content?.sides else { return false }
        let times = [ln.time, exchange.time, agreed.ln.time, agreed.exchange.time]
        return times.allSatisfy { time in time.map { !window.contains($0, in: policy.zone, now: now) } ?? false }
    }
}
