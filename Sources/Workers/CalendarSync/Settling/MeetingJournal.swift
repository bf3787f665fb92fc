import Foundation
import SyncModel
import SyncPlanner
import SyncStore

/// What the journal says of meetings. Nothing of it holds what is private (CAL-19): of an event that was reduced the planner has left it
/// out, of what is private in LN, or in Outlook with a policy that takes it as it is, this does.
enum MeetingJournal {
    /// A plan's losing values and notes: committed with the intent of its write, so that nothing is overwritten that is not on record.
    /// What an event with attendees would lose is only asked for (INV-1).
    static func losses(_ plan: MeetingPlan, _ row: MeetingRow) -> [JournalDraft] {
        let hasAttendees = row.meeting.observed.exchange.content?.attendees?.isEmpty == false
        let isAsked = hasAttendees || plan.actions.contains { if case .askInvitation = $0.step { true } else { false } }
        return plan.actions.compactMap { action in
            switch action.step {
            case .recordConflict(let conflict):
                let isShown = conflict.group.isShownOfPrivate || !row.meeting.isPrivate
                let value = isShown ? conflict.lost : nil
                let lost = value.map { ": it was \(text($0))" } ?? ""
                var what = name(conflict.group)
                if case .attendee(let address) = conflict.group, value != nil { what += " \(address)" }
                var verb = conflict.side == .exchange && isAsked ? "would be overwritten" : "is overwritten"
                if plan.write?.endsActivity == true { verb = "goes with its activity, and was never in Exchange" }
                if plan.write?.makesActivity == true { verb = "went with its activity, and was never in Exchange" }
                return draft(row, action.rule, "conflict", "\(conflict.side)'s \(what) \(verb)\(lost)")
            case .note(let words):
                return draft(row, action.rule, "noted", words)
            default:
                return nil
            }
        }
    }

    /// What a write is, without what it writes.
    static func words(_ write: MeetingWrite) -> String {
        switch write.change {
        case .create: write.etag == nil ? "made in \(write.side)" : "brought back in \(write.side)"
        case .update(let values):
            "\(Set(values.keys.map(name)).sorted().joined(separator: ", ")) written to \(write.side)"
        case .end(.notHeld): "set to Not Held in LN"
        case .end(.removed): "removed in \(write.side)"
        case .end(.replaced): "removed from the former organizer's calendar"
        }
    }

    static func name(_ group: FieldGroup) -> String {
        switch group {
        case .time: "time"
        case .subject: "subject"
        case .location: "location"
        case .body: "text"
        case .showAs: "show as"
        case .sensitivity: "sensitivity"
        case .reminder: "reminder"
        case .attendee: "attendee"
        }
    }

    private static func text(_ value: FieldValue) -> String {
        switch value {
        case .time(.timed(let start, let end, let zone)):
            "\(start.formatted(.iso8601)) to \(end.formatted(.iso8601))" + (zone.map { " (\($0))" } ?? "")
        case .time(.allDay(let start, let end)): "all day from \(start), until before \(end)"
        case .subject(let text), .location(let text): "“\(text)”"
        case .body(let body): "“\(body.text)”"
        case .showAs(let showAs): showAs.rawValue
        case .sensitivity(let sensitivity): sensitivity.rawValue
        case .reminder(.off): "off"
        case .reminder(.minutes(let minutes)): "\(minutes) minutes before"
        case .attendee(nil): "not invited"
        case .attendee(let attendee?): attendee.attendance.rawValue + (attendee.isInvited ? "" : ", not invited")
        }
    }

    private static func draft(_ row: MeetingRow, _ rule: RuleID, _ action: String, _ detail: String) -> JournalDraft {
        JournalDraft(user: row.mailbox, item: row.journalItem, rule: rule.rawValue, action: action, detail: detail)
    }
}

extension MeetingWrite {
    fileprivate var endsActivity: Bool { if side == .ln, case .end = change { true } else { false } }

    fileprivate var makesActivity: Bool { if side == .ln, case .create = change { true } else { false } }
}
