public import SyncModel

/// The data of `ln.contact.changed.v1`: a contact's whole state as a reader just read it. The same for every mailbox; the
/// record's key says for which.
public struct ContactChanged: Sendable, Hashable, Codable {
    public var company: Company
    public var contact: ContactCode
    public var content: ContactContent

    public init(company: Company, contact: ContactCode, content: ContactContent) {
        self.company = company
        self.contact = contact
        self.content = content
    }
}

/// The data of `ln.contact.removed.v1`: a contact is out of scope, proven by a read.
public struct ContactRemoved: Sendable, Hashable, Codable {
    public var company: Company
    public var contact: ContactCode
    public var reason: RemovalReason

    public init(company: Company, contact: ContactCode, reason: RemovalReason) {
        self.company = company
        self.contact = contact
        self.reason = reason
    }
}
