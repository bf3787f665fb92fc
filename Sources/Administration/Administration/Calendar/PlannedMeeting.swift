import Foundation
import SyncModel
import SyncPlanner

/// Puts the planner's plan of one meeting into words: pure.
struct PlannedMeeting: Sendable {
    let words: MeetingWords
    let people: UserDirectory
    let policy: CalendarPolicy
    let now: Date

    /// What would become of a row; `nil` where it is in step.
    /// - Parameter candidates: of both sides.
    /// - Returns: the item, and the row with which it would be linked.
    func item(_ row: MeetingRow, among candidates: [MeetingRow]) -> (item: CalendarPlan.Item, twin: MeetingID?)? {
        let listed = ListedMeeting(row, words)
        if let hold = row.meeting.refusedHold {
            return (Self.left(listed, MeetingQuestion(hold)), nil)
        }
        let twins = candidates.map(\.meeting)
        var meeting = row.meeting
        var plan = MeetingPlanner.plan(meeting, policy, twins: twins, now: now)
        var waits = false
        if case .hold(let hold)? = plan.action?.step, hold.question == .activation {
            // What the approval leads to is what is shown.
            waits = true
            meeting.hold = nil
            plan = MeetingPlanner.plan(meeting, approved, twins: twins, now: now)
        }
        func item(_ step: CalendarPlan.Step, _ rule: RuleID, _ detail: String, _ course: PlannedCourse? = nil)
            -> CalendarPlan.Item
        {
            let addresses = course.map(addresses) ?? []
            let invited = addresses.sorted().map { CalendarPlan.Person(email: $0, name: people[$0]?.name) }
            return CalendarPlan.Item(
                meeting: listed, step: step, rule: rule.rawValue, detail: detail, waitsForApproval: waits,
                invited: meeting.isPrivate ? [] : invited, hidesInvited: meeting.isPrivate && !addresses.isEmpty)
        }
        guard let action = plan.action else {
            // Attendees' rows alone are no change of the meeting, but they are written.
            guard waits, let mark = plan.actions.last else { return nil }
            if let detail = Self.detail(plan.marks) ?? plan.namedEvent.map({ _ in "the event that it names" }) {
                return (item(.updateInLN, mark.rule, detail), nil)
            }
            guard plan.namedActivity != nil else { return nil }
            return (item(.updateInOutlook, mark.rule, "the activity that it names"), nil)
        }
        switch action.step {
        case .link(let twin):
            let other = candidates.first { $0.meeting == twin }
            let (joined, event) = (MeetingLink.joined(meeting, twin), twin.event ?? meeting.event)
            // Nothing is known of what both sides agreed upon.
            let course = PlannedCourse(of: joined, approved, now: now)
            let detail = (["with \(Self.name(twin))"] + details(course).map(\.sentence)).joined(separator: "; then ")
            var joinedItem = item(.link, action.rule, detail, course)
            joinedItem.meeting.activity = (meeting.activity ?? twin.activity)?.description
            joinedItem.meeting.event = event?.uid
            return (joinedItem, other?.id)
        case .writeLN, .writeExchange, .askInvitation:
            let course = PlannedCourse(plan, of: meeting, approved, now: now)
            let details = details(course)
            guard let write = plan.write, let first = details.first else { return nil }
            let detail = ([first.what] + details.dropFirst().map(\.sentence)).joined(separator: "; then ")
            return (item(step(write), action.rule, detail, course), nil)
        case .hold(let hold): return (item(.hold, action.rule, MeetingQuestion(hold).title), nil)
        case .appoint:
            return (
                item(
                    .updateInLN, action.rule,
                    "its organizer in Outlook becomes the Meeting Organizer; what else differs is asked then"), nil
            )
        case .unlink:
            return (item(.unlink, action.rule, "both sides stay as they are, and are not kept in step any more"), nil)
        case .rest(let reason): return (item(.rest, action.rule, reason), nil)
        case .wait, .waitForTwin, .search: return (item(.rest, action.rule, "a write is under way"), nil)
        case .markAttendee, .nameEvent, .nameActivity, .recordConflict, .note: return nil
        }
    }

    /// What is refused is not tried again by itself.
    /// - Parameter rule: by which it was refused; `nil`: nobody knows any more.
    func refused(_ row: MeetingRow, rule: String?) -> CalendarPlan.Item {
        CalendarPlan.Item(
            meeting: ListedMeeting(row, words), step: .refused, rule: rule ?? "CAL-11",
            detail: row.status.reason ?? "the journal says why", waitsForApproval: false, invited: [],
            hidesInvited: false)
    }

    /// Somebody was asked, and has decided that nothing is written.
    private static func left(_ meeting: ListedMeeting, _ question: MeetingQuestion) -> CalendarPlan.Item {
        CalendarPlan.Item(
            meeting: meeting, step: .rest, rule: question.rule,
            detail: "discarded by a person (\(question.title)), until one of the sides changes",
            waitsForApproval: false, invited: [], hidesInvited: false)
    }

