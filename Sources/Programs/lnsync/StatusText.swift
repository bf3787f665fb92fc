import Administration
import CommandLine
import Foundation
import SyncModel

/// What `lnsync status` prints for people.
struct StatusText {
    private let report: StatusReport
    private let dateStyle: Date.ISO8601FormatStyle
    private let now: Date

    init(_ report: StatusReport, _ dateStyle: Date.ISO8601FormatStyle, now: Date) {
        self.report = report
        self.dateStyle = dateStyle
        self.now = now
    }

    var text: String {
        var text = head
        for group in report.groups {
            let lag = group.lag.map(String.init) ?? "unknown"
            let due = group.due.map { ", \($0)" } ?? ""
            text += "\(group.group): to be read: \(lag) records\(due)\n"
        }
        text += "\n" + users + meetings
        for user in report.users {
            if let baseline = user.baseline { text += "\(user.user): all contacts in scope are sent: \(baseline)\n" }
            if let left = user.leftFolder { text += "\(user.user): \(left)\n" }
            if let refused = user.refusedContacts, let first = refused.first {
                text += "\(user.user): refused: \(refused.map(\.rawValue).joined(separator: ", "))"
                text += refused.count < user.refused ? " …" : ""
                text += " (lnsync item explain \(first))\n"
            }
            guard let reason = user.reason else { continue }
            let retry = user.retry.map { "; tried again at \($0.formatted(dateStyle)), or now: lnsync resume" } ?? ""
            text += "\(user.user): \(reason)\(retry)\n"
        }
        return text + concerns
    }

    private var head: String {
        var text = "synchronisation: \(report.isStarted ? "started" : "stopped")\n"
        switch report.synchronizesContacts {
        case nil: text += "settings: not read from LN yet\n"
        case false?:
            text +=
                "contacts: Synchronize Contacts is off in COM Parameters (tccom0000s000): they rest, nothing is deleted\n"
        case true?:
            text += "contacts: pulled every \(report.contactPullInterval ?? "?")"
            if let next = report.nextContactPull { text += ", next at \(next.formatted(dateStyle))" }
            if let last = report.lastContactPull { text += ", last at \(last.formatted(dateStyle))" }
            if let last = report.lastComparison { text += "; all keys compared at \(last.formatted(dateStyle))" }
            text += "\n"
        }
        switch report.synchronizesActivities {
        case nil: break
        case false?:
            text +=
                "calendars: Synchronize Activities is off in COM Parameters (tccom0000s000): they rest, nothing is deleted\n"
        case true?:
            text += "calendars: pulled every \(report.calendarPullInterval ?? "?")"
            if let next = report.nextCalendarPull { text += ", next at \(next.formatted(dateStyle))" }
            if let last = report.lastCalendarPull { text += ", last at \(last.formatted(dateStyle))" }
            text += "\n"
        }
        return text
    }

    private var users: String {
        guard !report.users.isEmpty else { return "no users were taken over from LN yet\n" }
        var table = Table("USER", "E-MAIL", "STATE", "IN STEP", "DUE", "HELD", "REFUSED", "RESTING", "OLDEST DUE")
        for user in report.users where user.state != "inactive" {
            table.append(
                user.user.rawValue, user.email.rawValue, user.state, String(user.settled), String(user.due),
                String(user.held), String(user.refused), String(user.resting), user.oldestDue.map(age) ?? "")
        }
        let inactive = report.users.count { $0.state == "inactive" }
        return table.text + (inactive > 0 ? "and \(inactive.of("inactive user"))\n" : "")
    }

    /// Calendars, where they are synchronised or something of them is known.
    private var meetings: String {
        let users = report.users.filter { user in
            guard let meetings = user.meetings else { return false }
            return report.synchronizesActivities == true || meetings.settled + meetings.due + meetings.held > 0
        }
        guard !users.isEmpty else { return "" }
        var table = Table(
            "CALENDAR OF", "STATE", "IN STEP", "TO INVITE", "DUE", "HELD", "TO APPROVE", "REFUSED", "RESTING",
            "OLDEST DUE")
        for user in users {
            guard let meetings = user.meetings else { continue }
            table.append(
                user.user.rawValue, state(user, meetings),
                String(meetings.settled - meetings.waitingForInvitations), String(meetings.waitingForInvitations),
                String(meetings.due),
                String(meetings.held - meetings.waitingForApproval), String(meetings.waitingForApproval),
                String(meetings.refused), String(meetings.resting), meetings.oldestDue.map(age) ?? "")
        }
        return "\n" + table.text
    }

    private func state(_ user: StatusReport.User, _ meetings: StatusReport.Meetings) -> String {
        if [UserStanding.paused, .quarantined].map(\.rawValue).contains(user.state) { return user.state }
        if meetings.trouble != nil { return "can't be read" }
        if let reading = meetings.reading { return "to be read: \(reading)" }
        return meetings.isLinkOnly ? "link-only" : "active"
    }

    /// Since when something is due, or in which time it will be.
    private func age(_ due: Date) -> String {
        let seconds = Int(now.timeIntervalSince(due))
        return seconds < 0 ? "in \(Self.duration(-seconds))" : Self.duration(seconds)
    }

    private static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86400) d"
        }
    }

    private var concerns: String {
        guard !report.concerns.isEmpty else {
            return report.synchronizesContacts == false && report.synchronizesActivities != true
                ? "\nnothing waits while the switch is off\n"
                : "\nall is in step, as far as LN and Exchange were read\(refused)\n" + refusals + invitations
        }
        var text = "\n"
        for concern in report.concerns {
            text += (concern.kind == .person ? "to do: " : "under way: ") + concern.text + "\n"
        }
        return text + refusals + invitations
    }

    /// What counts as done, and a person can mend.
    private var refusals: String { report.refusals.map { "to do: \($0)\n" }.joined() }

    /// What counts as done, and is not in step all the same.
    private var refused: String {
        let contacts = report.users.reduce(0) { $0 + ($1.isServed ? $1.refused : 0) }
        let meetings = report.users.reduce(0) { $0 + ($1.meetings?.refused ?? 0) }
        let counts = [(contacts, "contact"), (meetings, "meeting")].filter { $0.0 > 0 }.map { $0.0.of($0.1) }
        return counts.isEmpty ? "" : ", but for what is refused: \(counts.joined(separator: " and "))"
    }

    /// What nobody carries out yet.
    private var invitations: String {
        let count = report.meetingsWaitingForInvitations
        return count == 0
            ? ""
            : "\(count.of("meeting")) \(count == 1 ? "waits" : "wait") for invitations, which are not sent yet: docs/calendars.md\n"
    }
}
