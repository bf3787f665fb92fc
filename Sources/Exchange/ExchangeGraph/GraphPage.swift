import ExchangeClient
import SyncModel

/// A page of a collection.
struct GraphPage<Item: Decodable>: Decodable {
    let value: [Item]
    /// Opaque; where it is absent, this page is the last, empty or not.
    let nextLink: String?
    /// Of the last page of a round of changes: where the next round begins.
    let deltaLink: String?

    enum CodingKeys: String, CodingKey {
        case value
        case nextLink = "@odata.nextLink"
        case deltaLink = "@odata.deltaLink"
    }
}

/// `microsoft.graph.contactFolder`.
struct GraphFolder: Decodable {
    let id: String
    let parentFolderId: String
    let displayName: String?

    var folder: ContactFolder {
        ContactFolder(id: ItemID(id), parent: ItemID(parentFolderId), name: displayName ?? "")
    }
}

/// What of a contact a write's answer is read for.
struct GraphContactVersion: Decodable {
    let id: String
    let etag: String
    let parentFolderId: String

    enum CodingKeys: String, CodingKey {
        case id, parentFolderId
        case etag = "@odata.etag"
    }

    var version: ItemVersion {
        ItemVersion(id: ItemID(id), etag: ETag(etag), folder: ItemID(parentFolderId))
    }
}
