import Foundation
import HTTPTypes
import Runtime
import Testing

@testable import ExchangeSandbox

/// A sandbox with two mailboxes, and an app with a token.
struct Harness {
    static let link = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"
    let sandbox: ExchangeSandbox
    let token: String

    init(_ adjust: (inout ExchangeTenant) -> Void = { _ in }) throws {
        var tenant = ExchangeTenant(
            name: "contoso.example", apps: ["worker": "secret"],
            mailboxes: [
                "Ann@contoso.example": .usable, "ben@contoso.example": .unlicensed, "cy@contoso.example": .outOfScope,
            ])
        adjust(&tenant)
        sandbox = ExchangeSandbox(tenant, time: SystemTime(), randomness: SeededRandomness(seed: 7))
        token = try #require(Self.tokenAnswer(sandbox, secret: "secret").1["access_token"]?.text)
    }

    static func tokenAnswer(_ sandbox: ExchangeSandbox, secret: String) -> (HTTPResponse, JSON) {
        let response = sandbox.answer(
            HTTPRequest(
                method: .post, scheme: "http", authority: "x", target: "/contoso.example/oauth2/v2.0/token",
                body: Data(
                    "grant_type=client_credentials&client_id=worker&client_secret=\(secret)&scope=x%2F.default".utf8)))
        return (response, JSON(response.body) ?? .null)
    }

    func request(_ method: HTTPMethod, _ target: String, _ body: String = "", _ fields: HTTPFields = [:]) -> HTTPRequest
    {
        var fields = fields
        if fields["Authorization"] == nil { fields["Authorization"] = "Bearer \(token)" }
        if fields["Prefer"] == nil { fields["Prefer"] = "IdType=\"ImmutableId\"" }
        if !body.isEmpty { fields["Content-Type"] = "application/json" }
        return HTTPRequest(
            method: method, scheme: "http", authority: "graph.example", target: target, headerFields: fields,
            body: Data(body.utf8))
    }

    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String = "", _ fields: HTTPFields = [:]
    ) -> (status: Int, json: JSON, response: HTTPResponse) {
        let target = path.hasPrefix("/") ? path : "/v1.0/users/ann@contoso.example/" + path
        let response = sandbox.answer(request(method, target, body, fields))
        return (response.status, JSON(response.body) ?? .null, response)
    }

    func code(_ answer: (status: Int, json: JSON, response: HTTPResponse)) -> String {
        answer.json["error"]?["code"]?.text ?? ""
    }

    func folder() throws -> String {
        try #require(send(.post, "contactFolders", #"{"displayName":"Infor LN"}"#).json["id"]?.text)
    }

    func escaped(_ text: String) -> String { ResourcePath.escaped(text) }
}

