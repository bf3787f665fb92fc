public import SyncModel
public import SyncStore

/// A row that can be settled.
public protocol SettlingRow: Sendable {
    associatedtype ID: Hashable & Sendable & CustomStringConvertible

    var id: ID { get }
    var status: RowStatus { get set }
    /// The mailbox it is written in.
    var mailbox: SyncUserID { get }
    /// Whether something was observed that is not settled.
    var isObserved: Bool { get }
    /// What is under way is over, or was never begun: the row keeps no intent.
    mutating func endIntent()
    /// A write was done that whoever went on with the row may not have seen: the other system is to be read.
    mutating func doubt(_ intent: Intent)
    /// Whether nobody has written the other system since `earlier` was read, as far as the rows tell: then the facts of a write
    /// without an intent still hold.
    func isUnwritten(since earlier: Self) -> Bool
}

extension SettlingRow {
    public mutating func endIntent() { status.intent = nil }
    public mutating func doubt(_ intent: Intent) { status.intent = status.intent ?? intent }
}

/// What a kind of row brings to settling: where its rows are, and what is to be done about one.
public protocol SettlingDomain: Sendable {
    associatedtype Row: SettlingRow

    func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox]
    func dueRows(of user: SyncUserID, limit: Int) async throws(StoreError) -> [Row]
    func row(_ id: Row.ID) async throws(StoreError) -> Row?
    func mutation(_ row: Row) -> Mutation
    /// How the journal names what a row is about: `contact/1300/C00000123`.
    func journalItem(_ row: Row) -> String

    /// Whether a mailbox may be written now. Asked before each settlement; must not wait.
    func standing(of user: SyncUserID) -> MailboxStanding

    /// Whether a mailbox rests, asked of the store: the condition under which the commit that rests one of its rows holds, so
    /// that no row comes to rest behind the wake of them all. `nil` where the mailbox does not rest any more.
    func restingCondition(of user: SyncUserID) async throws(StoreError) -> Mutation?

    /// Plans and carries out what is to be done about a row, and says what became known.
    ///
    /// A write that is not idempotent goes through `settlement.begin` and `settlement.perform`; `row` then has the intent.
    func settle(_ row: inout Row, _ settlement: Settlement<Self>) async throws(SettlingFailure) -> Facts<Row>
}

/// Whether a mailbox may be written.
public enum MailboxStanding: Sendable, Hashable {
    case active
    /// The user or a switch is off: his rows rest until they are woken. With a reason for an administrator, or without.
    case resting(String?)
    /// Paused, stopped or quarantined: asked again then.
    case waiting(Duration)
}

/// What a settlement found out and did. `apply` changes a row by these facts alone: it is called on the row that was planned on
/// or, where that has changed meanwhile, on the row as it is now.
public struct Facts<Row: Sendable>: Sendable {
    public var apply: @Sendable (inout Row) -> Void
    public var journal: [JournalDraft]
    /// Committed with the row.
    public var further: [Mutation]
    /// What the row becomes rests on all of it: where it has changed meanwhile, nothing is added, and it is planned anew.
    public var isConditional: Bool

    public init(
        journal: [JournalDraft] = [], further: [Mutation] = [], isConditional: Bool = false,
        apply: @escaping @Sendable (inout Row) -> Void
    ) {
        self.apply = apply
        self.journal = journal
        self.further = further
        self.isConditional = isConditional
    }
}

/// Why a row could not be settled now.
public enum SettlingFailure: Error, Sendable, Hashable {
    /// The row changed while it was planned: it is planned anew.
    case lost
    /// Later, after a growing pause.
    case later(String)
    /// The row, at that distance from now.
    case at(Duration, String)
    /// Later, and the whole mailbox rests meanwhile.
    case mailboxRests(Duration, String)
    /// Later, and the mailbox rests for the longest pause: it can't be used as a whole.
    case mailboxUnusable(rule: String, String)
    /// A write may have happened or not: at its intent's deadline the other system is read.
    case outcomeUnknown(String)
    /// Refused for good: by the other system, or by a rule.
    case refused(rule: String, String)
    /// A person has to decide.
    case held(rule: String, String)
    /// Nothing more is begun: the partitions are gone, or the process ends.
    case ended
}
