import Foundation
import Runtime
import SyncModel
import SyncStore

/// A store in front of another: what it does not say otherwise goes through.
protocol DecoratedStore: SyncStore {
    var base: any SyncStore { get }

    /// Called before everything that goes through.
    func reach() async throws(StoreError)
}

extension DecoratedStore {
    func reach() async throws(StoreError) {}

    func now() async throws(StoreError) -> Date {
        try await reach()
        return try await base.now()
    }

    func acquireLease(_ name: LeaseName, owner: String, for duration: Duration) async throws(StoreError) -> Lease? {
        try await reach()
        return try await base.acquireLease(name, owner: owner, for: duration)
    }

    func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool {
        try await reach()
        return try await base.renewLease(lease, for: duration)
    }

    func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await reach()
        try await base.releaseLease(lease)
    }

    func leases() async throws(StoreError) -> [LeaseState] {
        try await reach()
        return try await base.leases()
    }

    func controlChanges() async throws(StoreError) -> Int64 {
        try await reach()
        return try await base.controlChanges()
    }

    func users() async throws(StoreError) -> [SyncUser] {
        try await reach()
        return try await base.users()
    }

    func settings() async throws(StoreError) -> [SettingName: Setting] {
        try await reach()
        return try await base.settings()
    }

    func contactLinks(_ ids: [ContactLinkID]) async throws(StoreError) -> [ContactLinkID: ContactLink] {
        try await reach()
        return try await base.contactLinks(ids)
    }

    func contactKeys(
        of user: SyncUserID, _ company: Company, after: ContactCode?, upTo: ContactCode?, limit: Int
    ) async throws(StoreError) -> [ContactCode] {
        try await reach()
        return try await base.contactKeys(of: user, company, after: after, upTo: upTo, limit: limit)
    }

    func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await reach()
        return try await base.dueMailboxes(partitions)
    }

    func dueContactLinks(of user: SyncUserID, limit: Int) async throws(StoreError) -> [ContactLink] {
        try await reach()
        return try await base.dueContactLinks(of: user, limit: limit)
    }

    func contactBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await reach()
        return try await base.contactBacklog()
    }

    func dueBackfill() async throws(StoreError) -> [SyncUserID: Int] {
        try await reach()
        return try await base.dueBackfill()
    }

    func meetings(_ ids: [MeetingID]) async throws(StoreError) -> [MeetingID: MeetingRow] {
        try await reach()
        return try await base.meetings(ids)
    }

    func meetings(activities: [ActivityKey], events: [ICalUID]) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.meetings(activities: activities, events: events)
    }

    func meetings(items: [ItemID], in mailbox: SyncUserID) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.meetings(items: items, in: mailbox)
    }

    func meetings(
        of mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.meetings(of: mailbox, after: after, limit: limit)
    }

    func meetings(
        seenIn mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.meetings(seenIn: mailbox, after: after, limit: limit)
    }

    func meetings(
        in company: Company, after: ActivityCode?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.meetings(in: company, after: after, limit: limit)
    }

    func dueMeetingMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await reach()
        return try await base.dueMeetingMailboxes(partitions)
    }

    func dueMeetings(of mailbox: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await reach()
        return try await base.dueMeetings(of: mailbox, limit: limit)
    }

    func meetingBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await reach()
        return try await base.meetingBacklog()
    }

    func dueMeetingBackfill() async throws(StoreError) -> [SyncUserID: Int] {
        try await reach()
        return try await base.dueMeetingBackfill()
    }

    func askedMeetings() async throws(StoreError) -> [SyncUserID: Int] {
        try await reach()
        return try await base.askedMeetings()
    }

    func eventCount(of mailbox: SyncUserID) async throws(StoreError) -> Int {
        try await reach()
        return try await base.eventCount(of: mailbox)
    }

    func activityCount(in company: Company) async throws(StoreError) -> Int {
        try await reach()
        return try await base.activityCount(in: company)
    }

    func outbox(_ partitions: Set<Int32>, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try await reach()
        return try await base.outbox(partitions, limit: limit)
    }

    func cursors(_ names: [CursorName]) async throws(StoreError) -> [CursorName: String] {
        try await reach()
        return try await base.cursors(names)
    }

    func published(
        _ company: Company, _ set: EntitySet, _ keys: [String]
    ) async throws(StoreError) -> [String: Published] {
        try await reach()
        return try await base.published(company, set, keys)
    }

    func publishedKeys(
        _ company: Company, _ set: EntitySet, after: String?, upTo: String?, limit: Int
    ) async throws(StoreError) -> [String] {
        try await reach()
        return try await base.publishedKeys(company, set, after: after, upTo: upTo, limit: limit)
    }

    func cursors() async throws(StoreError) -> [CursorName: String] {
        try await reach()
        return try await base.cursors()
    }

    func intakePositions(group: String) async throws(StoreError) -> [IntakePartition: IntakePosition] {
        try await reach()
        return try await base.intakePositions(group: group)
    }

    func journal(_ query: JournalQuery) async throws(StoreError) -> [JournalEntry] {
        try await reach()
        return try await base.journal(query)
    }

    func journal(after number: Int64, limit: Int) async throws(StoreError) -> [JournalEntry] {
        try await reach()
        return try await base.journal(after: number, limit: limit)
    }

    func holds(_ state: Hold.State?) async throws(StoreError) -> [Hold] {
        try await reach()
        return try await base.holds(state)
    }

    func deadLetterDecisions(group: String) async throws(StoreError) -> [DeadLetterOrigin: DeadLetterDecision] {
        try await reach()
        return try await base.deadLetterDecisions(group: group)
    }

    func prune(journalBefore: Date, tombstonesBefore: Date, limit: Int) async throws(StoreError) -> Int {
        try await reach()
        return try await base.prune(
            journalBefore: journalBefore, tombstonesBefore: tombstonesBefore, limit: limit)
    }

    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome {
        try await reach()
        return try await base.commit(mutations, holding: leases)
    }

    /// The store behind it is everybody's: it stays open.
    func close() async {}
}
