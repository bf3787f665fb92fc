import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// What a request to LN needs: an access token, and the credentials it was given for, which say where LN is.
struct Access: Sendable {
    let token: String
    let file: IONAPIFile
}

/// The access token of an authorized app: fetched by one caller for all, kept, and renewed before it ends. The credentials are read
/// again with each new token.
final class AccessTokens: Sendable {
    private struct Token: Sendable {
        let access: Access
        /// From when on another is fetched, by the time source's `uptime`.
        var renewal: Duration
        /// From when on LN refuses it.
        let end: Duration
    }

    /// A token is renewed so long before its end, or at three quarters of a shorter life.
    private static let margin: Duration = .seconds(120)
    /// A renewal that failed is tried again after so long, while the token is still good.
    private static let pause: Duration = .seconds(10)

    private let credentials: @Sendable () throws(LNError) -> IONAPIFile
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let timeout: Duration
    private let flight = SingleFlight<Token>()
    private let current = Mutex<Token?>(nil)

    init(
        _ credentials: @escaping @Sendable () throws(LNError) -> IONAPIFile, transport: any HTTPTransport,
        time: any TimeSource, timeout: Duration
    ) {
        self.credentials = credentials
        self.transport = transport
        self.time = time
        self.timeout = timeout
    }

    /// A token that is good for a while.
    func access() async throws(LNError) -> Access {
        if let token = valid { return token.access }
        do {
            return try await flight.run { try await self.renewed() }.access
        } catch let error as LNError {
            throw error
        } catch {
            throw LNError(.cancelled, "ended while waiting for a token")
        }
    }

    private func renewed() async throws(LNError) -> Token {
        // Whoever came while another fetched one takes that.
        if let token = valid { return token }
        do throws(LNError) {
            let token = try await fetch()
            current.withLock { $0 = token }
            return token
        } catch {
            guard error.code != .cancelled, let token = putOff() else { throw error }
            return token
        }
    }

    /// LN refuses this token: the next call fetches another.
    func reject(_ access: Access) {
        current.withLock { current in
            if current?.access.token == access.token { current = nil }
        }
    }

    private var valid: Token? {
        let now = time.uptime
        return current.withLock { $0.flatMap { $0.renewal > now ? $0 : nil } }
    }

    /// The token that could not be renewed, where it is still good: it serves until its end.
    private func putOff() -> Token? {
        let now = time.uptime
        return current.withLock { current in
            guard let token = current, token.end > now else { return nil }
            current?.renewal = min(token.end, now + Self.pause)
            return token
        }
    }

    private func fetch() async throws(LNError) -> Token {
        let file = try credentials()
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
        guard response.status == 200 else { throw refusal(response, file) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: response.body), !answer.access_token.isEmpty
        else {
            throw LNError(.invalidAnswer, "the authorization server's answer has no access_token: check pu and ot")
        }
        let life = Duration.seconds(max(1, min(answer.expires_in ?? 3600, 86400)))
        return Token(
            access: Access(token: answer.access_token, file: file),
            renewal: start + life - min(Self.margin, life / 4), end: start + life)
    }

    private func refusal(_ response: HTTPResponse, _ file: IONAPIFile) -> LNError {
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
                "the authorization server answers HTTP \(response.status)\(said)",
                retryAfter: response.retryAfter(now: time.now))
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
