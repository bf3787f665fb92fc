import SyncModel

extension Planning {
    /// Makes the meeting where it is not, or links it to one that is there (CAL-5, CAL-6, CAL-7).
    func create(on side: Side, _ content: MeetingContent) -> MeetingPlan {
        if side == .ln, meeting.birth == .ln, meeting.observed.ln == .gone(.absent) {
            return bornOfItsEvent.create(on: side, content)
        }
        let attempt = meeting.intent.flatMap { intent -> MeetingWrite? in
            guard case .create = intent.write.change, intent.write.side == side else { return nil }
            // One that did not bring the activity back has changed nothing: it is planned anew.
            return intent.write.isRevival ? nil : intent.write
        }
        // What was begun is made, whatever has come to speak against it: it may be there already.
        if attempt == nil, let rest = refusal(on: side, content) { return rest }
        if let link = link() { return link }
        if var again = attempt {
            // With the content of its first attempt: Exchange knows its transactionId. Later changes follow.
            again.etag = meeting.observed[side].etag
            again.sequence = meeting.sequence[side]
            return MeetingPlan([request(again, "CAL-11")], base: .content(.unknown))
        }
        if let rest = restriction(on: side) { return rest }
        if side == .ln, let write = revival(content) { return MeetingPlan([request(write, "CAL-7")], base: base) }
        let write =
            side == .exchange ? event(for: content) : activity(for: shown(content))
        var actions = side == .ln ? lostWaiting(base.content?.sides.ln) + keptName() : []
        let action = request(write, side == .ln ? "CAL-7" : "CAL-6")
        actions += shortening(action) + [action]
        if side == .exchange {
            // Made without attendees: invitation-worker adds them.
            actions += AttendeeMarks.due(meeting, event: nil, asked: content.attendees ?? [:])
        }
        return MeetingPlan(actions, base: .content(.unknown))
    }

    /// LN has its activity no more: what is made in its place is an activity of the event's (CAL-7), and all that follows from that.
    private var bornOfItsEvent: Planning {
        var meeting = meeting
        meeting.birth = .exchange
        return Planning(meeting, base, doubt, policy, twins, decisions, now)
    }

    /// The event goes on naming the activity that LN has no more where it has attendees.
    private func keptName() -> [MeetingAction] {
        guard let former = meeting.activity, meeting.eventFacts.activity == former,
            meeting.observed.exchange.content?.attendees?.isEmpty == false
        else { return [] }
        return [
            MeetingAction(
                .note(
                    "the event goes on naming activity \(former), which LN has no more, for every change of an event with attendees mails "
                        + "them: that the two are one meeting the new activity tells, which names the event"), "CAL-5")
        ]
    }

    /// Why it is not even looked for on the other side.
    private func refusal(on side: Side, _ content: MeetingContent) -> MeetingPlan? {
        if side == .exchange, let rest = withoutCalendar() { return rest }
        if let window = policy.window, let time = content.time, !window.contains(time, in: policy.zone, now: now) {
            return rest("outside the window", "CAL-4")
        }
        return nil
    }

    /// There is no calendar in which it could be.
    func withoutCalendar() -> MeetingPlan? {
        guard meeting.activityFacts.organizer == nil, meeting.owner == .nobody || isOrganizedByAnother else {
            return nil
        }
        guard meeting.activityFacts.rows.contains(where: \.isOrganizer) else {
            return rest("it has no Meeting Organizer: choose an active sync user in LN", "CAL-2")
        }
        return rest("the Meeting Organizer is no active sync user: make him one, or choose another in LN", "CAL-2")
    }

    /// Link before create; never a second copy.
    private func link() -> MeetingPlan? {
        guard let twins else { return MeetingPlan([MeetingAction(.search, "CAL-5")], base: meeting.base) }
        switch TwinSearch.verdict(for: meeting, among: twins, policy.limits) {
        case .none: return nil
        case .link(let twin): return MeetingPlan([MeetingAction(.link(twin), "CAL-5")], base: meeting.base)
        case .wait: return MeetingPlan([MeetingAction(.waitForTwin, "CAL-5")], base: meeting.base)
        case .several: return hold(.twins, "CAL-5")
        }
    }

    /// Why it is linked but not made.
    private func restriction(on side: Side) -> MeetingPlan? {
        guard side == .ln else { return nil }
        if policy.privateEvents == .skip, let event = meeting.observed.exchange.content,
            BusyBlock.applies(to: event, meeting, policy)
        {
            return rest("private in Outlook", "CAL-19")
        }
        if let reason = policy.inbound.refusal(meeting.eventFacts) { return rest(reason, "CAL-1") }
        if !policy.createsActivities {
            return rest("no activities are made here for Outlook's events: they only link", "CAL-7")
        }
        return nil
    }

    private func event(for content: MeetingContent) -> MeetingWrite {
        var written = content
        written[.time] = content[.time].map { policy.widen($0, over: nil) }
        if written.attendees != nil { written.attendees = [:] }
        return write(.create(written), on: .exchange, content)
    }

    /// A *Not Held* activity comes back as LN has it, and the two are merged then, by what they had agreed upon: what of LN was only asked for, or
    /// waits, is asked for again, and what loses is on record (CAL-9). Not where the owner hides the event: then LN gets the block at once (CAL-19).
    private func revival(_ content: MeetingContent) -> MeetingWrite? {
        guard case .gone(.notHeld) = meeting.observed.ln, !BusyBlock.applies(to: content, meeting, policy) else {
            return nil
        }
        var write = write(.create(MeetingContent()), on: .ln, nil)
        write.generation = meeting.generation
        return write
    }

    private func activity(for content: MeetingContent) -> MeetingWrite {
        let isBlock = content.subject == nil && BusyBlock.applies(to: content, meeting, policy)
        var written = isBlock ? BusyBlock.activity(for: content, policy) : policy.limits.narrow(content),
            source = content
        if case .gone(.notHeld) = meeting.observed.ln, meeting.activityFacts.kind == .call,
            written.time?.isAllDay == true
        {
            // A Call can't last all day: it comes back at its own time, and a person is asked about the two (CAL-18).
            (written.time, source.time) = (nil, nil)
        }
        return write(.create(written), on: .ln, source)
    }

    private func write(_ change: MeetingWrite.Change, on side: Side, _ source: MeetingContent?) -> MeetingWrite {
        MeetingWrite(
            change, on: side, etag: meeting.observed[side].etag, source: source,
            generation: meeting.generation + 1, sequence: meeting.sequence[side])
    }
}
