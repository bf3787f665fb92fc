public import Foundation
public import SyncModel

/// What a row becomes by a plan and by a write's answer (CAL-11). Each commit is conditional on the row's version.
public enum MeetingCommit {
    /// Settled, held, at rest, or with the intent of the plan's write. `meeting` is what was planned on.
    public static func planned(_ plan: MeetingPlan, _ meeting: Meeting, owner: String, deadline: Date) -> Meeting {
        var row = meeting
        row.base = plan.base
        row.hold = nil
        row.isDue = false
        row.isNamed = false
        // Once both sides were merged, LN's Meeting Organizer is the owner.
        if !meeting.observed.ln.isGone, !meeting.observed.exchange.isGone { row.wasExternal = false }
        row.check = false
        row.asked = nil
        row.intent = nil
        for action in plan.actions {
            switch action.step {
            case .wait, .search, .waitForTwin: return meeting
            case .link(let twin): return MeetingLink.joined(meeting, twin)
            case .unlink: return MeetingLink.parted(meeting)
            case .writeLN(let write), .writeExchange(let write):
                begin(write, &row, owner, deadline)
                row.isNamed = meeting.isNamed
                // A decision to keep a meeting holds until its activity is back: else it would be asked again, or the other side ended.
                row.hold = write.isRevival && meeting.hold?.question == .endOrKeep ? meeting.hold : meeting.approval
            case .askInvitation(let ask): row.asked = ask
            case .appoint:
                row = meeting
                row.isDue = true
                row.check = true
                // What follows from it nobody was shown.
                if meeting.hold?.question == .activation {
                    row.hold = MeetingHold(.activation, shown: meeting.observed)
                }
            case .hold(let hold):
                row.hold = hold
                row.isNamed = meeting.isNamed
                row.wasExternal = meeting.wasExternal
            case .rest:
                // Whatever an intent or a hold left open is judged when the switch comes back.
                row.intent = meeting.intent
                row.hold = meeting.hold
                // What is in nobody's calendar is in nobody's list of holds.
                if action.rule == "CAL-2" { row.endHold() }
                row.base = meeting.base
                row.wasExternal = meeting.wasExternal
            case .markAttendee, .nameEvent, .nameActivity, .recordConflict, .note: break
            }
        }
        if isOver(meeting, by: plan), row.hold == nil { row.endsAsked += 1 }
        return row
    }

    /// Whether the hold of an end has had its effect, or has none to have: it was decided that the meeting is made again, or both sides are
    /// there, or both gone. A later end is another one, though it may look the same.
    private static func isOver(_ meeting: Meeting, by plan: MeetingPlan) -> Bool {
        guard let hold = meeting.hold, hold.question.isOfAnEnd else { return false }
        if let write = plan.write, case .create = write.change, !write.isRevival { return true }
        return meeting.observed.ln.isGone == meeting.observed.exchange.isGone
    }

    /// Once LN has taken a plan's marks: with the commit that follows, so that no later plan makes them again. Marks that were cut off are
    /// planned again.
    public static func marked(_ plan: MeetingPlan, _ meeting: Meeting) -> Meeting {
        var row = meeting
        for mark in plan.marks { row.activityFacts.mark(mark) }
        if let uid = plan.namedEvent { row.activityFacts.meetingKey = uid }
        return row
    }

    private static func begin(_ write: MeetingWrite, _ row: inout Meeting, _ owner: String, _ deadline: Date) {
        row.intent = MeetingIntent(write, owner: owner, deadline: deadline)
        row.generation = max(row.generation, write.generation)
        row.isDue = true
        guard case .create = write.change else { return }
        switch write.side {
        // An event is made in the calendar of whoever organizes it by now (CAL-15).
        case .exchange: if let organizer = row.activityFacts.organizer { row.owner = .user(organizer) }
        // So LN has it: *Created in Infor LN* is off of what we make, also of one in the place of another that was on (CAL-14).
        case .ln: if write.etag == nil { row.birth = .exchange }
        }
    }

    /// What a create of unknown outcome has made was read, and is the row's from here: whoever takes it away now ends a meeting (CAL-14).
    /// `nil` where there is none.
    public static func found(_ meeting: Meeting) -> Meeting? {
        guard let intent = meeting.intent, case .create = intent.write.change,
            !meeting.observed[intent.write.side].isGone
        else { return nil }
        var row = meeting
        row.base = IntentOutcome(meeting).base
        row.intent = nil
        row.isDue = true
        return row
    }

