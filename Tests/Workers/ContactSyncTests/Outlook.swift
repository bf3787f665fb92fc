import ExchangeSandbox
import Foundation
import HTTPTypes
import SyncModel
import Testing

/// What a user sees and does in Outlook, over the sandbox's HTTP alone: an app of its own, and the control channel.
struct Outlook {
    struct Item: Decodable, Hashable {
        struct Property: Decodable, Hashable {
            let id: String
            let value: String
        }

        let id: String
        let parentFolderId: String
        let displayName: String?
        let personalNotes: String?
        let singleValueExtendedProperties: [Property]?

        /// The contact's code with its company, as our property carries it.
        var link: String? { singleValueExtendedProperties?.first?.value }
    }

    private struct Folder: Decodable {
        let id: String
        let displayName: String
    }

    private struct Page<Value: Decodable>: Decodable {
        let value: [Value]
    }

    static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"

    let sandbox: ExchangeSandbox
    let user: SyncUser

    // MARK: Looking

    /// The ids of the contact folders of that name.
    func folders(_ name: String = "Infor LN") throws -> [String] {
        let page: Page<Folder> = try get("contactFolders")
        return page.value.filter { $0.displayName == name }.map(\.id)
    }

    /// What is in our folder.
    func items() throws -> [Item] {
        guard let folder = try folders().first else { return [] }
        return try items(in: folder)
    }

    func items(in folder: String) throws -> [Item] {
        let page: Page<Item> = try get("contactFolders/\(folder)/contacts?$top=999&" + Self.expansion)
        return page.value
    }

    /// An item wherever it is; `nil` where it is gone for good.
    func item(_ id: ItemID) throws -> Item? {
        let response = try send(.get, "contacts/\(id)?" + Self.expansion)
        return response.status == 404 ? nil : try JSONDecoder().decode(Item.self, from: response.body)
    }

    private static var expansion: String {
        "$expand=singleValueExtendedProperties($filter=id%20eq%20'\(property.replacing(" ", with: "%20"))')"
    }

    // MARK: Doing

    func makeFolder(_ name: String = "Infor LN") throws {
        #expect(try send(.post, "contactFolders", ["displayName": name]).status == 201)
    }

    /// An item with our property, as another process or an earlier life of the store made it.
    @discardableResult
    func makeItem(_ displayName: String, link: String) throws -> Item {
        let folder = try #require(try folders().first)
        let response = try send(
            .post, "contactFolders/\(folder)/contacts",
            [
                "displayName": displayName,
                "singleValueExtendedProperties": [["id": Self.property, "value": link]],
            ])
        #expect(response.status == 201)
        return try JSONDecoder().decode(Item.self, from: response.body)
    }

    func makePrivateContact(_ displayName: String) throws -> Item {
        let response = try send(.post, "contacts", ["displayName": displayName])
        return try JSONDecoder().decode(Item.self, from: response.body)
    }

    func edit(_ id: ItemID, _ change: [String: Any]) throws {
        try control(.patch, "mailboxes/\(user.email)/contacts/\(id)", change)
    }

    /// To `deletedItems`, to `contacts`, the default folder, or to a folder's id.
    func move(_ id: ItemID, to folder: String) throws {
        try control(.post, "mailboxes/\(user.email)/contacts/\(id)/move", ["folder": folder])
    }

    func deleteForGood(_ id: ItemID) throws {
        try control(.delete, "mailboxes/\(user.email)/contacts/\(id)?forGood=true")
    }

    /// `deleted`, `deleted for good` or `moved` to the default folder.
    func takeAway(_ id: ItemID, _ how: String) throws {
        switch how {
        case "deleted": try move(id, to: "deletedItems")
        case "moved": try move(id, to: "contacts")
        default: try deleteForGood(id)
        }
    }

    /// Only the etag changes, as it does by itself now and then.
    func touch(_ id: ItemID) throws {
        try control(.post, "mailboxes/\(user.email)/contacts/\(id)/touch")
    }

    /// To Deleted Items, where it keeps its id and its items.
    func deleteFolder() throws {
        let folder = try #require(try folders().first)
        try control(.delete, "mailboxes/\(user.email)/folders/\(folder)")
    }

    /// Out of Deleted Items, where it was.
    func putBack(folder: ItemID) throws {
        try control(.post, "mailboxes/\(user.email)/folders/\(folder)/move", ["folder": "contacts"])
    }

    func renameFolder(_ name: String) throws {
        let folder = try #require(try folders().first)
        try control(.patch, "mailboxes/\(user.email)/folders/\(folder)", ["displayName": name])
    }

    /// A copy with all properties, in the same folder.
    func copy(_ id: ItemID) throws {
        try control(.post, "mailboxes/\(user.email)/contacts/\(id)/copy")
    }

    /// Another, empty mailbox stands behind the address.
    func replaceMailbox() throws {
        try control(.delete, "mailboxes/\(user.email)")
        try become("usable")
    }

    /// Out of Deleted Items too.
    func deleteFolderForGood() throws {
        let folder = try #require(try folders().first)
        try control(.delete, "mailboxes/\(user.email)/folders/\(folder)?forGood=true")
    }

    /// `usable`, `unlicensed`, `outOfScope`.
    func become(_ kind: String) throws {
        try control(.post, "mailboxes", ["address": user.email.rawValue, "kind": kind])
    }

    /// What goes wrong with the next request, or the next few, to the mailbox.
    func fault(_ fault: [String: Any]) throws {
        try control(.post, "faults", fault.merging(["mailbox": user.email.rawValue]) { one, _ in one })
    }

    func expireTokens() throws { try control(.post, "tokens/expire") }

    // MARK: Requests

    private func get<Value: Decodable>(_ path: String) throws -> Value {
        let response = try send(.get, path)
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONDecoder().decode(Value.self, from: response.body)
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: [String: Any]? = nil) throws -> HTTPResponse {
        struct Token: Decodable { let access_token: String }
        let form =
            "client_id=outlook&client_secret=o&grant_type=client_credentials&scope=https://graph.example/.default"
        let answer = try sandbox.answer(
            request(
                .post, "https://login.example/shop.example/oauth2/v2.0/token",
                ["Content-Type": "application/x-www-form-urlencoded"], Data(form.utf8)))
        let token = try JSONDecoder().decode(Token.self, from: answer.body).access_token
        return try sandbox.answer(
            request(
                method, "https://graph.example/v1.0/users/\(user.email)/\(path)",
                [
                    "Authorization": "Bearer \(token)", "Prefer": #"IdType="ImmutableId""#,
                    "Content-Type": "application/json",
                ], body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()))
    }

    private func control(_ method: HTTPMethod, _ path: String, _ body: [String: Any] = [:]) throws {
        let response = try sandbox.answer(
            request(
                method, "https://graph.example/sandbox/\(path)", ["Content-Type": "application/json"],
                body.isEmpty ? Data() : JSONSerialization.data(withJSONObject: body)))
        #expect(response.status < 300, "\(path): \(String(decoding: response.body, as: UTF8.self))")
    }

    private func request(
        _ method: HTTPMethod, _ url: String, _ headerFields: HTTPFields, _ body: Data
    ) throws -> HTTPRequest {
        try #require(HTTPRequest(method: method, url: url, headerFields: headerFields, body: body))
    }
}
