import Foundation
import SyncModel
import SyncStore

/// What keeps a mailbox's contacts from being written at a moment, in words.
struct MailboxObstacles: Sendable {
    let snapshot: StoreSnapshot
    let now: Date
    /// In which times are told.
    let zone: TimeZone
    /// What waits in each mailbox.
    let backlog: [SyncUserID: RowCounts]

    /// What a row waits for, and what ends it; `nil` where it does not wait.
    func waitsFor(_ status: RowStatus, _ user: SyncUser) -> String? {
        let isOff = snapshot.comParameters?.synchronizeContacts == false
        return waitsFor(status, user, isOff ? "Synchronize Contacts" : nil)
    }

    /// The same of a meeting.
    func waitsFor(_ row: MeetingRow, _ user: SyncUser) -> String? {
        if row.status.state == .held, row.meeting.hold?.question == .activation {
            return "the approval of its user's plan: lnsync plan --user \(user.code)"
        }
        if row.status.state == .held { return "a decision: lnsync holds show \(row.id)" }
        if row.status.state == .refused { return Self.mending }
        if row.status.state == .due, let intent = row.meeting.intent {
            return "the outcome of a write that \(intent.owner) began; looked for at \(text(intent.deadline))"
        }
        let isOff = snapshot.comParameters?.synchronizeActivities == false
        return waitsFor(row.status, user, isOff ? "Synchronize Activities" : nil)
    }

    /// What ends a meeting's refusal.
    private static let mending =
        "somebody who mends that; lnsync sync now --calendars --full then tries it again"

    private func waitsFor(_ status: RowStatus, _ user: SyncUser, _ off: String?) -> String? {
        switch status.state {
        case .settled, .refused, .tombstone: nil
        case .held: "a decision: lnsync holds list"
        case .due, .resting: obstacle(to: user, status, off) ?? (status.state == .due ? turn(status) : nil)
        }
    }

    private func obstacle(to user: SyncUser, _ status: RowStatus, _ off: String?) -> String? {
        if !snapshot.isStarted { return "synchronisation, which is stopped: lnsync start" }
        if let off { return "\(off), which is off in \(LNField.comParameters)" }
        if !user.isActive { return "the user, who is not active in \(LNField.syncUsers)" }
        if user.isPaused { return "the user, who is paused: lnsync resume \(user.code)" }
        if let quarantine = user.quarantine, quarantine.until > now {
            let why = status.reason == nil ? ": \(quarantine.reason)" : ""
            return "the mailbox, which is left alone until \(text(quarantine.until))\(why)"
        }
        // What hinders all rows alike stands in those that were tried.
        if status.reason == nil, let trouble = backlog[user.id]?.failing.flatMap({ RowStatus.toMend($0.reason) }) {
            return "what hinders all of the mailbox: \(trouble)"
        }
        return nil
    }

    private func turn(_ status: RowStatus) -> String {
        if let intent = status.intent {
            return
                "the outcome of a write that \(intent.owner) began; looked for at \(text(intent.deadline))"
        }
        guard let due = status.due, due > now else { return "its turn: it is due now" }
        return "\(text(due)), when it is tried again"
    }

    private func text(_ date: Date) -> String {
        var style = Date.ISO8601FormatStyle.iso8601.year().month().day().dateTimeSeparator(.space)
            .time(includingFractionalSeconds: false)
        style.timeZone = zone
        return date.formatted(style)
    }
}
