import Foundation
public import HTTPTypes
public import Runtime
import Synchronization

/// Exchange Online as the synchronisation meets it through Microsoft Graph v1.0: mailboxes with contact folders and contacts, the
/// token endpoint, throttling, and a control channel under `/sandbox/` that plays Outlook's users and the faults of a network.
///
/// Pure rules: no socket, no file, no clock of its own. `ExchangeSandboxServer` puts it behind HTTP, a simulator calls it in its own
/// process; with the same tenant, seed and requests it gives the same answers. Written from Microsoft's public contracts, sharing
/// nothing with the client, so that a mistake there is not mirrored here. Callable from any thread.
public final class ExchangeSandbox: Sendable {
    struct State {
        var mailboxes: [String: Mailbox] = [:]
        var tokens = TokenDesk()
        var throttle = Throttle()
        var faults = Faults()
        var counters = RequestCounters()
    }

    let tenant: ExchangeTenant
    let time: any TimeSource
    let state: Mutex<State>
    private let randomness: any Randomness

    public init(_ tenant: ExchangeTenant, time: any TimeSource, randomness: any Randomness) {
        self.tenant = tenant
        self.time = time
        self.randomness = randomness
        var state = State()
        for (number, mailbox) in tenant.mailboxes.sorted(by: { $0.key < $1.key }).enumerated() {
            state.mailboxes[mailbox.key.lowercased()] = Mailbox(
                id: Self.mailboxID(number), address: mailbox.key, kind: mailbox.value)
        }
        self.state = Mutex(state)
    }

    /// A user's object id in the directory.
    static func mailboxID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Requests that changed something, of all apps: what has to stand still where nothing changed.
    public var writes: Int { state.withLock { $0.counters.writes } }

    /// What Graph answers, where nothing is lost on the way and nothing else is in flight.
    public func answer(_ request: HTTPRequest) -> HTTPResponse {
        switch begin(request) {
        case .refused(let response): return response
        case .admitted(let visit):
            defer { end(visit) }
            return outcome(of: request).response
        }
    }

    // MARK: In flight

    /// A request that counts against its app's limit for its mailbox until `end`.
    public struct Visit: Sendable {
        let key: Throttle.Key?
    }

    public enum Admission: Sendable {
        case admitted(Visit)
        case refused(HTTPResponse)
    }

    /// Takes a request in, before it is answered: four of one app in one mailbox may be in flight.
    public func begin(_ request: HTTPRequest) -> Admission {
        let uptime = time.uptime
        guard let name = Self.mailboxName(request) else { return .admitted(Visit(key: nil)) }
        let refusal: (GraphError, Throttle.Key)? = state.withLock { state in
            guard let app = state.tokens.app(of: request, uptime: uptime) else { return nil }
            let key = Throttle.Key(app: app, mailbox: name)
            let error = state.throttle.enter(key, tenant, uptime: uptime)
            if error != nil { state.counters.count(request, app: app, mailbox: name, status: 429) }
            return (error ?? GraphError(0, "", ""), key)
        }
        guard let (error, key) = refusal else { return .admitted(Visit(key: nil)) }
        return error.status == 0 ? .admitted(Visit(key: key)) : .refused(refuse(error, request))
    }

    public func end(_ visit: Visit) {
        guard let key = visit.key else { return }
        state.withLock { $0.throttle.leave(key) }
    }

    /// The mailbox that a request is about, in lower case; `nil` where it is about none.
    static func mailboxName(_ request: HTTPRequest) -> String? {
        guard let segments = ResourcePath.segments(request.path), segments.count > 2, segments[1] == "users" else {
            return nil
        }
        return segments[2].lowercased()
    }

    // MARK: Answers

    /// What Graph answers, and what becomes of the answer.
    public func outcome(of request: HTTPRequest) -> ExchangeOutcome {
        let path = String(request.path)
        if path == "/sandbox" || path.hasPrefix("/sandbox/") {
            return ExchangeOutcome(response: control(request))
        }
        let (fault, delay) = state.withLock { $0.faults.take(mailbox: Self.mailboxName(request), path: path) }
        if let fault, fault.kind == .status {
            let error = GraphError(
                fault.status, fault.code ?? Self.code(of: fault.status), "Injected.", retryAfter: fault.retryAfter)
            return ExchangeOutcome(response: counted(refuse(error, request), request), delay: delay)
        }
        let response: HTTPResponse
        if path.hasSuffix("/oauth2/v2.0/token") {
            response = token(request)
        } else {
            do throws(GraphError) {
                response = try graph(request)
            } catch {
                response = refuse(error, request)
            }
        }
        return ExchangeOutcome(
            response: counted(response, request), delay: delay, isLost: fault?.kind == .lostAnswer)
    }

    private static func code(of status: Int) -> String {
        switch status {
        case 401: "InvalidAuthenticationToken"
        case 403: "ErrorAccessDenied"
        case 404: "ErrorItemNotFound"
        case 429: "ApplicationThrottled"
        case 503: "ErrorServerBusy"
        case 504: "GatewayTimeout"
        default: "InternalServerError"
        }
    }

    private func token(_ request: HTTPRequest) -> HTTPResponse {
        let secret = [randomness.next(), randomness.next(), randomness.next()].map { String($0, radix: 36) }.joined()
        let (uptime, id) = (time.uptime, requestID())
        return state.withLock { state in
            state.tokens.answer(request, tenant, uptime: uptime, token: "eyJ" + secret, requestID: id)
        }
    }

    private func counted(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        let uptime = time.uptime
        state.withLock { state in
            let app = state.tokens.app(of: request, uptime: uptime) ?? "-"
            state.counters.count(request, app: app, mailbox: Self.mailboxName(request), status: response.status)
        }
        return response
    }

    func refuse(_ error: GraphError, _ request: HTTPRequest) -> HTTPResponse {
        finished(
            error.response(
                requestID: requestID(), date: time.now.formatted(.iso8601),
                clientRequestID: request.headerFields["client-request-id"]), request)
    }

    /// With the headers that every answer has.
    func finished(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        response.headerFields["request-id"] = requestID()
        if let id = request.headerFields["client-request-id"] { response.headerFields["client-request-id"] = id }
        return response
    }

    private func requestID() -> String {
        let number = randomness.next()
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-\(padded.dropFirst(8).prefix(4))-4000-8000-\(padded.suffix(12))"
    }
}

/// What becomes of a request.
public struct ExchangeOutcome: Sendable {
    public let response: HTTPResponse
    /// How much later than at once the answer comes.
    public var delay: Duration = .zero
    /// Exchange has acted, but the answer never arrives.
    public var isLost = false
}
