import Foundation
import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: delta rounds of a folder's contacts")
struct DeltaTests {
    private let harness: Harness
    private let folder: String

    init() throws {
        harness = try Harness()
        folder = try harness.folder()
    }

    private func make(_ name: String) throws -> String {
        try #require(
            harness.send(.post, "contactFolders/\(folder)/contacts", #"{"displayName":"\#(name)"}"#).json["id"]?.text)
    }

    /// The rows of a page, ids of what is gone with a minus before them, and the link that comes next.
    private func page(_ link: String?) throws -> (rows: [String], link: String, isLast: Bool) {
        let path = link.flatMap { $0.range(of: "/v1.0/").map { range in String(link?[range.lowerBound...] ?? "") } }
        let answer = harness.send(.get, path ?? "contactFolders/\(folder)/contacts/delta")
        #expect(answer.status == 200)
        #expect(answer.response.headerFields["Preference-Applied"]?.contains("odata.track-changes") == true)
        let rows = (answer.json["value"]?.array ?? []).map {
            ($0["@removed"] == nil ? "" : "-") + ($0["id"]?.text ?? "")
        }
        if let link = answer.json["@odata.deltaLink"]?.text { return (rows, link, true) }
        return (rows, try #require(answer.json["@odata.nextLink"]?.text), false)
    }

    private func round(_ link: String?) throws -> (rows: [String], link: String) {
        var (rows, next, isLast) = try page(link)
        while !isLast {
            let more = try page(next)
            rows += more.rows
            (next, isLast) = (more.link, more.isLast)
        }
        return (rows, next)
    }

    @Test("A first round lists the folder page by page, and nothing that was in it before")
    func firstRound() throws {
        let ids = try (1...12).map { try make("Contact \($0)") }
        harness.send(.delete, "contacts/\(ids[0])")
        let first = try page(nil)
        #expect(first.rows.count == 10)
        #expect(!first.isLast)
        #expect(Set(try round(nil).rows) == Set(ids.dropFirst()))
    }

    @Test("A round tells what is new, changed, deleted or moved away, once, and its link can be followed again")
    func changes() throws {
        let ids = try (1...4).map { try make("Contact \($0)") }
        let link = try round(nil).link
        #expect(try round(link).rows.isEmpty)
        harness.send(.patch, "contacts/\(ids[0])", #"{"nickName":"A"}"#)
        harness.send(.delete, "contacts/\(ids[1])")
        harness.send(.post, "/sandbox/mailboxes/ann@contoso.example/contacts/\(ids[2])/move", #"{"folder":"contacts"}"#)
        let new = try make("New")
        let wanted: Set = [ids[0], "-" + ids[1], "-" + ids[2], new]
        let news = try round(link)
        #expect(news.rows.count == 4)
        #expect(Set(news.rows) == wanted)
        #expect(try Set(round(link).rows) == wanted)
        #expect(try round(news.link).rows.isEmpty)
    }

    @Test("A contact that comes back is told as there")
    func comesBack() throws {
        let id = try make("Contact")
        let link = try round(nil).link
        for folder in ["deletedItems", folder] {
            harness.send(
                .post, "/sandbox/mailboxes/ann@contoso.example/contacts/\(id)/move", #"{"folder":"\#(folder)"}"#)
        }
        #expect(try round(link).rows == [id])
    }

    @Test("A forgotten link, a malformed one, another folder's and another mailbox's are refused")
    func refused() throws {
        let link = try round(nil).link
        let path = try #require(link.range(of: "/v1.0/").map { String(link[$0.lowerBound...]) })
        let inDefaultFolder = path.replacing("contactFolders/\(folder)/contacts/delta", with: "contacts/delta")
        #expect(harness.send(.get, inDefaultFolder).status == 400)
        #expect(harness.send(.get, "contactFolders/\(folder)/contacts/delta?$deltatoken=nonsense").status == 400)
        harness.send(.post, "/sandbox/mailboxes", #"{"address":"dan@contoso.example"}"#)
        let own = try #require(harness.send(.get, "contacts/delta").json["@odata.deltaLink"]?.text)
        let others = own.replacing("http://graph.example", with: "").replacing("ann@", with: "dan@")
        #expect(harness.send(.get, others).status == 400)
        harness.send(.post, "/sandbox/delta/expire")
        let forgotten = harness.send(.get, path)
        #expect(forgotten.status == 410)
        #expect(harness.code(forgotten) == "SyncStateNotFound")
    }

    @Test(
        "Options that change tracking doesn't know are refused as Graph refuses them",
        arguments: [
            ("$filter=displayName%20eq%20'a'", 400), ("$expand=singleValueExtendedProperties", 500), ("$top=5", 400),
        ])
    func options(_ option: String, _ status: Int) {
        #expect(harness.send(.get, "contactFolders/\(folder)/contacts/delta?\(option)").status == status)
    }
}
