import Foundation
import HTTPTypes
import LNSandbox
import Testing

@Suite("Control channel")
struct ControlTests {
    let harness = Harness()

    private func counted(_ resource: String) -> Int {
        let requests = harness.send(.get, "/sandbox/counters").json["requests"] as? [String: [String: Int]]
        return requests?[resource]?["GET"] ?? 0
    }

    @Test("An edit, a creation and a deletion of an LN user are seen by OData at once")
    func edits() {
        let edited = harness.send(
            .patch, "/sandbox/data/Contacts/C00000002", [:], #"{"Synchronize":"No","JobTitle":"Chief"}"#)
        #expect(edited.status == 200 && edited.json["LastModificationDate"] as? String == "2026-03-01T09:47:12Z")
        #expect(harness.odata("txcom.ExchangeSync/Contacts('C00000002')").json["JobTitle"] as? String == "Chief")
        let created = harness.send(.post, "/sandbox/data/Contacts", [:], #"{"LastName":"New","Synchronize":"Yes"}"#)
        #expect(created.status == 201 && created.json["Contact"] as? String == "C00000006")
        #expect(harness.send(.delete, "/sandbox/data/Contacts/C00000001").status == 204)
        #expect(harness.odata("txcom.ExchangeSync/Contacts").rows.count == 5)
        #expect(harness.odata("txcom.ExchangeSync/Contacts('C00000001')").isError(404))
    }

    @Test("Users, settings, switches, addresses and partners are edited the same way")
    func otherSets() {
        #expect(harness.send(.patch, "/sandbox/data/SyncUsers/ann", [:], #"{"Active":"No"}"#).status == 200)
        #expect(
            harness.send(
                .patch, "/sandbox/data/SyncSettings", [:],
                #"{"ContactPullInterval":5,"ContactPullIntervalUnit":"Minute"}"#
            )
            .json["ContactPullInterval"] as? Int == 5)
        #expect(
            harness.send(.patch, "/sandbox/data/ComParameters", [:], #"{"SynchronizeContacts":"No"}"#).status == 200)
        #expect(harness.send(.patch, "/sandbox/data/Addresses/A00000077", [:], #"{"City":"Utrecht"}"#).status == 200)
        #expect(
            harness.send(.patch, "/sandbox/data/BusinessPartners/BP0000042", [:], #"{"Name":"Fabrikam"}"#).status == 200
        )
        #expect(
            harness.odata("txcom.ExchangeSync/Addresses('A00000077')").json["LastModificationDate"] as? String
                == "2026-03-01T09:47:12Z")
        #expect(harness.odata("txcom.ExchangeSync/ComParameters").json["SynchronizeContacts"] as? String == "No")
    }

    @Test("Full name and search key follow the names, unless they were made otherwise")
    func names() {
        let lee = harness.send(.patch, "/sandbox/data/Contacts/C00000001", [:], #"{"LastName":"Lin"}"#)
        #expect(lee.json["FullName"] as? String == "Ann B. Lin")
        let yamada = harness.send(.patch, "/sandbox/data/Contacts/C00000003", [:], #"{"FirstName":"次郎"}"#)
        #expect(yamada.json["FullName"] as? String == "山田 太郎")
    }

    @Test("The modification time of an edit can be that of a transaction that took long")
    func lateCommit() {
        let edited = harness.send(
            .patch, "/sandbox/data/Contacts/C00000002?secondsAgo=30", [:], #"{"JobTitle":"Chief"}"#)
        #expect(edited.json["LastModificationDate"] as? String == "2026-03-01T09:46:42Z")
    }

    @Test("The dump is the whole shop, and makes the same shop again")
    func dump() throws {
        let dump = harness.send(.get, "/sandbox/dump")
        #expect((dump.json["Contacts"] as? [Any])?.count == 5)
        #expect(try LNShop(json: dump.body, modified: 0) == harness.sandbox.shop)
    }

    @Test("Requests are counted by entity set and method, rows with them; a reset starts anew")
    func counters() {
        for _ in 0..<3 { _ = harness.odata("txcom.ExchangeSync/Contacts?$top=2") }
        _ = harness.odata("txcom.ExchangeSync/Contacts('C00000001')")
        _ = harness.odata("txcom.ExchangeSync/Nothing")
        #expect(counted("txcom.ExchangeSync/Contacts") == 4)
        #expect(counted("other") == 1)
        let rows = harness.send(.get, "/sandbox/state").json["counters"] as? [String: [String: Any]]
        #expect(rows?["rows"]?["txcom.ExchangeSync/Contacts"] as? Int == 7)
        #expect(harness.send(.delete, "/sandbox/counters").status == 204)
        #expect(counted("txcom.ExchangeSync/Contacts") == 0)
    }

    @Test(
        "What the control channel doesn't know is said",
        arguments: [
            (HTTPMethod.get, "/sandbox/nothing", "", 404), (.get, "/sandbox/data/Nothing", "", 404),
            (.patch, "/sandbox/data/Contacts/C9", "{}", 404),
            (.patch, "/sandbox/data/Contacts/C00000001", #"{"A":1}"#, 400),
            (.post, "/sandbox/data/ComParameters", "{}", 405), (.delete, "/sandbox/data/ComParameters", "", 422),
            (.post, "/sandbox/faults", #"{"kind":"fire"}"#, 400),
            (.post, "/sandbox/faults", #"{"kind":"status","status":200}"#, 400),
            (.patch, "/sandbox/data/Contacts/C00000001?secondsAgo=x", "{}", 400), (.get, "/sandbox/%2", "", 400),
        ])
    func refusals(method: HTTPMethod, target: String, body: String, status: Int) {
        #expect(harness.send(method, target, [:], body).isError(status))
    }

    @Test("The credentials file names this sandbox, and what is in it is taken")
    func ionapi() throws {
        let file = harness.send(.get, "/sandbox/ionapi").json
        #expect(file["iu"] as? String == "http://ln.example")
        #expect(file["pu"] as? String == "http://ln.example/\(harness.installation.tenant)/as/")
        let answer = harness.requestToken([
            "grant_type": "password", "username": try #require(file["saak"] as? String),
            "password": try #require(file["sask"] as? String), "client_id": try #require(file["ci"] as? String),
            "client_secret": try #require(file["cs"] as? String),
        ])
        #expect(answer.status == 200)
    }
}

@Suite("Faults")
struct FaultTests {
    let harness = Harness()
    let contacts = "txcom.ExchangeSync/Contacts"

    private func inject(_ fault: String) { #expect(harness.send(.post, "/sandbox/faults", [:], fault).status == 204) }

    private func outcome(_ method: HTTPMethod, _ path: String, _ body: String = "") -> LNOutcome {
        harness.sandbox.outcome(
            of: HTTPRequest(
                method: method, scheme: "http", authority: "ln.example",
                target: "/\(harness.installation.tenant)/LN/lnapi/odata/\(path)",
                headerFields: [
                    "Authorization": "Bearer \(harness.signIn())", "X-Infor-LnCompany": "1300", "If-Match": "*",
                ], body: Data(body.utf8)))
    }

    @Test("The next requests to a path are refused, with Retry-After, then no more; others aren't met")
    func status() {
        inject(#"{"kind":"status","path":"txcom.ExchangeSync/Contacts","count":2,"status":429,"retryAfter":7}"#)
        #expect(harness.odata("txcom.ExchangeSync/SyncUsers").status == 200)
        for _ in 0..<2 {
            let answer = harness.odata(contacts)
            #expect(answer.isError(429) && answer.headerFields["Retry-After"] == "7")
        }
        #expect(harness.odata(contacts).status == 200)
    }

    @Test("The known 401 for a good token, and an error under 200")
    func vices() {
        inject(#"{"kind":"u14","path":"txcom."}"#)
        inject(#"{"kind":"errorBody","path":"txcom."}"#)
        let u14 = harness.odata(contacts)
        #expect(u14.isError(401) && u14.message == "OAuth [U14]: unknown oauth_consumer_key")
        #expect(harness.odata(contacts).isError(200))
        #expect(harness.odata(contacts).rows.count == 5)
    }

    @Test("A lost answer and a gateway that gave up come after the write")
    func lost() {
        inject(#"{"kind":"lostAnswer","path":"txcom."}"#)
        let lost = outcome(.patch, "\(contacts)('C00000001')", #"{"JobTitle":"Head"}"#)
        #expect(lost.isLost && lost.response.status == 204 && lost.revision == 1)
        inject(#"{"kind":"statusAfter","path":"txcom.","status":504}"#)
        let after = outcome(.patch, "\(contacts)('C00000002')", #"{"JobTitle":"Head"}"#)
        #expect(after.response.isError(504) && !after.isLost)
        #expect(harness.contacts(where: "JobTitle eq 'Head'").count == 2)
    }

    @Test("Latency is told to the shell, beside another fault")
    func latency() {
        inject(#"{"kind":"latency","path":"/","count":2,"delayMilliseconds":250}"#)
        inject(#"{"kind":"status","path":"txcom.","status":500}"#)
        // The first of the two is the token's.
        let outcome = outcome(.get, contacts)
        #expect(outcome.delay == .milliseconds(250) && outcome.response.status == 500)
        #expect(self.outcome(.get, contacts).delay == .zero)
    }

    @Test("Faults that wait are listed and can be taken back; tokens can be made to end now")
    func takenBack() {
        inject(#"{"kind":"status","path":"txcom.","count":9}"#)
        #expect((harness.send(.get, "/sandbox/state").json["faults"] as? [[String: Any]])?.first?["count"] as? Int == 9)
        #expect(harness.send(.delete, "/sandbox/faults").status == 204)
        #expect(harness.odata(contacts).status == 200)
        #expect(harness.send(.post, "/sandbox/tokens/expire").status == 204)
        #expect(harness.odata(contacts).isError(401))
    }
}
