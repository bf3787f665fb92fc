public import Foundation

/// Which contact for which sync user.
public struct ContactLinkID: Sendable, Hashable, CustomStringConvertible {
    public let user: SyncUserID
    /// The company that owns the contact's table.
    public let company: Company
    public let contact: ContactCode

    public init(user: SyncUserID, company: Company, contact: ContactCode) {
        self.user = user
        self.company = company
        self.contact = contact
    }

    /// `1300/C00000123`: the value of our property in Exchange, which tells a mailbox's items apart.
    public var propertyValue: String { "\(company)/\(contact)" }

    public var description: String { "\(user)/\(company)/\(contact)" }
}

/// The row of one contact in one mailbox.
public struct ContactLink: Sendable, Hashable {
    public let id: ContactLinkID
    public var status: RowStatus
    public var item: ContactItem
    /// Hash of what Exchange holds by our last write or comparison; `nil` where it holds nothing of ours.
    public var settled: ContentHash?
    /// What LN holds by the last read, until it is settled.
    public var observed: ObservedContact?

    public init(id: ContactLinkID, status: RowStatus) {
        self.id = id
        self.status = status
        item = .none
        settled = nil
        observed = nil
    }
}

/// The contact's item in the mailbox.
public enum ContactItem: Sendable, Hashable {
    case none
    /// Made by us: ours to delete.
    case made(ItemID, ETag)
    /// The user deleted it or moved it away: it is not made again in this generation (CON-5).
    case deletedByUser(ItemID)
}

/// What a read of LN showed.
public enum ObservedContact: Sendable, Hashable {
    /// The event's data as it came, and its hash.
    case content(Data, ContentHash)
    case removal(RemovalReason)

    public var hash: ContentHash {
        switch self {
        case .content(_, let hash): hash
        case .removal: .removal
        }
    }
}

/// Why a contact left the scope (CON-5). More reasons may come.
public struct RemovalReason: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let synchronizeOff = RemovalReason("synchronizeOff")
    public static let inactive = RemovalReason("inactive")
    /// A keyed read found no such contact.
    public static let deleted = RemovalReason("deleted")
}
