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
    /// - Returns: the item, and the row with which it would be linked.
    func item(_ row: MeetingRow, among candidates: [MeetingRow]) -> (item: CalendarPlan.Item, twin: MeetingID?)? {
        let twins = candidates.map(\.meeting)
        var meeting = row.meeting
        var plan = MeetingPlanner.plan(meeting, policy, twins: twins, now: now)
        var waits = false
        if case .hold(let hold)? = plan.step, hold.question == .activation {
            // What the approval leads to is what is shown.
            waits = true
            meeting.hold = nil
            var approved = policy
            approved.isLinkOnly = false
            plan = MeetingPlanner.plan(meeting, approved, twins: twins, now: now)
        }
        guard let action = plan.action else { return nil }
        let listed = ListedMeeting(row, words)
        func item(_ step: CalendarPlan.Step, _ detail: String, _ invited: [CalendarPlan.Person] = [])
            -> CalendarPlan.Item
        {
            CalendarPlan.Item(
                meeting: listed, step: step, rule: action.rule.rawValue, detail: detail, waitsForApproval: waits,
                invited: invited)
        }
        switch action.step {
        case .link(let twin):
            let other = candidates.first { $0.meeting == twin }
            let (joined, event) = (MeetingLink.joined(meeting, twin), twin.event ?? meeting.event)
            var joinedItem = item(.link, "with \(Self.name(twin))\(then(joined))")
            joinedItem.meeting.activity = (meeting.activity ?? twin.activity)?.description
            joinedItem.meeting.event = event?.uid
            return (joinedItem, other?.id)
        case .writeLN(let write), .writeExchange(let write):
            return (item(step(write), detail(write, meeting), invited(write, meeting)), nil)
        case .askInvitation(let ask):
            let whom = ask.tellsNobody ? [] : invited(ask.write, meeting)
            return (item(step(ask.write), detail(ask.write, meeting), whom), nil)
        case .hold(let hold): return (item(.hold, MeetingQuestion(hold.question).title), nil)
        case .appoint: return (item(.updateInLN, "its organizer in Outlook becomes the Meeting Organizer"), nil)
        case .unlink: return (item(.unlink, "both sides stay as they are"), nil)
        case .rest(let reason): return (item(.rest, reason), nil)
        case .wait, .waitForTwin, .search: return (item(.rest, "a write is under way"), nil)
        case .markAttendee, .nameEvent, .recordConflict, .note: return nil
        }
    }

    private static func name(_ twin: Meeting) -> String {
        twin.activity.map { "activity \($0)" } ?? "an event in Outlook"
    }

    /// What follows from a link: nothing is known of what both sides agreed upon.
    private func then(_ joined: Meeting) -> String {
        let plan = MeetingPlanner.plan(joined, policy, now: now)
        guard let write = plan.write, case .update = write.change else { return "" }
        return "; then \(MeetingWords.name(write.side)) gets \(detail(write, joined))"
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

    private func detail(_ write: MeetingWrite, _ meeting: Meeting) -> String {
        switch write.change {
        case .create:
            return write.side == .ln
                ? "an Appointment" : meeting.activityFacts.kind == .call ? "a Call" : "an Appointment"
        case .end(.notHeld): return "Not Held"
        case .end(.removed): return write.side == .ln ? "deleted" : "removed"
        case .end(.replaced): return "goes from this calendar; LN's new organizer gets it"
        case .update(let values):
            let groups = MeetingQuestion.order(values.keys)
            return groups.map { group in
                let value = meeting.isPrivate && !group.isShownOfPrivate ? nil : words.value(values[group])
                return MeetingWords.name(group) + (value.map { ": \($0)" } ?? "")
            }.joined(separator: "; ")
        }
    }

    /// Whom Exchange would mail: of an update or an end all attendees of the event and those it gives it; of a create those that are asked
    /// for once it is there.
    private func invited(_ write: MeetingWrite, _ meeting: Meeting) -> [CalendarPlan.Person] {
        guard write.side == .exchange else { return [] }
        let there = meeting.observed.exchange.content?.attendees ?? [:]
        var addresses = Set(there.keys)
        switch write.change {
        case .create(let content):
            let time = content.time
            guard time.map({ !$0.isOver(in: policy.zone, now: now) }) ?? true else { return [] }
            addresses = Set(AttendeeSet.members(of: meeting.activityFacts.rows).filter(\.value.isInvited).keys)
        case .update(let values):
            addresses.formUnion(AttendeeSet.list(from: there, values).keys)
        case .end: break
        }
        return addresses.sorted().map { CalendarPlan.Person(email: $0, name: people[$0]?.name) }
    }
}

extension MeetingPlan {
    /// What is done beside conflicts, notes and marks.
    fileprivate var action: MeetingAction? {
        actions.first { action in
            switch action.step {
            case .recordConflict, .note, .markAttendee, .nameEvent: false
            default: true
            }
        }
    }

    fileprivate var step: MeetingAction.Step? { action?.step }
}
