import Foundation
import HTTPTypes

/// The token endpoint: application tokens by client secret.
struct TokenDesk: Sendable {
    private struct Token {
        let app: String
        let expires: Duration
    }

    private var tokens: [String: Token] = [:]
    /// Tokens handed out.
    private(set) var count = 0

    mutating func expireAll() { tokens = [:] }

    /// The app that a request's token stands for; `nil` where it has none that is good.
    func app(of request: HTTPRequest, uptime: Duration) -> String? {
        guard let header = request.headerFields["Authorization"], header.lowercased().hasPrefix("bearer "),
            let token = tokens[String(header.dropFirst(7))], token.expires > uptime
        else { return nil }
        return token.app
    }

    mutating func answer(
        _ request: HTTPRequest, _ tenant: ExchangeTenant, uptime: Duration, token: String, requestID: String
    ) -> HTTPResponse {
        let form = ResourcePath.form(request.body)
        func refuse(_ status: Int, _ error: String, _ code: Int, _ text: String) -> HTTPResponse {
            let body: JSON = [
                "error": .text(error), "error_description": .text("AADSTS\(code): \(text)"),
                "error_codes": [.number(Double(code))], "trace_id": .text(requestID),
                "correlation_id": .text(requestID),
            ]
            return HTTPResponse(
                status: status, headerFields: ["Content-Type": "application/json; charset=utf-8"], body: body.data)
        }
        guard request.method == .post else {
            return refuse(400, "invalid_request", 900561, "The endpoint only accepts POST requests.")
        }
        guard form["grant_type"] == "client_credentials" else {
            return refuse(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        }
        guard form["scope"]?.hasSuffix("/.default") == true else {
            return refuse(
                400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
        }
        guard let id = form["client_id"], let secret = tenant.apps[id] else {
            return refuse(
                400, "unauthorized_client", 700016,
                "Application with identifier '\(form["client_id"] ?? "")' was not found in the directory '\(tenant.name)'."
            )
        }
        guard form["client_secret"] == secret else {
            return refuse(
                401, "invalid_client", 7_000_215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
                    + "client secret ID, for a secret added to app '\(id)'.")
        }
        tokens = tokens.filter { $0.value.expires > uptime }
        count += 1
        tokens[token] = Token(app: id, expires: uptime + tenant.tokenLifetime)
        let body: JSON = [
            "token_type": "Bearer", "expires_in": .number(Double(tenant.tokenLifetime.components.seconds)),
            "ext_expires_in": .number(Double(tenant.tokenLifetime.components.seconds)), "access_token": .text(token),
        ]
        return HTTPResponse(
            status: 200,
            headerFields: ["Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"],
            body: body.data)
    }
}

extension ResourcePath {
    /// A form's fields (application/x-www-form-urlencoded): here a plus sign is a blank.
    static func form(_ body: Data) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? ""
            }
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        return fields
    }
}
