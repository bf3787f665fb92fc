public import ExchangeClient
import Foundation
public import HTTPTypes
public import Runtime
public import SyncModel
public import Telemetry

/// The port for contacts over Microsoft Graph v1.0, with an app-only token.
///
/// Throws nothing but `ExchangeError`. Cancelling a task ends its request; of a write the outcome is unknown then.
public struct GraphContacts: ExchangeContacts {
    private let graph: GraphClient

    private static let pageSize = 250

    /// - Throws: `.authConfig` where a URL of the configuration is none.
    public init(
        _ configuration: GraphConfiguration, transport: any HTTPTransport, metrics: Metrics,
        time: any TimeSource = SystemTime(), randomness: any Randomness = SystemRandomness()
    ) throws(ExchangeError) {
        graph = try GraphClient(configuration, "Contacts.ReadWrite", transport, metrics, time, randomness)
    }

    // MARK: Folders

    public func contactFolders(_ name: String, in mailbox: EmailAddress) async throws(ExchangeError) -> [ContactFolder]
    {
        let folders: [GraphFolder] = try await graph.list(
            ["contactFolders"], in: mailbox, [("$filter", "displayName eq \(GraphURL.literal(name))")])
        return folders.map(\.folder).filter { $0.name.lowercased() == name.lowercased() }
    }

    public func contactFolder(_ id: ItemID, in mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder {
        try await folder(id.rawValue, mailbox)
    }

    /// `contacts` is the folder's well-known name, in every language.
    public func defaultContactFolder(in mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder {
        try await folder("contacts", mailbox)
    }

    private func folder(_ name: String, _ mailbox: EmailAddress) async throws(ExchangeError) -> ContactFolder {
        let folder: GraphFolder = try await graph.read(["contactFolders", name], in: mailbox)
        return folder.folder
    }

    public func createContactFolder(
        _ name: String, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> ContactFolder {
        let folder: GraphFolder = try await graph.write(
            .post, ["contactFolders"], in: mailbox, ["displayName": name])
        return folder.folder
    }

    // MARK: Reading

    public func linkedContacts(
        in folder: ItemID, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> [LinkedContact] {
        // Nearly all of the folder is ours: what is not is passed over here.
        try await linked(folder, [], mailbox)
    }

    public func linkedContacts(
        _ propertyValue: String, in folder: ItemID, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> [LinkedContact] {
        let condition = GraphProperty.condition(GraphProperty.contact, propertyValue)
        // Exchange compares values without regard to case; a code of LN's in another case is another contact.
        return try await linked(folder, [("$filter", condition)], mailbox)
            .filter { $0.propertyValue == propertyValue }
            .sorted { $0.created < $1.created }
    }

    public func contact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> StoredContact {
        let fields = ["id", "parentFolderId"] + GraphContactBody.Field.allCases.map(\.rawValue)
        let item: GraphContactItem = try await graph.read(
            ["contacts", id.rawValue], in: mailbox,
            [
                ("$select", fields.joined(separator: ",")),
                ("$expand", GraphProperty.expansion([GraphProperty.fax, GraphProperty.language])),
            ])
        return StoredContact(version: item.version, contact: item.contact)
    }

    // MARK: Writing

    public func createContact(
        _ contact: ExchangeContact, propertyValue: String, in folder: ItemID, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ItemVersion {
        let item: GraphContactVersion = try await graph.write(
            .post, ["contactFolders", folder.rawValue, "contacts"], in: mailbox,
            GraphContactBody(contact: contact, propertyValue: propertyValue))
        return item.version
    }

    public func updateContact(
        _ id: ItemID, ifMatch etag: ETag, _ contact: ExchangeContact, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ItemVersion {
        let item: GraphContactVersion = try await graph.write(
            .patch, ["contacts", id.rawValue], in: mailbox, GraphContactBody(contact: contact, propertyValue: nil),
            ifMatch: etag)
        return item.version
    }

    public func deleteContact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) {
        try await graph.delete(["contacts", id.rawValue], in: mailbox)
    }

    private func linked(
        _ folder: ItemID, _ query: [(name: String, value: String)], _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> [LinkedContact] {
        let items: [GraphContactItem] = try await graph.list(
            ["contactFolders", folder.rawValue, "contacts"], in: mailbox,
            query + [
                ("$select", "id,parentFolderId,createdDateTime"),
                ("$expand", GraphProperty.expansion([GraphProperty.contact])), ("$top", String(Self.pageSize)),
            ])
        return items.compactMap(\.linked)
    }
}
