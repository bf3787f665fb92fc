import ExchangeClient
import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// The app's access token: asked for once for all that need it, renewed before it expires.
///
/// Microsoft identity platform, OAuth 2.0 client credentials with a secret.
final class GraphToken: Sendable {
    private struct Token: Sendable {
        let text: String
        let renewal: Duration
        let expiry: Duration
    }

    private struct Refusal {
        let error: ExchangeError
        let secret: String
        let until: Duration
    }

    private struct State {
        var token: Token?
        var refusal: Refusal?
    }

    private struct Answer: Decodable {
        let access_token: String
        let expires_in: Int
    }

    private let configuration: GraphConfiguration
    private let url: String
    private let scope: String
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let metrics: GraphMetrics
    private let flight = SingleFlight<Token>()
    private let state = Mutex(State())

    /// A refused registration is asked about again after that long, or once there is another secret.
    private static let refusalLifetime: Duration = .seconds(30)

    init(
        _ configuration: GraphConfiguration, login: GraphURL, graph: GraphURL, _ transport: any HTTPTransport,
        _ time: any TimeSource, _ metrics: GraphMetrics
    ) {
        self.configuration = configuration
        url = login.resource([configuration.tenant, "oauth2", "v2.0", "token"])
        scope = "\(graph.scheme)://\(graph.authority)/.default"
        self.transport = transport
        self.time = time
        self.metrics = metrics
    }

    /// A token that is good for a request now.
    func current() async throws(ExchangeError) -> String {
        let known = state.withLock { $0.token }
        if let known, time.uptime < known.renewal { return known.text }
        do {
            return try await flight.run { try await self.renewed() }.text
        } catch {
            // The old one is good until it expires.
            if let known, time.uptime < known.expiry { return known.text }
            throw error as? ExchangeError ?? ExchangeError(.transient, "the request was cancelled before it was sent")
        }
    }

    /// Graph refused that token: the next request gets another.
    func discard(_ text: String) {
        state.withLock { state in
            if state.token?.text == text { state.token = nil }
        }
    }

    private func renewed() async throws(ExchangeError) -> Token {
        // Whoever came first may have brought one between this one's look and his turn.
        if let known = state.withLock({ $0.token }), time.uptime < known.renewal { return known }
        let secret: String
        do {
            secret = try configuration.clientSecret()
        } catch {
            throw ExchangeError(.authConfig, "the app registration's secret can't be read: \(error)")
        }
        if let refusal = state.withLock({ $0.refusal }), refusal.secret == secret, time.uptime < refusal.until {
            throw refusal.error
        }
        do throws(ExchangeError) {
            let token = try await ask(secret)
            state.withLock { $0 = State(token: token) }
            metrics.count(.token, nil)
            return token
        } catch {
            metrics.count(.token, error)
            if let pause = Self.pause(after: error) {
                let refusal = Refusal(error: error, secret: secret, until: time.uptime + pause)
                state.withLock { $0.refusal = refusal }
            }
            throw error
        }
    }

    /// How long the login server is left alone; `nil` where it may be asked again at once.
    private static func pause(after error: ExchangeError) -> Duration? {
        switch error.kind {
        case .authConfig: refusalLifetime
        case .throttled(let retryAfter): retryAfter
        default: nil
        }
    }

    private func ask(_ secret: String) async throws(ExchangeError) -> Token {
        let form = [
            ("client_id", configuration.clientID), ("client_secret", secret), ("grant_type", "client_credentials"),
            ("scope", scope),
        ]
        let body = form.map { "\($0)=\(GraphURL.escaped($1))" }.joined(separator: "&")
        guard
            let request = HTTPRequest(
                method: .post, url: url, headerFields: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Data(body.utf8))
        else { throw ExchangeError(.authConfig, "the login URL can't be used") }
        let start = time.uptime
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await transport.send(request, timeout: configuration.requestTimeout)
        } catch {
            throw ExchangeError(.transient, "no token from \(request.authority): \(error)")
        }
        guard response.status == 200 else { throw GraphTokenRefusal.error(of: response, now: time.now) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: response.body), !answer.access_token.isEmpty
        else { throw ExchangeError(.transient, "\(request.authority) answered with something that is no token") }
        let lifetime = Duration.seconds(max(0, min(answer.expires_in, 86400)))
        return Token(
            text: answer.access_token, renewal: start + max(lifetime - .seconds(300), lifetime / 2),
            expiry: start + lifetime)
    }
}
