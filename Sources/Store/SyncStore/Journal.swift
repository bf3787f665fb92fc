public import Foundation
public import SyncModel

/// A journal entry before the store dates and numbers it.
public struct JournalDraft: Sendable, Hashable {
    /// Whom it concerns; `nil` for the system as a whole.
    public var user: SyncUserID?
    /// What it concerns: `contact/1300/C00000123`, `topic/ln.contact-changes/3`.
    public var item: String
    /// The rule that decided: `CON-5`.
    public var rule: String
    /// What was done: `created`, `updated`, `removed`, `refused`, `held`, `gap` and so on.
    public var action: String
    /// In words for an administrator. Nothing private.
    public var detail: String

    public init(user: SyncUserID? = nil, item: String, rule: String, action: String, detail: String) {
        self.user = user
        self.item = item
        self.rule = rule
        self.action = action
        self.detail = detail
    }
}

/// An entry of the journal: what was decided, and why. Kept for 90 days.
public struct JournalEntry: Sendable, Hashable {
    /// Rises with every entry.
    public let number: Int64
    public let time: Date
    public let draft: JournalDraft

    public init(number: Int64, time: Date, draft: JournalDraft) {
        self.number = number
        self.time = time
        self.draft = draft
    }
}

/// Which entries of the journal are wanted.
public struct JournalQuery: Sendable, Hashable {
    /// `nil`: of any item.
    public var item: String?
    /// `nil`: of any user.
    public var user: SyncUserID?
    public var limit: Int

    public init(item: String? = nil, user: SyncUserID? = nil, limit: Int = 100) {
        self.item = item
        self.user = user
        self.limit = limit
    }
}
