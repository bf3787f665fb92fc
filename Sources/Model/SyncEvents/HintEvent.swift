public import SyncModel

/// The data of `ln.hint.v1`: somebody asks the reader to look.
public struct Hint: Sendable, Hashable, Codable {
    public enum Action: String, Sendable, Hashable, Codable {
        /// A pull now, as at a tick.
        case pull
        /// A pull, and all keys compared, so that what was deleted in LN is found.
        case fullPull
        /// These contacts, read by key, by back-fill to these users.
        case contacts
    }

    public var company: Company
    public var action: Action
    /// The contacts of `.contacts`.
    public var contacts: [ContactCode]?
    /// The sync users of `.contacts`; absent: all.
    public var users: [SyncUserID]?
    /// Who asks.
    public var by: String

    public init(
        company: Company, action: Action, contacts: [ContactCode]? = nil, users: [SyncUserID]? = nil, by: String
    ) {
        self.company = company
        self.action = action
        self.contacts = contacts
        self.users = users
        self.by = by
    }

    /// The key of its record: `1300/contact`.
    public var key: String { "\(company)/contact" }
}