    /// Who was LN's Meeting Organizer before whoever organizes the event is invited as the event has him (CAL-3): both sides agree upon that, so that
    /// what a user does to his *Invite* from here is an edit.
    /// - Parameter meeting: as LN answered.
    public static func invited(_ former: EmailAddress, _ meeting: Meeting) -> Meeting {
        guard var base = meeting.base.content, let guest = meeting.observed.exchange.content?.attendees?[former],
            let row = meeting.observed.ln.content?.attendees?[former]
        else { return meeting }
        base.sides.exchange.attendees?[former] = guest
        base.sides.ln.attendees?[former] = MeetingAttendee(row.attendance)
        var meeting = meeting
        meeting.base = .content(base)
        return meeting
    }

    /// invitation-worker's claim; `nil` where the row asks for something else by now.
    public static func claimed(_ ask: InvitationAsk, _ meeting: Meeting, owner: String, deadline: Date) -> Meeting? {
        guard meeting.asked == ask, meeting.intent == nil else { return nil }
        var row = meeting
        row.asked = nil
        begin(ask.write, &row, owner, deadline)
        return row
    }

    /// - Parameters:
    ///   - meeting: the row as it is now.
    ///   - answer: what the written side holds by the answer; `nil` where If-Match did not match: it is read and planned anew.
    ///   - isProven: a read of the item told that it is gone. Else a person decides what becomes of the other side (CAL-14).
    public static func answered(
        _ intent: MeetingIntent, _ answer: MeetingSnapshot?, _ meeting: Meeting, isProven: Bool = true
    ) -> Meeting {
        var row = meeting
        row.isDue = true
        // Another has judged this write meanwhile.
        guard meeting.intent == intent else { return row }
        row.intent = nil
        guard let answer else { return row }
        let write = intent.write
        // What was observed since is newer than the answer.
        let isUntouched =
            row.observed[write.side].etag == write.etag
            && (write.etag != nil || row.sequence[write.side] == write.sequence)
        if isUntouched { row.observed[write.side] = answer }
        // What was approved goes on with what this side has now. What an activity holds that comes back, nobody was shown.
        if row.hold?.question == .activation, !write.isRevival { row.hold?.shown[write.side] = answer }
        row.base = base(after: write, answer, row.base)
        // Both are there again: what was asked of the end is over.
        if write.isRevival, !answer.isGone, row.hold?.question == .endOrKeep { row.endHold() }
        if answer.isGone, !isProven { row.hold = MeetingHold(.endOrKeep, shown: row.observed) }
        return row
    }

    private static func base(after write: MeetingWrite, _ answer: MeetingSnapshot, _ base: MeetingBase) -> MeetingBase {
        switch write.change {
        case .end:
            return .nothing
        case .create(let written):
            guard let source = write.source else { return base }
            // "Duplicate", and the event is gone: made, then deleted by a user.
            var made = answer.content ?? written
            if write.side == .ln {
                for group in FieldGroup.fields { made[group] = held(made[group], of: written[group]) }
                // Who was not written a user of LN's has added in between.
                if let attendees = written.attendees {
                    made.attendees = made.attendees?.filter { attendees[$0.key] != nil }
                }
            }
            return .content(.init(write.side, made, source))
        case .update(let written):
            guard var content = base.content else { return base }
            for (group, value) in written {
                let held = answer.content?[group] ?? value
                content.agree(
                    on: group, write.side, write.side == .ln ? self.held(held, of: value) : held,
                    other: write.source?[group])
            }
            return .content(content)
        }
    }
}

extension MeetingCommit {
    /// What LN held of a value as it was written, in its own form. LN's answer is a read of its own, after the write: what is not alike there is what
    /// a user has entered in between, and no base. Who takes part LN decides itself (CAL-7).
    private static func held(_ read: FieldValue?, of written: FieldValue?) -> FieldValue? {
        guard let read, let written else { return read }
        if case .attendee = written { return read }
        let form = LNLimits()
        return form.narrow(read) == form.narrow(written) ? read : written
    }
}

extension ActivityFacts {
    fileprivate mutating func mark(_ mark: AttendeeMark) {
        guard let index = rows.firstIndex(where: { $0.number == mark.number }) else { return }
        if mark.isSent { rows[index].isSent = true }
        if mark.isSynchronized { rows[index].isSynchronized = true }
        if let response = mark.response { rows[index].response = response }
    }
}
