import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry
import Testing

@Suite("Graph: contacts")
struct GraphContactsTests {
    private static let version = #"{"@odata.etag":"W/\"e2\"","id":"I+/=","parentFolderId":"F1","displayName":"x"}"#
    private static let ownProperty = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"

    private func body(_ request: HTTPRequest?) throws -> [String: Any] {
        let request = try #require(request)
        return try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
    }

    private func properties(_ body: [String: Any]) throws -> [String: String] {
        let properties = try #require(body["singleValueExtendedProperties"] as? [[String: String]])
        return Dictionary(uniqueKeysWithValues: properties.map { ($0["id"] ?? "", $0["value"] ?? "") })
    }

    @Test("A folder is found by its name, whatever its case; every request asks for immutable ids with the token")
    func findFolder() async throws {
        let (contacts, transport) = try graph { _ in
            .json(
                200,
                #"{"value":[{"id":"F1","parentFolderId":"C","displayName":"it's LN"},{"id":"F2","parentFolderId":"C","displayName":"else"}]}"#
            )
        }
        let folders = try await contacts.contactFolders("It's LN", in: mailbox)
        #expect(folders == [ContactFolder(id: ItemID("F1"), parent: ItemID("C"), name: "it's LN")])
        let request = try #require(transport.requests.first)
        #expect(request.method == .get)
        #expect(request.target == "\(mailboxPath)/contactFolders?$filter=displayName%20eq%20%27It%27%27s%20LN%27")
        #expect(request.headerFields["Authorization"] == "Bearer token-1")
        #expect(request.headerFields["Prefer"] == #"IdType="ImmutableId""#)
    }

    @Test("A folder is looked at by its id wherever it is; the mailbox's own by its well-known name")
    func lookAtFolder() async throws {
        let (contacts, transport) = try graph { request in
            request.path.hasSuffix("gone")
                ? .error(404, "ErrorItemNotFound")
                : .json(200, #"{"id":"F1","parentFolderId":"D","displayName":"Infor LN"}"#)
        }
        let folder = try await contacts.contactFolder(ItemID("F="), in: mailbox)
        #expect(folder == ContactFolder(id: ItemID("F1"), parent: ItemID("D"), name: "Infor LN"))
        _ = try await contacts.defaultContactFolder(in: mailbox)
        #expect(
            transport.requests.map(\.target) == [
                "\(mailboxPath)/contactFolders/F%3D", "\(mailboxPath)/contactFolders/contacts",
            ])
        #expect(await failure { try await contacts.contactFolder(ItemID("gone"), in: mailbox) }?.kind == .notFound)
    }

