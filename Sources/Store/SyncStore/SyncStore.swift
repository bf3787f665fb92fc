public import Foundation
public import SyncModel

/// What the system remembers: the rows of items and users, how far topics and LN are read, who holds what, and why each
/// decision was made. SQLite on one host, PostgreSQL on many; one suite of contract tests holds both.
///
/// Writes are values: `commit` takes mutations, which carry the version they were planned on. Reads take sets of keys.
/// Nothing runs inside a transaction. Times are the store's own clock's, so that the processes that share it agree.
public protocol SyncStore: Sendable {
    /// The store's clock. Leases, deadlines and `due` are measured with it.
    func now() async throws(StoreError) -> Date

    /// Commits all mutations or none, in one durable transaction, while all `leases` are held.
    ///
    /// A mutation whose version, position or lease is no longer what it was planned on makes the commit lost: nothing is
    /// written, and the caller reads again and plans anew. That is no fault.
    /// - Throws: where the store can't be written; whether the commit happened is then unknown.
    func commit(_ mutations: [Mutation], holding leases: [Lease]) async throws(StoreError) -> CommitOutcome

    // MARK: Leases

    /// Takes a lease for `duration`, or returns `nil` while another holds it; the owner that holds it takes it anew. Its epoch is greater than any before, and at
    /// least the clock's Unix seconds, so that it survives a restored store.
    func acquireLease(_ name: LeaseName, owner: String, for duration: Duration) async throws(StoreError) -> Lease?

    /// Holds a lease for `duration` from now; `false` where it is lost.
    func renewLease(_ lease: Lease, for duration: Duration) async throws(StoreError) -> Bool

    /// Lets another take the lease at once. Nothing happens where it is lost already.
    func releaseLease(_ lease: Lease) async throws(StoreError)

    /// Every lease that was ever taken, held or not.
    func leases() async throws(StoreError) -> [LeaseState]

    // MARK: Users and settings

    /// Counts the commits that changed a user or a setting, so that whoever keeps them at hand asks cheaply.
    func controlChanges() async throws(StoreError) -> Int64

    func users() async throws(StoreError) -> [SyncUser]

    func settings() async throws(StoreError) -> [SettingName: Setting]

    // MARK: Contact rows

    /// The rows that exist of these.
    func contactLinks(_ ids: [ContactLinkID]) async throws(StoreError) -> [ContactLinkID: ContactLink]

    /// The contacts of a mailbox's rows that are no tombstones, in the order of their keys' UTF-8: those after `after`, up to and
    /// with `upTo` (`nil`: no end), at most `limit`.
    func contactKeys(of user: SyncUserID, _ company: Company, after: ContactCode?, upTo: ContactCode?, limit: Int)
        async throws(StoreError) -> [ContactCode]