    /// As if the plan was approved.
    private var approved: CalendarPolicy {
        var approved = policy
        approved.isLinkOnly = false
        return approved
    }

    private static func name(_ twin: Meeting) -> String {
        twin.activity.map { "activity \($0)" } ?? "an event in Outlook"
    }

    private func step(_ write: MeetingWrite) -> CalendarPlan.Step {
        switch (write.change, write.side) {
        case (.create, .ln): .createInLN
        case (.create, .exchange): .createInOutlook
        case (.update, .ln): .updateInLN
        case (.update, .exchange): .updateInOutlook
        case (.end, .ln): .endInLN
        case (.end, .exchange): .endInOutlook
        }
    }

    // MARK: Words

    /// What one side is given.
    private struct Detail {
        let side: Side
        let what: String

        var sentence: String { "\(MeetingWords.name(side)) gets \(what)" }
    }

    private func details(_ course: PlannedCourse) -> [Detail] {
        course.steps.map { Detail(side: $0.write.side, what: detail($0.write, course.meeting)) }
            + [Self.detail(course.marks).map { Detail(side: .ln, what: $0) }].compactMap(\.self)
    }

    private func detail(_ write: MeetingWrite, _ meeting: Meeting) -> String {
        switch write.change {
        case .create where write.isRevival: return "Planned again, as LN has it"
        case .create:
            return write.side == .ln
                ? "an Appointment" : meeting.activityFacts.kind == .call ? "a Call" : "an Appointment"
        case .end(.notHeld): return "Not Held"
        case .end(.removed): return write.side == .ln ? "deleted" : "removed"
        case .end(.replaced): return "goes from this calendar; LN's new organizer gets it"
        case .update(let values):
            let before = meeting.observed[write.side].content
            return MeetingQuestion.order(values.keys).reduce(into: [String]()) { details, group in
                let detail = detail(group, values[group], before, isPrivate: meeting.isPrivate)
                if !details.contains(detail) { details.append(detail) }
            }.joined(separator: "; ")
        }
    }

    /// `Subject: Visit of the plant (was Visit)`. Of a private meeting nobody is named (CAL-19).
    private func detail(
        _ group: FieldGroup, _ value: FieldValue?, _ before: MeetingContent?, isPrivate: Bool
    ) -> String {
        let isAttendee = if case .attendee = group { true } else { false }
        if isPrivate, !group.isShownOfPrivate { return isAttendee ? "an attendee" : MeetingWords.name(group) }
        func text(_ value: FieldValue?) -> String? { words.value(value).flatMap { $0.isEmpty ? nil : $0 } }
        let old = text(before?[group]).map { " (was \($0))" } ?? ""
        return "\(MeetingWords.name(group)): \(text(value) ?? (isAttendee ? "not invited" : "empty"))\(old)"
    }

    /// What attendees' rows in LN are to show; `nil` where nothing is.
    private static func detail(_ marks: [AttendeeMark]) -> String? {
        let members = [
            marks.contains(where: \.isSent) ? "Sent to Synchronizer" : nil,
            marks.contains(where: \.isSynchronized) ? "Synchronized" : nil,
            marks.contains { $0.response != nil } ? "Attendance Status" : nil,
        ].compactMap(\.self)
        return members.isEmpty ? nil : members.joined(separator: ", ") + " of attendees"
    }

    // MARK: Mails

    /// Whom Exchange would mail.
    private func addresses(_ course: PlannedCourse) -> Set<EmailAddress> {
        course.steps.filter { !$0.tellsNobody }.reduce(into: []) { $0.formUnion(addresses($1.write, course.meeting)) }
    }

    /// Of an update or an end all attendees of the event and those it gives it; of a create those that are asked for once it is there.
    private func addresses(_ write: MeetingWrite, _ meeting: Meeting) -> Set<EmailAddress> {
        guard write.side == .exchange else { return [] }
        let there = meeting.observed.exchange.content?.attendees ?? [:]
        switch write.change {
        case .create(let content):
            if content.time?.isOver(in: policy.zone, now: now) == true { return [] }
            return Set((meeting.observed.ln.content?.attendees ?? [:]).filter(\.value.isInvited).keys)
        case .update(let values): return Set(there.keys).union(AttendeeSet.list(from: there, values).keys)
        case .end: return Set(there.keys)
        }
    }
}

extension Meeting {
    /// What a person has decided to leave as it is, where both sides are as he was shown them.
    fileprivate var refusedHold: MeetingHold? {
        guard let hold, hold.verdict(on: observed) == .refuse else { return nil }
        return hold
    }
}

extension MeetingPlan {
    /// What is done beside conflicts, notes and marks.
    fileprivate var action: MeetingAction? {
        actions.first { action in
            switch action.step {
            case .recordConflict, .note, .markAttendee, .nameEvent, .nameActivity: false
            default: true
            }
        }
    }
}
