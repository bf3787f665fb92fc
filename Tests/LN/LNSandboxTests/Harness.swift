import Foundation
import HTTPTypes
import Runtime
import Synchronization

@testable import LNSandbox

/// A clock that stands until it is told to go on.
final class StandingTime: TimeSource {
    private let elapsed = Mutex(Duration.zero)

    var uptime: Duration { elapsed.withLock { $0 } }
    var now: Date { Date(timeIntervalSince1970: 1_772_358_432.75 + Double(uptime.components.seconds)) }

    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    func sleep(for duration: Duration) async throws(CancellationError) { throw CancellationError() }
}

/// A sandbox and a program that talks to it, by hand: no client of ours is in it.
final class Harness {
    let time = StandingTime()
    let sandbox: LNSandbox
    let installation: LNInstallation
    private var token: String?

    init(_ shop: LNShop = .small, installation: LNInstallation = LNInstallation(), seed: UInt64 = 1) {
        self.installation = installation
        sandbox = LNSandbox(shop, time: time, randomness: SeededRandomness(seed: seed), installation: installation)
    }

    func send(
        _ method: HTTPMethod, _ target: String, _ headers: HTTPFields = [:], _ body: String = ""
    ) -> HTTPResponse {
        sandbox.answer(
            HTTPRequest(
                method: method, scheme: "http", authority: "ln.example", target: target, headerFields: headers,
                body: Data(body.utf8)))
    }

    static func form(_ fields: KeyValuePairs<String, String>) -> String {
        fields.map { "\($0.key)=\(escape($0.value))" }.joined(separator: "&")
    }

    static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber) ? String(character) : percent(byte)
        }.joined()
    }

    private static func percent(_ byte: UInt8) -> String {
        "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    func requestToken(_ fields: KeyValuePairs<String, String>? = nil) -> HTTPResponse {
        let form =
            fields ?? [
                "grant_type": "password", "username": installation.accessKey, "password": installation.secretKey,
                "client_id": installation.clientID, "client_secret": installation.clientSecret,
            ]
        return send(
            .post, "/\(installation.tenant)/as/token.oauth2", ["Content-Type": "application/x-www-form-urlencoded"],
            Self.form(form))
    }

    func signIn() -> String {
        if let token { return token }
        let fresh = (requestToken().json["access_token"] as? String) ?? ""
        token = fresh
        return fresh
    }

    /// An OData request with token and company.
    func odata(
        _ path: String, method: HTTPMethod = .get, _ extra: HTTPFields = [:], body: String = "",
        company: String? = "1300"
    ) -> HTTPResponse {
        var headers = extra
        headers["Authorization"] = "Bearer \(signIn())"
        if let company { headers["X-Infor-LnCompany"] = company }
        return send(method, "/\(installation.tenant)/LN/lnapi/odata/\(path)", headers, body)
    }

    /// The keys a query on the custom service's contacts answers.
    func contacts(_ query: KeyValuePairs<String, String>) -> [String] {
        let options = query.map { "\($0.key)=\(Self.escape($0.value))" }.joined(separator: "&")
        return odata("txcom.ExchangeSync/Contacts?\(options)").rows.compactMap { $0["Contact"] as? String }
    }

    func contacts(where filter: String) -> [String] { contacts(["$filter": filter]) }
}

extension HTTPResponse {
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    var rows: [[String: Any]] { json["value"] as? [[String: Any]] ?? [] }
    var error: [String: Any]? { json["error"] as? [String: Any] }
    var message: String? { error?["message"] as? String }
    var details: [String] { (error?["details"] as? [[String: Any]] ?? []).compactMap { $0["message"] as? String } }

    /// LN's error body under this status.
    func isError(_ status: Int) -> Bool {
        self.status == status && error?["code"] as? String == "ERROR" && message?.isEmpty == false
            && error?["details"] is [Any]
    }
}

extension LNShop {
    /// Five contacts, two addresses, one partner.
    static let small: LNShop = {
        let rows = """
            {"Countries": [{"Country": "NLD", "Description": "Netherlands", "ISOCodeAlpha2": "NL", "ISOCodeAlpha3": "NLD"},
                           {"Country": "X", "Description": "Internal"}],
             "Languages": [{"Language": "ENG", "Description": "English", "ISOCode": "en"}, {"Language": "X"}],
             "Addresses": [{"AddressCode": "A00000077", "Street": "Main Street", "HouseNumber": "1", "ZIPCodePostalCode": "1011AB",
                            "City": "Amsterdam", "Country": "NLD"}, {"AddressCode": "A00000078", "Country": "X"}],
             "BusinessPartners": [{"BusinessPartner": "BP0000042", "Name": "Contoso"}],
             "SyncUsers": [{"User": "ann", "Name": "Ann", "Active": "Yes", "Email": "ann@contoso.example"},
                           {"User": "bob", "Name": "Bob", "Active": "No", "Email": "bob@contoso.example"}],
             "Contacts": [
              {"Contact": "C00000001", "FullName": "Ann B. Lee", "FirstName": "Ann", "MiddleName": "B.", "LastName": "Lee",
               "JobTitle": "Buyer", "Email": "ann.lee@example.example", "Language": "ENG", "BusinessPartner": "BP0000042",
               "WorkAddress": "A00000077", "Synchronize": "Yes", "LastModificationDate": "2026-03-01T09:00:00Z"},
              {"Contact": "C00000002", "FullName": "Siobhan O'Hara", "FirstName": "Siobhan", "LastName": "O'Hara", "Language": "X",
               "Synchronize": "Yes", "LastModificationDate": "2026-03-01T09:00:00Z"},
              {"Contact": "C00000003", "FullName": "山田 太郎", "FirstName": "太郎", "LastName": "山田", "Active": "No",
               "Synchronize": "Yes", "LastModificationDate": "2026-03-01T10:00:00Z"},
              {"Contact": "C00000004", "FullName": "Jürgen Groß", "Synchronize": "No", "Type": "Prospect",
               "LastModificationDate": "2026-03-01T11:00:00Z"},
              {"Contact": "C00000005", "Email": "NOBODY@example.example", "Synchronize": "Yes", "OptedOut": "Yes",
               "LastModificationDate": "2026-02-28T23:59:59Z"}]}
            """
        return (try? LNShop(json: Data(rows.utf8), modified: 1_772_000_000)) ?? LNShop()
    }()
}
