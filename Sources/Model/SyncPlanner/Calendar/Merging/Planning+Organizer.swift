import SyncModel

extension Planning {
    /// What is done where LN's Meeting Organizer is another than the event's owner; `nil` where he is not.
    func otherOrganizer() -> MeetingPlan? {
        guard case .user(let owner) = meeting.owner, meeting.activityFacts.organizer != owner else { return nil }
        if meeting.wasExternal {
            return MeetingPlan([MeetingAction(.appoint(owner), "CAL-3")], base: meeting.base)
        }
        return meeting.activityFacts.organizer == nil && !isOrganizedByAnother ? nil : handOver()
    }

    /// Whether LN's Meeting Organizer is somebody else than the owner, though no active sync user: Exchange can't invite for him (CAL-2). Whose
    /// address is not known is taken for the owner.
    var isOrganizedByAnother: Bool {
        guard let owner = policy.owner, let organizer = meeting.activityFacts.rows.first(where: \.isOrganizer)?.address
        else { return false }
        return organizer.folded != owner.folded
    }

    /// Exchange can't change a meeting's organizer: the old one goes, and the next plan makes the new one (CAL-15), or rests where the new
    /// organizer has no calendar of ours (CAL-2).
    private func handOver() -> MeetingPlan {
        if let held = hold(.organizerChanged, "CAL-15") { return held }
        let write = MeetingWrite(
            .end(.replaced), on: .exchange, etag: meeting.observed.exchange.etag, source: nil,
            generation: meeting.generation, sequence: meeting.sequence.exchange)
        return MeetingPlan([request(write, "CAL-15")], base: base)
    }

    /// What both sides agreed upon. Of what is or was a customer's meeting, by who is its Meeting Organizer in LN by now (CAL-3): he is no
    /// attendee any more, and LN has made one of who was it before.
    var agreed: MeetingBase.Content? {
        guard meeting.owner == .external || meeting.wasExternal, var agreed = base.content else { return base.content }
        for row in meeting.activityFacts.rows {
            guard let address = row.address else { continue }
            if row.isOrganizer {
                agreed.sides.ln.attendees?[address] = nil
                agreed.sides.exchange.attendees?[address] = nil
            } else if hasStoodIn(row), agreed.sides.ln.attendees?[address] == nil {
                agreed.sides.ln.attendees?[address] = MeetingAttendee(row.attendance, isInvited: false)
            }
        }
        return agreed
    }

    /// Who was the Meeting Organizer of a customer's meeting, and is an attendee without *Invite* since another is: where Outlook has him he is
    /// invited (CAL-3). Also where that was begun, and its outcome is not known.
    var whoStoodIn: Set<EmailAddress> {
        Set(meeting.activityFacts.rows.filter(hasStoodIn).compactMap(\.address))
    }

    /// No other row has *Synchronized* on that was not there when both sides were in step.
    private func hasStoodIn(_ row: AttendeeRow) -> Bool {
        guard !row.isOrganizer, row.isSynchronized, !row.isInvited, let address = row.address,
            let base = base.content, let known = base.sides.ln.attendees
        else { return false }
        // In LN's own meetings that can be one who has opted out.
        if meeting.birth == .exchange, base.differing.contains(.attendee(address)) { return true }
        return known[address] == nil && (meeting.owner == .external || meeting.wasExternal)
    }
}
