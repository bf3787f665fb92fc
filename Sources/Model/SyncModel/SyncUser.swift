public import Foundation

/// A user of MS Exchange Synchronization Users (session ttaad2141m000) and what we know of his mailbox.
public struct SyncUser: Sendable, Hashable {
    public let id: SyncUserID
    public var code: LNUserCode
    public var name: String
    public var email: EmailAddress
    /// *Active* in LN.
    public var isActive: Bool
    /// Found at first use; another identity behind the address is another mailbox (USR-1).
    public var mailbox: MailboxIdentity?
    public var baseline: Baseline
    public var calendar: UserCalendar
    /// Why nothing is written for him though he is active; `nil` where he is synchronised.
    public var quarantine: Quarantine?
    /// An administrator paused him.
    public var isPaused: Bool
    /// Counts the user's commits: every change is compared with it.
    public var version: Int64

    public init(id: SyncUserID, code: LNUserCode, name: String, email: EmailAddress, isActive: Bool) {
        self.id = id
        self.code = code
        self.name = name
        self.email = email
        self.isActive = isActive
        mailbox = nil
        baseline = .none
        calendar = UserCalendar()
        quarantine = nil
        isPaused = false
        version = 0
    }
}

/// What tells one mailbox from another without any directory permission, and where our items are in it.
public struct MailboxIdentity: Sendable, Hashable, Codable {
    /// The id of the default contacts folder, which is our folder's parent.
    public var contactsFolder: ItemID
    /// The folder our contacts go to.
    public var folder: ItemID

    public init(contactsFolder: ItemID, folder: ItemID) {
        self.contactsFolder = contactsFolder
        self.folder = folder
    }
}

/// How far the whole of a mailbox's state has been sent by back-fill.
public enum Baseline: Sendable, Hashable {
    /// Never begun.
    case none
    /// Keys up to this one are sent; `nil`: begun, nothing sent yet.
    case running(after: ContactCode?)
    case done
}

/// A mailbox that is left alone for a time (USR-3).
public struct Quarantine: Sendable, Hashable, Codable {
    /// What is wrong and what to do, in words for an administrator.
    public var reason: String
    public var since: Date
    /// When it is tried again.
    public var until: Date
    /// How often it was tried in vain: 15 min, 1 h, 4 h, then daily.
    public var attempts: Int

    public init(reason: String, since: Date, until: Date, attempts: Int) {
        self.reason = reason
        self.since = since
        self.until = until
        self.attempts = attempts
    }
}

extension SyncUser {
    /// Nothing keeps exchange-producer from reading his calendar (SET-3, USR-3).
    public func isRead(now: Date) -> Bool { isActive && !isPaused && quarantine.map { $0.until <= now } ?? true }
}
