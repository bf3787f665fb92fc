import SyncModel

extension Planning {
    /// Only one side is there: the meeting has ended on the other, or was never made there.
    func end(there side: Side, _ content: MeetingContent) -> MeetingPlan {
        let verdict = MeetingEnds.verdict(
            meeting, base, known(.endOrKeep), isDoubtful: !doubt.isEmpty, there: side, content, policy, now: now)
        switch verdict {
        case .leave(let rule):
            return MeetingPlan([MeetingAction(.unlink, rule)], base: .nothing)
        case .hold:
            // Nobody whom it concerns could decide.
            if side == .ln, meeting.event == nil, let rest = withoutCalendar() { return rest }
            let hold = MeetingHold(.endOrKeep, shown: meeting.observed)
            return MeetingPlan([MeetingAction(.hold(hold), "CAL-14")], base: base)
        case .create:
            return create(on: side.other, content)
        case .end:
            // `EndGuard` asks; what it has asked stays asked.
            if known(.manyEnds) != nil, let held = hold(.manyEnds, "CAL-14") { return held }
            let write = MeetingWrite(
                .end(side == .ln ? policy.activityEnding : .removed), on: side, etag: meeting.observed[side].etag,
                source: nil, generation: meeting.generation, sequence: meeting.sequence[side])
            let losses = side == .ln ? lostWaiting(content) : []
            // What was never in step stays so until it is gone: the end may only be asked for, and never come.
            return MeetingPlan(losses + [request(write, "CAL-14")], base: base)
        }
    }

    /// What of LN waits, or was asked for since the meeting was made, has never been in Exchange and counts as agreed (CAL-12): it goes with
    /// its activity, on record.
    func lostWaiting(_ content: MeetingContent?) -> [MeetingAction] {
        guard let content, let waiting = base.content?.waiting else { return [] }
        return MeetingMerge.groups(content).filter(waiting.contains).map {
            MeetingAction(.recordConflict(MeetingConflict($0, lost: content[$0], on: .ln)), "CAL-9")
        }
    }
}