    /// The mailboxes with rows to settle in these partitions, due now or later.
    func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox]

    /// A mailbox's rows that are due now: live before back-fill, then by `due`.
    func dueContactLinks(of user: SyncUserID, limit: Int) async throws(StoreError) -> [ContactLink]

    /// Each sync user's rows, counted by state. Reads all rows.
    func contactBacklog() async throws(StoreError) -> [SyncUserID: RowCounts]

    /// Each sync user's rows that came by back-fill and are due, now or later: they pace it. Costs grow with the due rows.
    func dueBackfill() async throws(StoreError) -> [SyncUserID: Int]

    // MARK: Meeting rows

    /// The rows that exist of these.
    func meetings(_ ids: [MeetingID]) async throws(StoreError) -> [MeetingID: MeetingRow]

    /// All rows, by id, that have any of these activities or events (in any of their occurrences), or name one: an activity whose meeting
    /// key is the event's, an event whose property is the activity's.
    func meetings(activities: [ActivityKey], events: [ICalUID]) async throws(StoreError) -> [MeetingRow]

    /// The rows of the events that have these items in a user's mailbox, as its owner's or as a copy.
    func meetings(items: [ItemID], in mailbox: SyncUserID) async throws(StoreError) -> [MeetingRow]

    /// The rows that are settled in a mailbox, tombstones too, by id: those after `after`, at most `limit`.
    func meetings(of mailbox: SyncUserID, after: MeetingID?, limit: Int) async throws(StoreError) -> [MeetingRow]

    /// The rows of the events that a reader saw in a mailbox, whosever they are, tombstones too, by id: those after `after`, at most
    /// `limit`.
    func meetings(seenIn mailbox: SyncUserID, after: MeetingID?, limit: Int) async throws(StoreError) -> [MeetingRow]

    /// The rows of a company's activities that are no tombstones, by activity: those after `after`, at most `limit`.
    func meetings(in company: Company, after: ActivityCode?, limit: Int) async throws(StoreError) -> [MeetingRow]

    /// The mailboxes with meetings to settle in these partitions, due now or later.
    func dueMeetingMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox]

    /// A mailbox's meetings that are due now: live before back-fill, then by `due`.
    func dueMeetings(of mailbox: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow]

    /// Each mailbox's meetings, counted by state. Reads all rows.
    func meetingBacklog() async throws(StoreError) -> [SyncUserID: RowCounts]

    /// Each mailbox's meetings that came by back-fill and are due, now or later: they pace it. Costs grow with the due rows.
    func dueMeetingBackfill() async throws(StoreError) -> [SyncUserID: Int]

    /// Each mailbox's settled meetings of which something is asked of invitation-worker, and has not been done. Reads all rows.
    func askedMeetings() async throws(StoreError) -> [SyncUserID: Int]

    /// How many events of a mailbox's meetings there are: of which the guard over ends takes its share (CAL-14).
    func eventCount(of mailbox: SyncUserID) async throws(StoreError) -> Int

    /// How many activities of a company's meetings there are.
    func activityCount(in company: Company) async throws(StoreError) -> Int

    /// What is to be sent to these partitions, in the order in which it was committed, at most `limit`.
    func outbox(_ partitions: Set<Int32>, limit: Int) async throws(StoreError) -> [OutboxEntry]

    // MARK: Reader

    /// What is recorded of these keys as published.
    func published(_ company: Company, _ set: EntitySet, _ keys: [String]) async throws(StoreError) -> [String:
        Published]

    /// The keys that were ever in scope and whose last acknowledged state is not a removal, in the order of their UTF-8: those after
    /// `after`, up to and with `upTo` (`nil`: no end), at most `limit`.
    func publishedKeys(_ company: Company, _ set: EntitySet, after: String?, upTo: String?, limit: Int)
        async throws(StoreError) -> [String]

    func cursors() async throws(StoreError) -> [CursorName: String]

    /// Those that there are of these.
    func cursors(_ names: [CursorName]) async throws(StoreError) -> [CursorName: String]

    // MARK: Intake

    /// Where each of a group's partitions goes on.
    func intakePositions(group: String) async throws(StoreError) -> [IntakePartition: IntakePosition]

    // MARK: People

    /// The newest entries first.
    func journal(_ query: JournalQuery) async throws(StoreError) -> [JournalEntry]

    /// The entries with numbers above `number`, the lowest first, at most `limit`, for whoever goes through all of them by number.
    ///
    /// None is passed over that is not committed yet: once a number was given here, no lower one is committed any more. A store
    /// whose commits may overtake each other answers only when those under way that drew numbers have ended.
    func journal(after number: Int64, limit: Int) async throws(StoreError) -> [JournalEntry]

    /// The oldest first; `nil`: in any state.
    func holds(_ state: Hold.State?) async throws(StoreError) -> [Hold]

    /// What was decided of a group's dead letters.
    func deadLetterDecisions(group: String) async throws(StoreError) -> [DeadLetterOrigin: DeadLetterDecision]

    // MARK: Housekeeping

    /// Deletes at most `limit` journal entries and tombstones last committed before these dates, and returns how many.
    func prune(journalBefore: Date, tombstonesBefore: Date, limit: Int) async throws(StoreError) -> Int

    /// Ends what is under way and closes the store.
    func close() async
}

extension SyncStore {
    public func commit(_ mutations: [Mutation]) async throws(StoreError) -> CommitOutcome {
        try await commit(mutations, holding: [])
    }

    public func contactLink(_ id: ContactLinkID) async throws(StoreError) -> ContactLink? {
        try await contactLinks([id])[id]
    }

    public func meeting(_ id: MeetingID) async throws(StoreError) -> MeetingRow? {
        try await meetings([id])[id]
    }

    public func cursor(_ name: CursorName) async throws(StoreError) -> String? {
        try await cursors([name])[name]
    }
}
