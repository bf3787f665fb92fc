public import Foundation
public import SyncModel

/// Contacts in Exchange: the operations of the port that contact-worker needs. None of them can mail anybody.
///
/// A mailbox is named by its address. Ids are immutable ones. Our property is
/// `String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact`.
public protocol ExchangeContacts: Sendable {
    /// The contact folders of that name (compared as Exchange compares: without regard to case) directly below the default
    /// contacts folder; normally one or none.
    func contactFolders(_ name: String, in mailbox: EmailAddress) async throws(ExchangeError) -> [ContactFolder]

    /// A contact folder wherever it is now: one that was deleted in Outlook keeps its id in Deleted Items, which is then its parent.
    /// - Throws: `.notFound` where it is gone for good, or another mailbox's.
    func contactFolder(_ id: ItemID, in mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder

    /// The mailbox's own contacts folder, whose id tells one mailbox from another (USR-1).
    func defaultContactFolder(in mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder

    /// Makes a contact folder below the default one.
    /// - Throws: `.alreadyExists` where there is one of that name.
    func createContactFolder(_ name: String, in mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder

    /// Every item of the folder that carries our property: the folder is read once, page by page.
    func linkedContacts(in folder: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> [LinkedContact]

    /// The items of the folder whose property has this value, the oldest first.
    func linkedContacts(_ propertyValue: String, in folder: ItemID, of mailbox: EmailAddress)
        async throws(ExchangeError) -> [LinkedContact]

    /// An item as it is now.
    /// - Throws: `.notFound` where it is gone.
    func contact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> StoredContact

    /// Makes an item in the folder with our property. Not idempotent: an intent comes first.
    func createContact(
        _ contact: ExchangeContact, propertyValue: String, in folder: ItemID, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ItemVersion

    /// Writes all fields of an item if it still has that etag.
    /// - Throws: `.conflict` where it has another, `.notFound` where the item is gone.
    func updateContact(_ id: ItemID, ifMatch etag: ETag, _ contact: ExchangeContact, of mailbox: EmailAddress)
        async throws(ExchangeError) -> ItemVersion

    /// Moves an item to Deleted Items.
    /// - Throws: `.notFound` where it is gone already.
    func deleteContact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError)
}

/// A contact folder of a mailbox.
public struct ContactFolder: Sendable, Hashable {
    public let id: ItemID
    /// Of a folder of ours the default contacts folder, as long as it is where we made it.
    public let parent: ItemID
    public let name: String

    public init(id: ItemID, parent: ItemID, name: String) {
        self.id = id
        self.parent = parent
        self.name = name
    }
}

/// An item that carries our property.
public struct LinkedContact: Sendable, Hashable {
    public let version: ItemVersion
    /// `1300/C00000123`, as it stands in the item.
    public let propertyValue: String
    public let created: Date

    public init(version: ItemVersion, propertyValue: String, created: Date) {
        self.version = version
        self.propertyValue = propertyValue
        self.created = created
    }
}

/// Which item, in which version, and where it is now.
public struct ItemVersion: Sendable, Hashable {
    public let id: ItemID
    public let etag: ETag
    /// The folder it is in: another one than ours means that the user moved it.
    public let folder: ItemID

    public init(id: ItemID, etag: ETag, folder: ItemID) {
        self.id = id
        self.etag = etag
        self.folder = folder
    }
}

/// An item with its fields.
public struct StoredContact: Sendable, Hashable {
    public let version: ItemVersion
    public let contact: ExchangeContact

    public init(version: ItemVersion, contact: ExchangeContact) {
        self.version = version
        self.contact = contact
    }
}
