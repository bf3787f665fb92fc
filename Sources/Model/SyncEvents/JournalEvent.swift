public import SyncModel

/// The data of `sync.journal.entry.v1`: what was decided of an item, and why. Its time is the envelope's.
public struct JournalEvent: Sendable, Hashable, Codable {
    /// Rises with every entry of a store; a restored store gives numbers anew.
    public var number: Int64
    /// Whom it concerns; absent for the system as a whole.
    public var user: SyncUserID?
    /// What it concerns: `contact/1300/C00000123`.
    public var item: String
    /// The rule that decided: `CON-5`.
    public var rule: String
    /// What was done: `created`, `refused`, `gap` and so on.
    public var action: String
    /// In words for an administrator, at most `longestDetail` Unicode scalars of them.
    public var detail: String

    /// More would not help a watcher, and a record must never be too large for its topic: the others wait behind it.
    public static let longestDetail = 8000

    public init(number: Int64, user: SyncUserID?, item: String, rule: String, action: String, detail: String) {
        self.number = number
        self.user = user
        self.item = item
        self.rule = rule
        self.action = action
        self.detail = String(String.UnicodeScalarView(detail.unicodeScalars.prefix(Self.longestDetail)))
    }
}
