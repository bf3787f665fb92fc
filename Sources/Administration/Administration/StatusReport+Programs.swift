import Foundation
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

extension StatusReport {
    /// A program without which something that is switched on stands still.
    public struct Program: Sendable, Hashable, Codable {
        /// `calendar-worker`.
        public var program: String
        /// One of its processes at least lives; one that was killed is taken to for a minute.
        public var isRunning: Bool
        /// The process that was seen last; absent where none ever ran.
        public var owner: String?

        init(_ program: String, _ leases: [LeaseState], now: Date) {
            let sign = leases.first { $0.lease.name == ProgramSign.lease(of: program) }
            self.program = program
            isRunning = sign.map { $0.expires > now } ?? false
            owner = sign?.lease.owner
        }

        /// What stands still without it.
        var task: String {
            switch program {
            case ConsumerGroup.contactWorker: "LN's contacts are not written to the mailboxes"
            case ConsumerGroup.calendarWorker: "nothing is written to LN's activities and to the calendars"
            default: "what changes in Outlook's calendars is not read"
            }
        }
    }
}

extension StatusReport {
    /// What has to run for what LN's switches and the administrator want.
    static func programs(_ snapshot: StoreSnapshot, _ leases: [LeaseState], now: Date) -> [Program] {
        guard snapshot.isStarted, let parameters = snapshot.comParameters else { return [] }
        var needed: [String] = []
        if parameters.synchronizeContacts { needed.append(ConsumerGroup.contactWorker) }
        if parameters.synchronizeActivities { needed += [ConsumerGroup.calendarWorker, ConsumerGroup.exchangeReader] }
        return needed.map { Program($0, leases, now: now) }
    }

    func isRunning(_ program: String) -> Bool { programs.contains { $0.program == program && $0.isRunning } }

    /// Programs that have to run and don't.
    public var missingPrograms: [Program] { programs.filter { !$0.isRunning } }

    /// So long after a tick a calendar that was not read is told of: a round over many mailboxes takes its time.
    static let readingTime: TimeInterval = 120

    /// Whether a calendar in Exchange is still to be read for a tick that was some time ago.
    static func isOverdue(_ user: SyncUser, _ cursor: CalendarCursor?, _ ticks: PullSchedule, now: Date) -> Bool {
        guard user.isRead(now: now), user.calendar.baselines.exchange.isDone, let last = cursor?.lastRound
        else { return false }
        return ticks.next(after: last) < now - readingTime
    }
}
