import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: what Outlook's users do, and what is counted")
struct ControlChannelTests {
    private let harness: Harness

    init() throws {
        harness = try Harness { $0.apps["other"] = "secret" }
    }

    private func make() throws -> (id: String, etag: String) {
        let item = harness.send(.post, "contacts", #"{"displayName":"A"}"#).json
        return (try #require(item["id"]?.text), try #require(item["@odata.etag"]?.text))
    }

    @Test("A touch changes the etag and nothing else")
    func touch() throws {
        let (id, etag) = try make()
        #expect(harness.send(.post, "/sandbox/mailboxes/ann@contoso.example/contacts/\(id)/touch").status < 300)
        let item = harness.send(.get, "contacts/\(id)").json
        #expect(item["@odata.etag"]?.text != etag)
        #expect(item["displayName"]?.text == "A")
    }

    @Test("A contact that was moved keeps its immutable id, and is where it was moved to")
    func move() throws {
        let (id, _) = try make()
        let folder = try harness.folder()
        let path = "/sandbox/mailboxes/ann@contoso.example/contacts/\(id)/move"
        #expect(harness.send(.post, path, #"{"folder":"\#(folder)"}"#).status < 300)
        #expect(harness.send(.get, "contacts/\(id)").json["parentFolderId"]?.text == folder)
        #expect(harness.send(.get, "contactFolders/\(folder)/contacts").json["value"]?.array?.count == 1)
        #expect(harness.send(.get, "contacts").json["value"]?.array?.isEmpty == true)
        #expect(harness.send(.post, path, #"{"folder":"deletedItems"}"#).status < 300)
        #expect(harness.send(.get, "contacts/\(id)").json["parentFolderId"]?.text != folder)
        #expect(harness.send(.post, path, #"{"folder":"nowhere"}"#).status >= 400)
    }

    @Test("An edit and a deletion for good in Outlook show in Graph")
    func editAndDelete() throws {
        let (id, etag) = try make()
        let path = "/sandbox/mailboxes/ann@contoso.example/contacts/\(id)"
        #expect(harness.send(.patch, path, #"{"displayName":"B"}"#).status < 300)
        let item = harness.send(.get, "contacts/\(id)").json
        #expect(item["displayName"]?.text == "B")
        #expect(item["@odata.etag"]?.text != etag)
        #expect(harness.send(.delete, path).status < 300)
        #expect(harness.send(.get, "contacts/\(id)").status == 200, "in Deleted Items")
        #expect(harness.send(.delete, path + "?forGood=true").status < 300)
        #expect(harness.send(.get, "contacts/\(id)").status == 404)
    }

    @Test("A folder is made, moved, emptied and deleted for good in Outlook; it does not go into itself")
    func folders() throws {
        let path = "/sandbox/mailboxes/ann@contoso.example/folders"
        func make(_ name: String) throws -> String {
            try #require(harness.send(.post, path, #"{"displayName":"\#(name)"}"#).json["id"]?.text)
        }
        let (outer, inner) = (try make("Outer"), try make("Inner"))
        #expect(harness.send(.post, path, #"{"displayName":"outer"}"#).status == 409)
        #expect(harness.send(.post, "\(path)/\(inner)/move", #"{"folder":"\#(outer)"}"#).status < 300)
        #expect(harness.send(.post, "\(path)/\(outer)/move", #"{"folder":"\#(inner)"}"#).status == 400)
        let children = harness.send(.get, "contactFolders/\(outer)/childFolders").json["value"]?.array
        #expect(children?.map { $0["id"]?.text } == [inner])
        let id = try #require(
            harness.send(.post, "contactFolders/\(inner)/contacts", #"{"displayName":"A"}"#).json["id"]?.text)
        #expect(harness.send(.post, "\(path)/\(inner)/empty").status < 300)
        #expect(harness.send(.get, "contactFolders/\(inner)/contacts").json["value"] == [])
        #expect(harness.send(.get, "contacts/\(id)").status == 200, "in Deleted Items")
        #expect(harness.send(.post, "\(path)/deletedItems/empty").status < 300)
        #expect(harness.send(.get, "contacts/\(id)").status == 404)
        #expect(harness.send(.post, "\(path)/\(outer)/move").status < 300)
        #expect(harness.send(.get, "contactFolders").json["value"] == [])
        #expect(harness.send(.delete, "\(path)/\(outer)?forGood=true").status < 300)
        #expect(harness.send(.get, "contactFolders/\(inner)").status == 404, "gone with the folder it was in")
        #expect(harness.send(.post, "\(path)/contacts/move").status == 400)
    }

    @Test("Requests are counted by what they did, by app and by mailbox; Outlook's own deeds are not")
    func counters() throws {
        func counters() -> JSON { harness.send(.get, "/sandbox/counters").json }
        harness.send(.delete, "/sandbox/counters")
        let (id, _) = try make()
        harness.send(.get, "contacts/\(id)")
        harness.send(.get, "contacts/\(id)")
        harness.send(.get, "contactFolders/AAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        harness.send(.post, "/sandbox/mailboxes/ann@contoso.example/contacts/\(id)/touch")
        #expect(counters()["writes"]?.whole == 1)
        #expect(harness.sandbox.writes == 1)
        let count = counters()["apps"]?["worker"]?["ann@contoso.example"]
        #expect(count?["reads"]?.whole == 3)
        #expect(count?["writes"]?.whole == 1)
        #expect(count?["changes"]?.whole == 1)
        #expect(count?["throttled"]?.whole == 0)
        #expect(counters()["total"] == count)
        let answers = counters()["statuses"]
        #expect(answers?["200"]?.whole == 2)
        #expect(answers?["201"]?.whole == 1)
        #expect(counters()["apps"]?["other"] == nil)
        harness.send(.delete, "/sandbox/counters")
        #expect(counters()["writes"]?.whole == 0)
    }

    @Test("What the control channel does not know it refuses")
    func unknown() {
        #expect(harness.send(.post, "/sandbox/nonsense").status == 404)
        #expect(harness.send(.post, "/sandbox/faults", #"{"kind":"nonsense"}"#).status == 400)
        #expect(harness.send(.post, "/sandbox/mailboxes", #"{"kind":"usable"}"#).status == 400)
        #expect(harness.send(.delete, "/sandbox/mailboxes/nobody@contoso.example/contacts/x").status == 404)
    }

    @Test("A fault meets only the mailbox it names")
    func faultOfOneMailbox() {
        harness.send(.post, "/sandbox/mailboxes", #"{"address":"dan@contoso.example"}"#)
        harness.send(.post, "/sandbox/faults", #"{"kind":"status","status":503,"mailbox":"dan@contoso.example"}"#)
        #expect(harness.send(.get, "contacts").status == 200)
        #expect(harness.send(.get, "/v1.0/users/dan@contoso.example/contacts").status == 503)
        #expect(harness.send(.get, "/v1.0/users/dan@contoso.example/contacts").status == 200)
    }
}
