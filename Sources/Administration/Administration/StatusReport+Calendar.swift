public import Foundation
import SyncModel
public import SyncStore

extension StatusReport {
    /// A user's meetings: those that are settled in his mailbox.
    public struct Meetings: Sendable, Hashable, Codable {
        public var settled: Int
        public var due: Int
        public var held: Int
        public var refused: Int
        public var resting: Int
        public var oldestDue: Date?
        public var failing: FailingRows?
        /// Nobody has approved his plan yet (CAL-20).
        public var isLinkOnly: Bool
        /// Of those held: how many wait for the approval of his plan.
        public var waitingForApproval: Int
        /// Of which invitation-worker is asked for something that it has not done: attendees wait for it, and Outlook for LN's changes.
        public var waitingForInvitations: Int
        /// When the last reading of his calendar in Exchange that is over began; absent before the first.
        public var lastReading: Date?
        /// That was before the last pull, and some time ago.
        public var isOverdue: Bool
        /// Why his calendar in Exchange can't be read, while somebody tries.
        public var trouble: Trouble?
        /// Some of the meetings that are refused, the last first, as `lnsync item explain` takes them; `nil` where none is.
        public var refusedMeetings: [String]?
        /// Which sides are being read as a whole, in words; absent where none is.
        public var reading: String?

        init(_ rows: RowCounts, _ user: SyncUser, waitingForApproval: Int, waitingForInvitations: Int) {
            settled = rows[.settled]
            due = rows[.due]
            held = rows[.held]
            refused = rows[.refused]
            resting = rows[.resting]
            oldestDue = rows.oldestDue
            failing = rows.failing
            isLinkOnly = !user.calendar.isActivated
            isOverdue = false
            self.waitingForApproval = waitingForApproval
            self.waitingForInvitations = waitingForInvitations
            let open = [
                user.calendar.baselines.ln.isDone ? nil : "LN's activities",
                user.calendar.baselines.exchange.isDone ? nil : "his calendar in Exchange",
            ].compactMap(\.self)
            reading = open.isEmpty ? nil : open.joined(separator: " and ")
        }
    }

    /// All meetings of active users that wait for invitation-worker.
    public var meetingsWaitingForInvitations: Int {
        users.reduce(0) { $0 + ($1.meetings?.waitingForInvitations ?? 0) }
    }

    /// All meetings of active users that are due.
    public var dueMeetings: Int { users.reduce(0) { $0 + ($1.meetings?.due ?? 0) } }
}

extension Administration {
    /// Each active user's meetings.
    func statusOfMeetings(_ users: [SyncUser]) async throws -> [SyncUserID: StatusReport.Meetings] {
        let backlog = try await store.meetingBacklog()
        let asked = try await store.askedMeetings()
        var meetings: [SyncUserID: StatusReport.Meetings] = [:]
        for user in users where user.isActive {
            let rows = backlog[user.id] ?? RowCounts()
            var waiting = 0
            // Few users are link-only, and not for long.
            if rows[.held] > 0 {
                waiting = try await heldMeetings(of: user.id).count { $0.meeting.hold?.question == .activation }
            }
            var listed = StatusReport.Meetings(
                rows, user, waitingForApproval: waiting, waitingForInvitations: asked[user.id] ?? 0)
            if listed.refused > 0 { listed.refusedMeetings = try await refusedMeetings(of: user.id) }
            meetings[user.id] = listed
        }
        return meetings
    }
}

extension CalendarBaseline {
    var isDone: Bool { if case .done = self { true } else { false } }
}
