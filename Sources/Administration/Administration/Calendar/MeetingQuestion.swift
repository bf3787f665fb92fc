import SyncModel
import SyncPlanner

/// What is asked of a person about a meeting, in LN's words.
struct MeetingQuestion: Sendable, Hashable {
    let question: MeetingHold.Question
    /// Of too many ends: the side where they ended. Those of either side are a question of their own.
    let ended: Side?

    init(_ hold: MeetingHold) {
        question = hold.question
        ended = hold.question == .manyEnds ? (hold.shown.ln.isGone ? .ln : .exchange) : nil
    }

    private init(_ question: MeetingHold.Question, ended: Side? = nil) {
        (self.question, self.ended) = (question, ended)
    }

    /// Those that are asked about many at once.
    static let collective = [
        MeetingQuestion(.activation), MeetingQuestion(.manyEnds, ended: .ln),
        MeetingQuestion(.manyEnds, ended: .exchange),
    ]

    /// In a few words.
    var title: String {
        switch question {
        case .endOrKeep: "end or keep?"
        case .twins: "which of several?"
        case .organizerChanged: "another organizer in LN"
        case .callMadeAllDay: "a Call made all-day"
        case .activation: "to be approved"
        case .manyEnds: "too many ends in \(MeetingWords.name(ended ?? .ln))"
        }
    }

    /// What happened, and what each decision does.
    func detail(_ meeting: Meeting) -> String {
        switch question {
        case .endOrKeep:
            let gone: Side = meeting.observed.ln.isGone ? .ln : .exchange
            let there = gone.other
            let state =
                switch meeting.isChanged(on: there) {
                case true: "was changed in \(MeetingWords.name(there))"
                case false: "is in \(MeetingWords.name(there)) as it was"
                case nil:
                    "is there in \(MeetingWords.name(there)): whether anybody changed it, nobody can tell, for they were never in step"
                }
            let kept =
                if case .gone(.notHeld) = meeting.observed.ln {
                    "discard keeps it: the activity is Planned again, as LN has it, and the two are merged."
                } else {
                    "discard keeps it, and makes it again in \(MeetingWords.name(gone))."
                }
            return
                "It ended in \(MeetingWords.name(gone)) and \(state). approve ends it in \(MeetingWords.name(there)) too; \(kept) "
                + Self.onlyAsked
        case .twins:
            let side = MeetingWords.name(meeting.activity == nil ? .ln : .exchange)
            return
                "Several meetings in \(side) could be this one, or this is one of several that could be the one in \(side). approve "
                + "says that it is a meeting of its own, and makes it in \(side); discard leaves it alone until it changes. Where those "
                + "that are too many are deleted, or get another subject, what is left is linked."
                + (meeting.activity == nil ? "" : " " + Self.onlyAsked)
        case .organizerChanged:
            return
                "LN has another Meeting Organizer, and Outlook can't change one. approve removes the event from the old organizer's "
                + "calendar and then makes it in the new one's, as soon as he is an active sync user; discard leaves both sides until one "
                + "changes. \(Self.onlyAsked)"
        case .callMadeAllDay:
            return
                "A Call of LN's became an all-day event in Outlook, which a Call can't be. approve puts LN's time back into Outlook; "
                + "discard leaves both sides until one changes. \(Self.onlyAsked)"
        case .activation:
            return
                "Nothing of it is written before somebody approves the plan of its user. lnsync plan --user shows all that waits, and "
                + "what of it is written where; with --approve it is approved; approve writes this one alone; discard leaves it until it "
                + "changes."
        case .manyEnds:
            let gone = ended ?? .ln
            let there = MeetingWords.name(gone.other)
            return
                "More meetings than usual ended in \(MeetingWords.name(gone)) within an hour: this may be a mistake. approve ends each of "
                + "them in \(there) too; discard leaves it there until it changes."
                + (gone == .ln ? " " + Self.onlyAsked : "")
        }
    }

    /// What of a decision is not written yet (INV-1).
    private static let onlyAsked =
        "What changes or ends an event with attendees, or gives it some, tells them: that is only asked for while invitations are not "
        + "sent, and the event stays as it is until then."

    var rule: String {
        switch question {
        case .endOrKeep, .manyEnds: "CAL-14"
        case .twins: "CAL-5"
        case .organizerChanged: "CAL-15"
        case .callMadeAllDay: "CAL-18"
        case .activation: "CAL-20"
        }
    }

    /// What approving or discarding decides.
    func decision(isApproved: Bool) -> MeetingHold.Decision {
        switch (question, isApproved) {
        case (.endOrKeep, true): .end
        case (.endOrKeep, false): .keep
        case (_, true): .approve
        case (_, false): .refuse
        }
    }

    /// Time first, attendees last.
    static func order(_ groups: some Collection<FieldGroup>) -> [FieldGroup] {
        let attendees = groups.compactMap { if case .attendee(let address) = $0 { address } else { nil } }
        return FieldGroup.fields.filter { groups.contains($0) } + attendees.sorted().map(FieldGroup.attendee)
    }
}
