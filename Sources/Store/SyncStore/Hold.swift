public import Foundation

/// Something that waits for a person.
public struct Hold: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case open, approved, discarded
    }

    /// The kind of a company's contacts whose removal is withheld (CON-6). Its subject is the company, its keys are their codes.
    public static let removals = "removals"

    /// The kind of a mailbox whose contacts folder is gone (CON-5). Its subject is the sync user, its only key the folder's id. One that
    /// was discarded can be approved later.
    public static let vanishedFolder = "vanishedFolder"

    public let id: UUID
    /// What is held: `removals`, `vanishedFolder`.
    public var kind: String
    /// Whose it is: a company (`1300`) or a sync user's id.
    public var subject: String
    /// The items it withholds.
    public var keys: [String]
    /// What happened and what approving and discarding do, in words for an administrator.
    public var detail: String
    public var state: State
    public var opened: Date
    public var decidedBy: String?
    public var decided: Date?

    public init(id: UUID, kind: String, subject: String, keys: [String], detail: String, opened: Date) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.keys = keys
        self.detail = detail
        self.opened = opened
        state = .open
        decidedBy = nil
        decided = nil
    }
}
