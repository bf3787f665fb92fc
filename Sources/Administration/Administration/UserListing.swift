public import Foundation
public import SyncModel

/// A sync user as an administrator sees him.
public struct UserListing: Sendable, Hashable, Codable {
    public var user: LNUserCode
    public var name: String
    public var email: EmailAddress
    /// *Active* in MS Exchange Synchronization Users (ttaad2141m000).
    public var isActive: Bool
    public var standing: UserStanding
    /// Why his mailbox is quarantined, and what to do.
    public var quarantine: String?
    /// When a quarantined mailbox is tried again.
    public var retry: Date?
    /// How far the first sync is, in words.
    public var baseline: String
    /// What to correct of his address in LN, which keeps him from nothing; of an active user.
    public var remark: String?
    /// The mailbox that his address led to before, and what to do there; for as long as the journal has it.
    public var leftBehind: String?
}

/// What keeps a user from being synchronised, if anything does.
public enum UserStanding: String, Sendable, Hashable, Codable {
    case active, inactive, paused, quarantined
    case firstSync = "first sync"

    init(_ user: SyncUser, now: Date) {
        self =
            switch true {
            case !user.isActive: .inactive
            case user.isPaused: .paused
            case (user.quarantine?.until ?? now) > now: .quarantined
            case user.baseline != .done: .firstSync
            default: .active
            }
    }
}

extension UserListing {
    init(_ user: SyncUser, now: Date) {
        let standing = UserStanding(user, now: now)
        let quarantine = user.isActive ? user.quarantine.flatMap { $0.until > now ? $0 : nil } : nil
        let baseline =
            switch user.baseline {
            case .none: "not begun"
            case .running(nil): "begun"
            case .running(let after?): "contacts up to \(after) are sent"
            case .done: "done"
            }
        self.init(
            user: user.code, name: user.name, email: user.email, isActive: user.isActive, standing: standing,
            quarantine: quarantine?.reason, retry: quarantine?.until, baseline: baseline)
    }
}
