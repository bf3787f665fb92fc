import Foundation
import HTTPTypes

/// The authorization server: hands out access tokens and knows which are good.
struct TokenDesk: Sendable {
    /// Access tokens and refresh tokens with the uptime of their end; a refresh token has none.
    private var tokens: [String: Duration] = [:]
    private var refreshTokens: Set<String> = []

    mutating func expireAll() {
        tokens = [:]
    }

    func isGood(_ token: String, uptime: Duration) -> Bool {
        tokens[token].map { uptime < $0 } ?? false
    }

    /// Answers a request to the token endpoint.
    /// - Parameter token: a new, unguessable text, of which both tokens are made.
    mutating func answer(
        _ request: HTTPRequest, _ installation: LNInstallation, uptime: Duration, token secret: String
    ) -> HTTPResponse {
        guard request.method == .post else {
            return Self.refusal(405, "invalid_request", "The token endpoint takes POST")
        }
        guard let body = String(validating: request.body, as: UTF8.self), let form = PercentEncoding.form(body) else {
            return Self.refusal(400, "invalid_request", "The body is no form")
        }
        let client = Self.basic(request.headerFields["Authorization"]) ?? (form["client_id"], form["client_secret"])
        guard client.0 == installation.clientID, client.1 == installation.clientSecret else {
            return Self.refusal(401, "invalid_client", "Invalid client or client credentials.")
        }
        switch form["grant_type"] {
        case "password":
            guard form["username"] == installation.accessKey, form["password"] == installation.secretKey else {
                return Self.refusal(400, "invalid_grant", "The provided access key or secret key is not valid.")
            }
        case "refresh_token":
            guard let token = form["refresh_token"], refreshTokens.remove(token) != nil else {
                return Self.refusal(400, "invalid_grant", "unknown, invalid, or expired refresh token")
            }
        case "client_credentials": break
        case let other:
            return Self.refusal(400, "unsupported_grant_type", "unsupported grant_type: \(other ?? "")")
        }
        tokens = tokens.filter { uptime < $0.value }
        let token = "eyJ\(secret)"
        tokens[token] = uptime + installation.tokenLifetime
        var text = JSONText()
        text.object { text in
            text.member("access_token", token)
            if form["grant_type"] != "client_credentials" {
                let refreshToken = "refresh-\(secret)"
                refreshTokens.insert(refreshToken)
                text.member("refresh_token", refreshToken)
            }
            text.member("token_type", "Bearer")
            text.member("expires_in", Int(installation.tokenLifetime.components.seconds))
        }
        return HTTPResponse(
            status: 200, headerFields: ["Content-Type": "application/json;charset=utf-8", "Cache-Control": "no-store"],
            body: text.data)
    }

    /// Client id and secret from `Authorization: Basic` (RFC 6749, 2.3.1).
    private static func basic(_ header: String?) -> (String?, String?)? {
        guard let header, header.hasPrefix("Basic "), let data = Data(base64Encoded: String(header.dropFirst(6))),
            let text = String(validating: data, as: UTF8.self)
        else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return (PercentEncoding.decode(parts[0]), PercentEncoding.decode(parts[1]))
    }

    private static func refusal(_ status: Int, _ error: String, _ description: String) -> HTTPResponse {
        var text = JSONText()
        text.object { text in
            text.member("error", error)
            text.member("error_description", description)
        }
        return HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: text.data)
    }
}
