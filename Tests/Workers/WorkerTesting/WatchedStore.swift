package import Foundation
package import SyncModel
package import SyncStore
import Synchronization

/// A store whose commits a test can get ahead of, or let fail, as if the disk or another process did.
package final class WatchedStore: SyncStore {
    package typealias Interruption = @Sendable ([Mutation]) async throws(StoreError) -> Void

    private let store: any SyncStore
    private let interruption = Mutex<Interruption?>(nil)

    private let refusal = Mutex<(@Sendable ([Mutation]) -> Bool)?>(nil)

    package init(_ store: any SyncStore) {
        self.store = store
    }

    /// Runs before each commit; what it throws the commit throws. `nil`: nothing does.
    package func beforeCommit(_ interruption: Interruption?) {
        self.interruption.withLock { $0 = interruption }
    }

    /// Runs before the next commit of these alone.
    package func beforeNextCommit(
        where isWanted: @escaping @Sendable ([Mutation]) -> Bool = { _ in true }, _ body: @escaping Interruption
    ) {
        beforeCommit { [weak self] mutations throws(StoreError) in
            guard isWanted(mutations) else { return }
            self?.beforeCommit(nil)
            try await body(mutations)
        }
    }

    /// Loses the commits for which it says so, as where another row has what they store; `nil`: none.
    package func refuse(_ isRefused: (@Sendable ([Mutation]) -> Bool)?) {
        refusal.withLock { $0 = isRefused }
    }

    package func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        if let interruption = interruption.withLock({ $0 }) { try await interruption(mutations) }
        if let isRefused = refusal.withLock({ $0 }), isRefused(mutations) { return .lost(.control) }
        return try await store.commit(mutations, holding: leases)
    }

    // MARK: Handed on

    package func now() async throws(StoreError) -> Date { try await store.now() }
    package func acquireLease(
        _ name: LeaseName, owner: String, for duration: Duration
    ) async throws(StoreError) -> Lease? { try await store.acquireLease(name, owner: owner, for: duration) }
    package func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool {
        try await store.renewLease(lease, for: duration)
    }
    package func releaseLease(_ lease: Lease) async throws(StoreError) { try await store.releaseLease(lease) }
    package func leases() async throws(StoreError) -> [LeaseState] { try await store.leases() }
    package func controlChanges() async throws(StoreError) -> Int64 { try await store.controlChanges() }
    package func users() async throws(StoreError) -> [SyncUser] { try await store.users() }
    package func settings() async throws(StoreError) -> [SettingName: Setting] { try await store.settings() }
    package func contactLinks(_ ids: [ContactLinkID]) async throws(StoreError) -> [ContactLinkID: ContactLink] {
        try await store.contactLinks(ids)
    }
    package func contactKeys(
        of user: SyncUserID, _ company: Company, after: ContactCode?, upTo: ContactCode?, limit: Int
    ) async throws(StoreError) -> [ContactCode] {
        try await store.contactKeys(of: user, company, after: after, upTo: upTo, limit: limit)
    }
    package func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await store.dueMailboxes(partitions)
    }
    package func dueContactLinks(of user: SyncUserID, limit: Int) async throws(StoreError) -> [ContactLink] {
        try await store.dueContactLinks(of: user, limit: limit)
    }
    package func contactBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await store.contactBacklog()
    }
    package func dueBackfill() async throws(StoreError) -> [SyncUserID: Int] { try await store.dueBackfill() }
    package func meetings(_ ids: [MeetingID]) async throws(StoreError) -> [MeetingID: MeetingRow] {
        try await store.meetings(ids)
    }
    package func meetings(activities: [ActivityKey], events: [ICalUID]) async throws(StoreError) -> [MeetingRow] {
        try await store.meetings(activities: activities, events: events)
    }
    package func meetings(items: [ItemID], in mailbox: SyncUserID) async throws(StoreError) -> [MeetingRow] {
        try await store.meetings(items: items, in: mailbox)
    }
    package func meetings(
        of mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await store.meetings(of: mailbox, after: after, limit: limit)
    }
    package func meetings(
        seenIn mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await store.meetings(seenIn: mailbox, after: after, limit: limit)
    }
    package func meetings(
        in company: Company, after: ActivityCode?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await store.meetings(in: company, after: after, limit: limit)
    }
    package func dueMeetingMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await store.dueMeetingMailboxes(partitions)
    }
    package func dueMeetings(of mailbox: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await store.dueMeetings(of: mailbox, limit: limit)
    }
    package func meetingBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await store.meetingBacklog()
    }
    package func dueMeetingBackfill() async throws(StoreError) -> [SyncUserID: Int] {
        try await store.dueMeetingBackfill()
    }
    package func askedMeetings() async throws(StoreError) -> [SyncUserID: Int] {
        try await store.askedMeetings()
    }
    package func eventCount(of mailbox: SyncUserID) async throws(StoreError) -> Int {
        try await store.eventCount(of: mailbox)
    }
    package func activityCount(in company: Company) async throws(StoreError) -> Int {
        try await store.activityCount(in: company)
    }
    package func outbox(_ partitions: Set<Int32>, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try await store.outbox(partitions, limit: limit)
    }
    package func cursors(_ names: [CursorName]) async throws(StoreError) -> [CursorName: String] {
        try await store.cursors(names)
    }
    package func published(
        _ company: Company, _ set: EntitySet, _ keys: [String]
    ) async throws(StoreError) -> [String: Published] { try await store.published(company, set, keys) }
    package func publishedKeys(
        _ company: Company, _ set: EntitySet, after: String?, upTo: String?, limit: Int
    ) async throws(StoreError) -> [String] {
        try await store.publishedKeys(company, set, after: after, upTo: upTo, limit: limit)
    }
    package func cursors() async throws(StoreError) -> [CursorName: String] { try await store.cursors() }
    package func intakePositions(group: String) async throws(StoreError) -> [IntakePartition: IntakePosition] {
        try await store.intakePositions(group: group)
    }
    package func journal(_ query: JournalQuery) async throws(StoreError) -> [JournalEntry] {
        try await store.journal(query)
    }
    package func journal(after number: Int64, limit: Int) async throws(StoreError) -> [JournalEntry] {
        try await store.journal(after: number, limit: limit)
    }
    package func holds(_ state: Hold.State?) async throws(StoreError) -> [Hold] { try await store.holds(state) }
    package func deadLetterDecisions(
        group: String
    ) async throws(StoreError) -> [DeadLetterOrigin: DeadLetterDecision] {
        try await store.deadLetterDecisions(group: group)
    }
    package func prune(
        journalBefore: Date, tombstonesBefore: Date, limit: Int
    ) async throws(StoreError) -> Int {
        try await store.prune(journalBefore: journalBefore, tombstonesBefore: tombstonesBefore, limit: limit)
    }
    package func close() async { await store.close() }
}