@Suite("Exchange's stand-in")
struct ExchangeSandboxTests {
    @Test("A wrong secret is refused with AADSTS7000215, and without a good token nothing is answered")
    func tokens() throws {
        let harness = try Harness()
        let (response, json) = Harness.tokenAnswer(harness.sandbox, secret: "wrong")
        #expect(response.status == 401)
        #expect(json["error_description"]?.text?.hasPrefix("AADSTS7000215") == true)
        #expect(
            harness.code(harness.send(.get, "contactFolders", "", ["Authorization": "Bearer no"]))
                == "InvalidAuthenticationToken")
        #expect(harness.send(.get, "contactFolders").status == 200)
        harness.send(.post, "/sandbox/tokens/expire")
        #expect(harness.send(.get, "contactFolders").status == 401)
    }

    @Test("A mailbox is found by address in any case and in both spellings; the others are refused by kind")
    func mailboxes() throws {
        let harness = try Harness()
        #expect(harness.send(.get, "/v1.0/users('ANN%40contoso.example')/contactFolders").status == 200)
        #expect(
            harness.code(harness.send(.get, "/v1.0/users/nobody@contoso.example/contactFolders")) == "ErrorInvalidUser")
        #expect(
            harness.code(harness.send(.get, "/v1.0/users/ben@contoso.example/contactFolders"))
                == "MailboxNotEnabledForRESTAPI")
        let outside = harness.send(.get, "/v1.0/users/cy@contoso.example/contactFolders")
        #expect(outside.status == 403 && harness.code(outside) == "ErrorAccessDenied")
        harness.send(.post, "/sandbox/mailboxes", #"{"address":"new@contoso.example"}"#)
        #expect(harness.send(.get, "/v1.0/users/new@contoso.example/contactFolders").status == 200)
    }

    @Test("A folder is made once, found by its name, and goes to Deleted Items, where it still answers")
    func folders() throws {
        let harness = try Harness()
        let folder = try harness.folder()
        let again = harness.send(.post, "contactFolders", #"{"displayName":"infor ln"}"#)
        #expect(again.status == 409 && harness.code(again) == "ErrorFolderExists")
        let found = harness.send(.get, "contactFolders?$filter=displayName%20eq%20'Infor%20LN'").json["value"]?.array
        #expect(found?.first?["id"]?.text == folder)
        #expect(harness.send(.delete, "contactFolders/\(folder)").status == 204)
        #expect(harness.send(.get, "contactFolders").json["value"]?.array?.isEmpty == true)
        #expect(harness.send(.get, "contactFolders/\(folder)").status == 200)
        #expect(harness.send(.delete, "contactFolders/\(folder)").status == 204)
        #expect(harness.send(.get, "contactFolders/\(folder)").status == 404)
    }

    @Test("A contact is found by its property, whatever the value's case; a property's name has one case")
    func property() throws {
        let harness = try Harness()
        let folder = try harness.folder()
        let path = "contactFolders/\(folder)/contacts"
        let upper = Harness.link.replacing("ac68cd6d", with: "AC68CD6D")
        let made = harness.send(
            .post, path,
            #"{"givenName":"Ada","surname":"Byron","singleValueExtendedProperties":[{"id":"\#(upper)","value":"1300/C1"}]}"#
        )
        #expect(made.status == 201)
        #expect(made.json["singleValueExtendedProperties"] == nil)
        #expect(made.json["displayName"]?.text == "Ada Byron")
        #expect(made.json["fileAs"]?.text == "Byron, Ada")
        func find(_ id: String, _ value: String) -> [JSON] {
            let filter = "singleValueExtendedProperties/Any(ep: ep/id eq '\(id)' and ep/value eq '\(value)')"
            let expand = "singleValueExtendedProperties($filter=id eq '\(id)')"
            return harness.send(
                .get,
                path + "?$filter=\(harness.escaped(filter))&$expand=\(harness.escaped(expand))&$select=displayName"
            ).json["value"]?.array ?? []
        }
        let found = find(Harness.link, "1300/c1")
        #expect(found.first?["singleValueExtendedProperties"] == [["id": .text(Harness.link), "value": "1300/C1"]])
        #expect(found.first?["givenName"] == nil)
        #expect(find(Harness.link.replacing("LnContact", with: "lncontact"), "1300/C1").isEmpty)
        #expect(find(Harness.link, "1300/C2").isEmpty)
    }

    @Test("Each write changes the etag; a write that rests on an older one is refused")
    func etags() throws {
        let harness = try Harness()
        let made = harness.send(.post, "contacts", #"{"displayName":"A"}"#).json
        let (id, etag) = (try #require(made["id"]?.text), try #require(made["@odata.etag"]?.text))
        let written = harness.send(.patch, "contacts/\(id)", #"{"jobTitle":"Head"}"#, ["If-Match": etag])
        #expect(written.status == 200 && written.json["@odata.etag"]?.text != etag)
        let stale = harness.send(.patch, "contacts/\(id)", #"{"jobTitle":"Chief"}"#, ["If-Match": etag])
        #expect(stale.status == 412 && harness.code(stale) == "ErrorIrresolvableConflict")
        #expect(harness.send(.delete, "contacts/\(id)", "", ["If-Match": etag]).status == 412)
        #expect(harness.send(.get, "contacts/\(id)").json["jobTitle"]?.text == "Head")
    }

    @Test(
        "A deleted contact lies in Deleted Items; its immutable id goes on, the other does not; a second deletion is for good"
    )
    func deletion() throws {
        let harness = try Harness()
        let id = try #require(harness.send(.post, "contacts", #"{"displayName":"A"}"#).json["id"]?.text)
        let plain: HTTPFields = ["Prefer": "outlook.timezone=\"UTC\""]
        let bound = try #require(harness.send(.get, "contacts/\(id)", "", plain).json["id"]?.text)
        #expect(bound != id)
        #expect(harness.send(.get, "contacts/\(bound)").status == 200)
        #expect(harness.send(.delete, "contacts/\(id)").status == 204)
        let dump = harness.send(.get, "/sandbox/dump").json["Ann@contoso.example"]
        #expect(harness.send(.get, "contacts/\(id)").json["parentFolderId"] == dump?["deletedItems"])
        #expect(harness.send(.get, "contacts/\(bound)").status == 404)
        #expect(harness.send(.delete, "contacts/\(id)").status == 204)
        #expect(harness.code(harness.send(.delete, "contacts/\(id)")) == "ErrorItemNotFound")
        #expect(harness.code(harness.send(.get, "contacts/nonsense")) == "ErrorInvalidIdMalformed")
    }

    @Test(
        "What is no contact is refused with 400",
        arguments: [
            "{", "[]", #"{"nickname":"x"}"#, #"{"givenName":1}"#, #"{"businessPhones":["1","2","3"]}"#,
            #"{"birthday":"soon"}"#, #"{"singleValueExtendedProperties":[{"id":"LnContact","value":"1"}]}"#,
        ])
    func badBodies(_ body: String) throws {
        #expect(try Harness().send(.post, "contacts", body).status == 400)
    }

    @Test("Pages together have each contact once; other query options and methods are refused")
    func pages() throws {
        let harness = try Harness()
        let path = "contactFolders/\(try harness.folder())/contacts"
        for number in 0..<25 { harness.send(.post, path, #"{"displayName":"C\#(number)"}"#) }
        var target: String? = path
        var names: [String] = []
        while let next = target {
            let page = harness.send(.get, next).json
            names += (page["value"]?.array ?? []).compactMap { $0["displayName"]?.text }
            target = page["@odata.nextLink"]?.text.map { String($0.dropFirst("http://graph.example".count)) }
        }
        #expect(names == (0..<25).map { "C\($0)" })
        let sorted = harness.send(.get, path + "?$orderby=displayName%20desc&$top=2").json["value"]?.array
        #expect(sorted?.compactMap { $0["displayName"]?.text } == ["C9", "C8"])
        #expect(harness.send(.get, path + "?$top=1001").status == 400)
        #expect(harness.send(.get, path + "?$search=x").status == 400)
        #expect(harness.send(.get, path + "?$select=nonsense").status == 400)
        #expect(harness.send(.put, path, "{}").status == 405)
    }

    @Test("A path is found in every spelling and case that Graph takes")
    func spellings() throws {
        let harness = try Harness()
        let folder = try harness.folder()
        let id = try #require(
            harness.send(.post, "contactFolders/\(folder)/contacts", #"{"displayName":"A"}"#).json["id"]?.text)
        let user = try #require(
            harness.send(.get, "/sandbox/mailboxes/ann@contoso.example").json["userId"]?.text)
        for path in [
            "users/ANN@Contoso.Example/contactFolders/\(folder)/contacts/\(id)",
            "Users('ann%40contoso.example')/ContactFolders('\(folder)')/Contacts('\(id)')",
            "users/\(user)/contacts/\(id)", "users('\(user.uppercased())')/contacts/\(id)",
        ] {
            #expect(harness.send(.get, "/v1.0/\(path)").json["displayName"]?.text == "A", "\(path)")
            #expect(harness.send(.get, "/V1.0/\(path)").status == 200, "\(path)")
        }
        #expect(harness.send(.get, "contacts/\(id.lowercased())").status >= 400, "ids have one case")
    }

    @Test("A write whose client wants no body is answered without, with the place of what was made")
    func returnMinimal() throws {
        let harness = try Harness()
        let minimal: HTTPFields = ["Prefer": "return=minimal, IdType=\"ImmutableId\""]
        let made = harness.send(.post, "contacts", #"{"displayName":"A"}"#, minimal)
        #expect(made.status == 204 && made.response.body.isEmpty)
        #expect(made.response.headerFields["Preference-Applied"]?.contains("return=minimal") == true)
        let location = try #require(made.response.headerFields["Location"])
        let path = String(location.dropFirst("http://graph.example".count))
        let changed = harness.send(.patch, path, #"{"displayName":"B"}"#, minimal)
        #expect(changed.status == 204 && changed.response.body.isEmpty)
        #expect(harness.send(.get, path, "", minimal).json["displayName"]?.text == "B")
    }

    @Test("Four requests of one app for one mailbox may be in flight, a fifth is told to wait")
    func inFlight() throws {
        let harness = try Harness()
        let request = harness.request(.get, "/v1.0/users/ann@contoso.example/contactFolders")
        var visits: [ExchangeSandbox.Visit] = []
        for _ in 0..<4 {
            guard case .admitted(let visit) = harness.sandbox.begin(request) else { Issue.record("refused"); return }
            visits.append(visit)
        }
        guard case .refused(let response) = harness.sandbox.begin(request) else { Issue.record("admitted"); return }
        #expect(response.status == 429 && response.headerFields["Retry-After"] != nil)
        for visit in visits { harness.sandbox.end(visit) }
        #expect(harness.sandbox.answer(request).status == 200)
    }

    @Test("More than so many requests in ten minutes are refused")
    func tenMinutes() throws {
        let harness = try Harness { $0.maximumInTenMinutes = 5 }
        for _ in 0..<5 { #expect(harness.send(.get, "contactFolders").status == 200) }
        let refused = harness.send(.get, "contactFolders")
        #expect(refused.status == 429 && harness.code(refused) == "ApplicationThrottled")
        #expect(refused.response.headerFields["Retry-After"].flatMap { Int($0) }.map { $0 > 500 } == true)
    }

    @Test("Faults meet the next requests and no more; a lost answer's write is done")
    func faults() throws {
        let harness = try Harness()
        harness.send(.post, "/sandbox/faults", #"{"kind":"status","status":429,"retryAfter":3,"count":2}"#)
        #expect(harness.send(.get, "contactFolders").response.headerFields["Retry-After"] == "3")
        #expect(harness.send(.get, "contactFolders").status == 429)
        #expect(harness.send(.get, "contactFolders").status == 200)
        harness.send(.post, "/sandbox/faults", #"{"kind":"lostAnswer","mailbox":"ANN@contoso.example"}"#)
        let request = harness.request(.post, "/v1.0/users/ann@contoso.example/contacts", #"{"displayName":"A"}"#)
        #expect(harness.sandbox.outcome(of: request).isLost)
        #expect(harness.send(.get, "contacts").json["value"]?.array?.count == 1)
        #expect(harness.sandbox.writes == 1)
    }

    @Test("The same seed and requests give the same answers")
    func determinism() throws {
        func run() throws -> [Data] {
            let harness = try Harness()
            let folder = try harness.folder()
            return [harness.send(.get, "contactFolders/\(folder)").response.body, Data(harness.token.utf8)]
        }
        #expect(try run() == run())
    }

    @Test("No filter traps")
    func fuzz() {
        let pieces = [
            "'", "''", "(", ")", ":", ",", " ", "any", "/", "eq", "and", "or", "not", "ep", "é", "startswith", "'x'",
            "$",
        ]
        let randomness = SeededRandomness(seed: 3)
        for _ in 0..<3000 {
            let text = (0..<randomness.next(in: 0...12)).map { _ in pieces[randomness.next(in: 0...pieces.count - 1)] }
                .joined()
            if let filter = try? FilterParser.parse(text) {
                _ = filter.passes(["ep": "x"])
                _ = filter.link
                _ = try? filter.checked(property: nil) { _ in true }
            }
            _ = ResourcePath.segments(text[...])
            _ = ExtendedProperties.normalized(text)
        }
        #expect((try? FilterParser.parse(String(repeating: "(", count: 100_000))) == nil)
        #expect((try? FilterParser.parse(String(repeating: "not ", count: 100_000) + "a eq 1")) == nil)
    }
}
