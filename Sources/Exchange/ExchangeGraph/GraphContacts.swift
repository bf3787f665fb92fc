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
    /// A next link that never ends would be followed for ever.
    private static let maxPages = 10000

    /// - Throws: `.authConfig` where a URL of the configuration is none.
    public init(
        _ configuration: GraphConfiguration, transport: any HTTPTransport, metrics: Metrics,
        time: any TimeSource = SystemTime(), randomness: any Randomness = SystemRandomness()
    ) throws(ExchangeError) {
        let url = try GraphURL(configuration.graphURL)
        let metrics = GraphMetrics(metrics)
        let token = GraphToken(
            configuration, login: try GraphURL(configuration.loginURL), graph: url, transport, time, metrics)
        graph = GraphClient(
            url: url, timeout: configuration.requestTimeout, token: token,
            governor: MailboxGovernor(limit: configuration.maxInFlightPerMailbox, time), transport: transport,
            time: time, randomness: randomness, metrics: metrics)
    }

    // MARK: Folders

    public func contactFolders(_ name: String, in mailbox: EmailAddress) async throws(ExchangeError) -> [ContactFolder]
    {
        let folders: [GraphFolder] = try await list(
            ["contactFolders"], [("$filter", "displayName eq \(GraphURL.literal(name))")], mailbox)
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
        let url = resource(["contactFolders", name], [], mailbox)
        let data = try await graph.send(GraphClient.Call(method: .get, url: url), mailbox)
        let folder: GraphFolder = try decode(data, isWrite: false)
        return folder.folder
    }

    public func createContactFolder(
        _ name: String, in mailbox: EmailAddress
    ) async throws(ExchangeError) -> ContactFolder {
        let folder: GraphFolder = try await write(.post, ["contactFolders"], ["displayName": name], mailbox)
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
        let condition =
            "singleValueExtendedProperties/any(ep: ep/id eq \(GraphURL.literal(GraphProperty.contact))"
            + " and ep/value eq \(GraphURL.literal(propertyValue)))"
        // Exchange compares values without regard to case; a code of LN's in another case is another contact.
        return try await linked(folder, [("$filter", condition)], mailbox)
            .filter { $0.propertyValue == propertyValue }
            .sorted { $0.created < $1.created }
    }

    public func contact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) -> StoredContact {
        let fields = ["id", "parentFolderId"] + GraphContactBody.Field.allCases.map(\.rawValue)
        let url = resource(
            ["contacts", id.rawValue],
            [
                ("$select", fields.joined(separator: ",")),
                ("$expand", Self.expansion([GraphProperty.fax, GraphProperty.language])),
            ], mailbox)
        let data = try await graph.send(GraphClient.Call(method: .get, url: url), mailbox)
        let item: GraphContactItem = try decode(data, isWrite: false)
        return StoredContact(version: item.version, contact: item.contact)
    }

    // MARK: Writing

    public func createContact(
        _ contact: ExchangeContact, propertyValue: String, in folder: ItemID, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ItemVersion {
        let item: GraphContactVersion = try await write(
            .post, ["contactFolders", folder.rawValue, "contacts"],
            GraphContactBody(contact: contact, propertyValue: propertyValue), mailbox)
        return item.version
    }

    public func updateContact(
        _ id: ItemID, ifMatch etag: ETag, _ contact: ExchangeContact, of mailbox: EmailAddress
    ) async throws(ExchangeError) -> ItemVersion {
        let item: GraphContactVersion = try await write(
            .patch, ["contacts", id.rawValue], GraphContactBody(contact: contact, propertyValue: nil), mailbox,
            ifMatch: etag)
        return item.version
    }

    public func deleteContact(_ id: ItemID, of mailbox: EmailAddress) async throws(ExchangeError) {
        let url = resource(["contacts", id.rawValue], [], mailbox)
        _ = try await graph.send(GraphClient.Call(method: .delete, url: url), mailbox)
    }

    // MARK: Requests

    private func resource(
        _ path: [String], _ query: [(name: String, value: String)], _ mailbox: EmailAddress
    ) -> String {
        graph.url.resource(["users", mailbox.rawValue] + path, query)
    }

    private func linked(
        _ folder: ItemID, _ query: [(name: String, value: String)], _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> [LinkedContact] {
        let items: [GraphContactItem] = try await list(
            ["contactFolders", folder.rawValue, "contacts"],
            query + [
                ("$select", "id,parentFolderId,createdDateTime"),
                ("$expand", Self.expansion([GraphProperty.contact])), ("$top", String(Self.pageSize)),
            ], mailbox)
        return items.compactMap(\.linked)
    }

    private static func expansion(_ properties: [String]) -> String {
        let conditions = properties.map { "id eq \(GraphURL.literal($0))" }
        return "singleValueExtendedProperties($filter=\(conditions.joined(separator: " or ")))"
    }

    /// All pages of a collection.
    private func list<Item: Decodable>(
        _ path: [String], _ query: [(name: String, value: String)], _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> [Item] {
        var items: [Item] = []
        var url = resource(path, query, mailbox)
        for _ in 0..<Self.maxPages {
            let data = try await graph.send(GraphClient.Call(method: .get, url: url), mailbox)
            let page: GraphPage<Item> = try decode(data, isWrite: false)
            items += page.value
            guard let next = page.nextLink else { return items }
            url = try graph.url.checked(nextLink: next)
        }
        throw ExchangeError(.transient, "a list had more than \(Self.maxPages) pages: it was given up")
    }

    private func write<Answer: Decodable>(
        _ method: HTTPMethod, _ path: [String], _ body: some Encodable, _ mailbox: EmailAddress,
        ifMatch etag: ETag? = nil
    ) async throws(ExchangeError) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(body)
        } catch {
            throw ExchangeError(.invalid, "the contact can't be written as JSON: \(error)")
        }
        let call = GraphClient.Call(
            method: method, url: resource(path, [], mailbox), ifMatch: etag, body: data)
        return try decode(try await graph.send(call, mailbox), isWrite: true)
    }

    private func decode<Answer: Decodable>(_ data: Data, isWrite: Bool) throws(ExchangeError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw ExchangeError(
                .transient, "Graph's answer is not as documented: \(Self.place(error))", isOutcomeUnknown: isWrite)
        }
    }

    /// Where a decoder stumbled; never over what.
    private static func place(_ error: any Error) -> String {
        let path: [any CodingKey]
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?: path = context.codingPath + [key]
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
            path = context.codingPath
        default: path = []
        }
        return "at “\(path.map(\.stringValue).joined(separator: "."))”"
    }
}