    @Test("A folder is made under its name; one of that name that is there already is told as such")
    func makeFolder() async throws {
        let (contacts, transport) = try graph { request in
            request.body.contains(UInt8(ascii: "!"))
                ? .error(409, "ErrorFolderExists")
                : .json(201, #"{"id":"F1","parentFolderId":"C","displayName":"Infor LN"}"#)
        }
        let folder = try await contacts.createContactFolder("Infor LN", in: mailbox)
        #expect(folder.id == ItemID("F1"))
        #expect(transport.requests.first?.target == "\(mailboxPath)/contactFolders")
        #expect(try body(transport.requests.first) as? [String: String] == ["displayName": "Infor LN"])
        #expect(await failure { try await contacts.createContactFolder("!", in: mailbox) }?.kind == .alreadyExists)
    }

    @Test("A new contact carries our property and its filled fields")
    func create() async throws {
        let (contacts, transport) = try graph { _ in .json(201, Self.version) }
        var contact = ExchangeContact()
        contact.surname = "Lee"
        let version = try await contacts.createContact(
            contact, propertyValue: "1300/C0001", in: ItemID("F="), of: mailbox)
        #expect(version == ItemVersion(id: ItemID("I+/="), etag: ETag(#"W/"e2""#), folder: ItemID("F1")))
        let request = try #require(transport.requests.first)
        #expect(request.method == .post)
        #expect(request.target == "\(mailboxPath)/contactFolders/F%3D/contacts")
        #expect(request.headerFields["Content-Type"] == "application/json")
        let body = try body(request)
        #expect(body["surname"] as? String == "Lee")
        #expect(!body.values.contains { $0 is NSNull })
        #expect(try properties(body) == [Self.ownProperty: "1300/C0001"])
    }

    @Test("A change carries every mapped field, the empty ones explicitly, and the etag it rests on")
    func update() async throws {
        let (contacts, transport) = try graph { _ in .json(200, Self.version) }
        for contact in [fullContact(), ExchangeContact()] {
            let version = try await contacts.updateContact(
                ItemID("I+/="), ifMatch: ETag(#"W/"e1""#), contact, of: mailbox)
            #expect(version.etag == ETag(#"W/"e2""#))
        }
        let bodies = try transport.requests.map(body)
        #expect(transport.requests.allSatisfy { $0.method == .patch && $0.headerFields["If-Match"] == #"W/"e1""# })
        #expect(transport.requests.allSatisfy { $0.target == "\(mailboxPath)/contacts/I%2B%2F%3D" })
        #expect(Set(bodies[0].keys) == Set(bodies[1].keys))
        #expect(bodies[0].count == 25)

        #expect(bodies[0]["birthday"] as? String == "1958-10-13T12:00:00Z")
        #expect(bodies[0]["imAddresses"] as? [String] == ["sip:ann"])
        #expect(
            bodies[0]["emailAddresses"] as? [[String: String]] == [
                ["name": "Ann B. Lee", "address": "ann@lee.example"]
            ])
        #expect((bodies[0]["homeAddress"] as? [String: Any])?.count == 5)
        #expect(try properties(bodies[0]) == ["String 0x3A24": "+5", "String 0x3A0C": "nl"])

        for (name, value) in bodies[1] {
            let isEmpty = value is NSNull || (value as? [Any])?.isEmpty == true
            #expect(isEmpty || name == "singleValueExtendedProperties", "\(name)")
        }
        #expect(try properties(bodies[1]) == ["String 0x3A24": "", "String 0x3A0C": ""])
    }

    @Test("What was written is read back as it was")
    func read() async throws {
        let (writing, written) = try graph { _ in .json(200, Self.version) }
        _ = try await writing.updateContact(ItemID("I"), ifMatch: ETag("e"), fullContact(), of: mailbox)
        var item = try body(written.requests.first)
        item["@odata.etag"] = #"W/"e3""#
        item["id"] = "I"
        item["parentFolderId"] = "F1"
        item["changeKey"] = "e3"
        // Exchange writes an id its own way, and a birthday a minute early.
        item["singleValueExtendedProperties"] = [
            ["id": "String 0x3a24", "value": "+5"], ["id": "String 0x3a0c", "value": "nl"],
        ]
        item["birthday"] = "1958-10-13T11:59:00Z"
        let text = String(decoding: try JSONSerialization.data(withJSONObject: item), as: UTF8.self)
        let (contacts, transport) = try graph { _ in .json(200, text) }
        let stored = try await contacts.contact(ItemID("I"), of: mailbox)
        #expect(stored.contact == fullContact())
        #expect(stored.version == ItemVersion(id: ItemID("I"), etag: ETag(#"W/"e3""#), folder: ItemID("F1")))
        let query = try #require(transport.requests.first?.query?.removingPercentEncoding)
        #expect(
            query.contains(
                "$expand=singleValueExtendedProperties($filter=id eq 'String 0x3A24' or id eq 'String 0x3A0C')"))
        #expect(query.contains("$select=id,parentFolderId,displayName,"))
    }

    @Test("Empty texts, nulls and absent members are the same: empty")
    func readEmpty() async throws {
        let (contacts, _) = try graph { _ in
            .json(
                200,
                #"{"@odata.etag":"e","id":"I","parentFolderId":"F","surname":"","title":null,"businessPhones":[],"#
                    + #""emailAddresses":[],"homeAddress":{},"businessAddress":{"city":""},"birthday":null}"#)
        }
        #expect(try await contacts.contact(ItemID("I"), of: mailbox).contact == ExchangeContact())
    }

    @Test("A removal is a DELETE; an item that is gone already is told as such")
    func delete() async throws {
        let (contacts, transport) = try graph { request in
            request.target.hasSuffix("gone") ? .error(404, "ErrorItemNotFound") : .success(HTTPResponse(status: 204))
        }
        try await contacts.deleteContact(ItemID("I"), of: mailbox)
        #expect(transport.requests.first?.method == .delete)
        let error = await failure { try await contacts.deleteContact(ItemID("gone"), of: mailbox) }
        #expect(error?.kind == .notFound)
        #expect(error?.message.contains("r-1") == true)
    }

    // MARK: Lists

    private static func item(_ number: Int, _ value: String?, created: String = "2026-11-20T10:00:00Z") -> String {
        let property =
            value.map { #","singleValueExtendedProperties":[{"id":"\#(ownProperty)","value":"\#($0)"}]"# } ?? ""
        return
            #"{"@odata.etag":"W/\"\#(number)\"","id":"I\#(number)","parentFolderId":"F","createdDateTime":"\#(created)"\#(property)}"#
    }

    @Test(
        "A folder is listed page by page, by Graph's links to the letter, empty pages too; what is not ours is left out"
    )
    func pages() async throws {
        let link = "https://graph.example/v1.0/users/x/contactFolders('F')/contacts?$skiptoken=a%2Fb+c"
        let (contacts, transport) = try graph { request in
            switch request.url {
            case link: .json(200, #"{"value":[],"@odata.nextLink":"\#(link)2"}"#)
            case link + "2": .json(200, #"{"value":[\#(Self.item(3, "1/B"))]}"#)
            default:
                .json(200, #"{"value":[\#(Self.item(1, "1/A")),\#(Self.item(2, nil))],"@odata.nextLink":"\#(link)"}"#)
            }
        }
        let linked = try await contacts.linkedContacts(in: ItemID("F"), of: mailbox)
        #expect(linked.map(\.propertyValue) == ["1/A", "1/B"])
        #expect(transport.requests.dropFirst().map(\.url) == [link, link + "2"])
        let query = try #require(transport.requests.first?.query?.removingPercentEncoding)
        #expect(query.contains("$expand=singleValueExtendedProperties($filter=id eq '\(Self.ownProperty)')"))
        #expect(transport.requests.allSatisfy { $0.headerFields["Prefer"] == #"IdType="ImmutableId""# })
    }

    @Test(
        "A next page elsewhere is not asked for: the token goes nowhere but to Graph",
        arguments: [
            "https://evil.example/v1.0/users/x", "http://graph.example/v1.0/users/x",
            "https://graph.example.evil/v1.0/",
            "https://graph.example@evil.example/v1.0/", "https://graph.example/other", "/v1.0/users/x",
        ])
    func foreignPage(link: String) async throws {
        let (contacts, transport) = try graph { _ in .json(200, #"{"value":[],"@odata.nextLink":"\#(link)"}"#) }
        let error = await failure { try await contacts.linkedContacts(in: ItemID("F"), of: mailbox) }
        #expect(error?.kind == .transient)
        #expect(transport.requests.count == 1)
    }

    @Test("Items are found by our property's value, the oldest first; a value in another case is another contact's")
    func find() async throws {
        let (contacts, transport) = try graph { _ in
            .json(
                200,
                #"{"value":[\#(Self.item(1, "1/A", created: "2026-11-20T10:00:01Z")),\#(Self.item(2, "1/a")),"#
                    + #"\#(Self.item(3, "1/A", created: "2026-11-20T10:00:00.5000000Z"))]}"#)
        }
        let linked = try await contacts.linkedContacts("1/A", in: ItemID("F"), of: mailbox)
        #expect(linked.map(\.version.id) == [ItemID("I3"), ItemID("I1")])
        let query = try #require(transport.requests.first?.query)
        #expect(!query.contains("+") && !query.contains(" "))
        #expect(
            query.removingPercentEncoding?.hasPrefix(
                "$filter=singleValueExtendedProperties/any(ep: ep/id eq '\(Self.ownProperty)' and ep/value eq '1/A')&")
                == true)
    }

    @Test("Every request has an id of its own, and is counted by kind and outcome")
    func counted() async throws {
        let metrics = Metrics()
        let (contacts, transport) = try graph(metrics: metrics) { request in
            request.method == .get ? .error(429, "ApplicationThrottled") : .success(HTTPResponse(status: 204))
        }
        try await contacts.deleteContact(ItemID("I"), of: mailbox)
        try await contacts.deleteContact(ItemID("I"), of: mailbox)
        _ = await failure { try await contacts.contact(ItemID("I"), of: mailbox) }
        let ids = transport.requests.compactMap { $0.headerFields["client-request-id"] }
        #expect(Set(ids).count == 3)
        #expect(ids.allSatisfy { UUID(uuidString: $0) != nil })
        func count(_ kind: String, _ outcome: String) -> Int {
            metrics.counter("exchange_requests_total", "Requests to Exchange", [("kind", kind), ("outcome", outcome)])
                .value
        }
        #expect(count("write", "ok") == 2)
        #expect(count("read", "throttled") == 1)
        #expect(count("token", "ok") == 1)
    }
}
