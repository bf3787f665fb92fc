import Foundation
import HTTPTypes
import Testing

@testable import ExchangeSandbox

@Suite("Exchange's stand-in: tokens")
struct TokenTests {
    @Test(
        "What is wrong with a request for a token is said as the identity platform says it",
        arguments: [
            (
                "client_id=worker&client_secret=no&grant_type=client_credentials&scope=x%2F.default", 401,
                "invalid_client"
            ),
            (
                "client_id=nobody&client_secret=s&grant_type=client_credentials&scope=x%2F.default", 400,
                "unauthorized_client"
            ),
            (
                "client_id=worker&client_secret=secret&grant_type=password&scope=x%2F.default", 400,
                "unsupported_grant_type"
            ),
            ("client_id=worker&client_secret=secret&grant_type=client_credentials&scope=x", 400, "invalid_scope"),
        ])
    func refusals(_ form: String, _ status: Int, _ error: String) throws {
        let sandbox = try Harness().sandbox
        let response = sandbox.answer(
            HTTPRequest(
                method: .post, scheme: "http", authority: "x", target: "/contoso.example/oauth2/v2.0/token",
                headerFields: ["Content-Type": "application/x-www-form-urlencoded"], body: Data(form.utf8)))
        let json = try #require(JSON(response.body))
        #expect(response.status == status)
        #expect(json["error"]?.text == error)
        #expect(json["error_description"]?.text?.hasPrefix("AADSTS") == true)
        #expect(json["access_token"] == nil)
        #expect(!String(decoding: response.body, as: UTF8.self).contains("secret="), "the secret is not repeated")
    }
}
