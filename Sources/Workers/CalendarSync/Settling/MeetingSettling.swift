public import ExchangeClient
import Foundation
public import LNClient
import MailboxSettling
public import Runtime
public import Settling
public import SyncModel
import SyncPlanner
public import SyncStore
public import Telemetry

/// The settling of calendar-worker: meetings' rows into LN and into their owners' calendars (CAL-1 to CAL-20).
///
/// One settlement reads what it must by key, plans, and does at most one content write, under an intent. What is found out without a write
/// holds only for the row as it was planned on; the answer to a write is added to the row as it is by then (`MeetingCommit`).
public struct MeetingSettling: SettlingDomain {
    public struct Configuration: Sendable {
        /// For times from LN where neither the event nor the mailbox names a zone (CAL-18): the company's.
        public var zone = ZoneName("UTC")
        /// A mailbox's zone is read that often.
        public var zoneInterval: Duration = .seconds(86400)
        /// A look whose mailbox it is counts for so long where an event is to be made (USR-1).
        public var identityInterval: Duration = .seconds(300)
        /// After the first failure of a mailbox as a whole, the second and so on; the last holds for all further ones (USR-3). Not empty.
        public var quarantinePauses: [Duration] = [.seconds(900), .seconds(3600), .seconds(14400), .seconds(86400)]

        public init() {}
    }

    let store: any SyncStore
    let watch: StoreWatch
    let identity: IdentityCheck
    let identityInterval: Duration
    let reads: MeetingReads
    let writes: MeetingWrites
    let twins: TwinCandidates
    let policies: CalendarPolicies
    let holds: MeetingHolds
    let guards: EndGuards
    let quarantine: MailboxQuarantine
    let partition: @Sendable (SyncUserID) -> Int32
    let time: any TimeSource

    /// - Parameters:
    ///   - ln: one for each company; the first is the home company of all mailboxes (CAL-7).
    ///   - partition: the partition number of a sync user's records.
    public init(
        _ configuration: Configuration = Configuration(), store: any SyncStore, ln: [LNClient],
        exchange: any ExchangeCalendar, watch: StoreWatch, partition: @escaping @Sendable (SyncUserID) -> Int32,
        time: any TimeSource, log: Logger
    ) {
        self.store = store
        self.watch = watch
        self.partition = partition
        self.time = time
        let companies = Companies(ln)
        let log = log.labelled("CalendarSync")
        identity = IdentityCheck(exchange: exchange, time: time)
        identityInterval = configuration.identityInterval
        reads = MeetingReads(store: store, companies: companies, exchange: exchange, identity: identity)
        writes = MeetingWrites(reads: reads, companies: companies, exchange: exchange)
        twins = TwinCandidates(store: store, companies: companies, exchange: exchange)
        policies = CalendarPolicies(
            configuration, companies: companies, exchange: exchange, time: time, log: log)
        holds = MeetingHolds(store: store)
        guards = EndGuards(store: store)
        quarantine = MailboxQuarantine(store: store, watch: watch, pauses: configuration.quarantinePauses, log: log)
    }

    // MARK: Rows

    public func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await store.dueMeetingMailboxes(partitions)
    }

    public func dueRows(of user: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await store.dueMeetings(of: user, limit: limit)
    }

    public func row(_ id: MeetingID) async throws(StoreError) -> MeetingRow? { try await store.meeting(id) }

    public func mutation(_ row: MeetingRow) -> Mutation { .meeting(row) }

    public func journalItem(_ row: MeetingRow) -> String { row.journalItem }

    public func standing(of user: SyncUserID) -> MailboxStanding { standing(of: user, watch.snapshot) }

    public func restingCondition(of user: SyncUserID) async throws(StoreError) -> Mutation? {
        let snapshot = try await watch.refresh()
        guard case .resting = standing(of: user, snapshot) else { return nil }
        return .unchangedControl(since: snapshot.changes)
    }

    /// Where COM Parameters' switch or *Active* is off, a row rests without a reason: the store wakes such rows alone (`wakeMeetings`).
    private func standing(of user: SyncUserID, _ snapshot: StoreSnapshot) -> MailboxStanding {
        guard snapshot.isStarted else { return .waiting(.seconds(1)) }
        if snapshot.comParameters?.synchronizeActivities == false {
            return .resting(nil)
        }
        guard let user = snapshot.users[user] else {
            // Nobody of ours organizes it or is invited: the planner says so (CAL-2).
            return .active
        }
        guard user.isActive else {
            return .resting(nil)
        }
        if user.isPaused { return .waiting(.seconds(1)) }
        if let until = user.quarantine?.until, until > time.now {
            // Not for as long as that: somebody may end it before (lnsync resume).
            return .waiting(min(.seconds(1), .seconds(until.timeIntervalSince(time.now))))
        }
        return .active
    }

    // MARK: Settling

    /// Users and settings for a row. Its reader may know what our last look did not, that the Meeting Organizer is active by now, and tells it
    /// once: it is looked again.
    private func snapshot(for row: MeetingRow) async throws(SettlingFailure) -> StoreSnapshot {
        let known = watch.snapshot
        guard let organizer = row.meeting.activityFacts.organizer, known.users[organizer]?.isActive != true else {
            return known
        }
        do throws(StoreError) {
            return try await watch.refresh()
        } catch {
            throw .later(error.message)
        }
    }

    public func settle(
        _ row: inout MeetingRow, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<MeetingRow> {
        let snapshot = try await snapshot(for: row)
        guard snapshot.changes >= 0 else { throw .later("users and settings are not known yet") }
        let user = snapshot.users[row.mailbox]
        var work = MeetingWork(row, snapshot)
        let outcome: Result<Facts<MeetingRow>, SettlingFailure>
        do throws(SettlingFailure) {
            outcome = .success(try await steps(&row, &work, settlement))
        } catch {
            outcome = .failure(error)
        }
        switch outcome {
        case .success(let facts):
            if let user, work.hasAsked(.exchange) { await quarantine.ended(of: user) }
            return facts
        case .failure(let failure):
            guard let user, case .mailboxUnusable = failure else { throw failure }
            throw await quarantine.noted(failure, of: user, now: try await settlement.now())
        }
    }
}
