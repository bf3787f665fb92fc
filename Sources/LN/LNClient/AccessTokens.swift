import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// The access token of an authorized app: fetched by one caller for all, kept, and renewed before it ends.
final class AccessTokens: Sendable {
    private struct Token: Sendable {
        let text: String
        /// From when on another is fetched, by the time source's `uptime`.
        let renewal: Duration
    }

    /// A token is renewed so long before its end, or at three quarters of a shorter life.
    private static let margin: Duration = .seconds(120)

    private let file: IONAPIFile
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let timeout: Duration
    private let flight = SingleFlight<Token>()
    private let current = Mutex<Token?>(nil)

    init(_ file: IONAPIFile, transport: any HTTPTransport, time: any TimeSource, timeout: Duration) {
        self.file = file
        self.transport = transport
        self.time = time
        self.timeout = timeout
    }

    /// A token that is good for a while.
    func token() async throws(LNError) -> String {
        if let token = valid { return token.text }
        do {
            return try await flight.run {
                // Whoever came while another fetched one takes that.
                if let token = self.valid { return token }
                let token = try await self.fetch()
                self.current.withLock { $0 = token }
                return token
            }.text
        } catch let error as LNError {
            throw error
        } catch {
            throw LNError(.cancelled, "ended while waiting for a token")
        }
    }

    /// LN refuses this token: the next call fetches another.
    func reject(_ token: String) {
        current.withLock { current in
            if current?.text == token { current = nil }
        }
    }

    private var valid: Token? {
        let now = time.uptime
        return current.withLock { $0.flatMap { $0.renewal > now ? $0 : nil } }
    }

    private func fetch() async throws(LNError) -> Token {
        var form = [("client_id", file.clientID), ("client_secret", file.clientSecret)]
        if let account = file.serviceAccount {
            form =
                [("grant_type", "password"), ("username", account.accessKey), ("password", account.secretKey)] + form
        } else {
            form = [("grant_type", "client_credentials")] + form
        }
        let body = form.map { "\($0)=\(PercentEncoding.encode($1, keeping: ""))" }.joined(separator: "&")
        guard
            let request = HTTPRequest(
                method: .post, url: file.tokenURL,
                headerFields: [
                    "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
                ], body: Data(body.utf8))
        else { throw LNError(.configuration, "pu and ot of the .ionapi file make no URL: download it again") }
        let start = time.uptime
        let response = try await transport.answer(to: request, timeout: timeout, from: "the authorization server")
        guard response.status == 200 else { throw refusal(response) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: response.body), !answer.access_token.isEmpty
        else {
            throw LNError(.invalidAnswer, "the authorization server's answer has no access_token: check pu and ot")
        }
        let life = Duration.seconds(max(1, min(answer.expires_in ?? 3600, 86400)))
        return Token(text: answer.access_token, renewal: start + life - min(Self.margin, life / 4))
    }

    private func refusal(_ response: HTTPResponse) -> LNError {
        let words = (try? JSONDecoder().decode(Refusal.self, from: response.body))
            .map { [$0.error, $0.error_description].compactMap(\.self).joined(separator: ": ") }
        let said = words.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
        switch response.status {
        case 400, 401, 403:
            return LNError(
                .credentials,
                "the authorization server refuses the credentials of the .ionapi file\(said), HTTP \(response.status): in ION API see whether the authorized app \(file.appName) and its service account are still there, and download the credentials again"
            )
        case 404:
            return LNError(.configuration, "no token endpoint at \(file.tokenURL): check pu and ot of the .ionapi file")
        default:
            return LNError(
                response.status == 429 ? .throttled : .unavailable,
                "the authorization server answers HTTP \(response.status)\(said)", retryAfter: response.retryAfter)
        }
    }

    private struct Answer: Decodable {
        let access_token: String
        let expires_in: Int?
    }

    private struct Refusal: Decodable {
        let error: String?
        let error_description: String?
    }
}
