import Foundation
public import HTTPTypes
public import Runtime
import Synchronization

/// Exchange Online as the synchronisation meets it through Microsoft Graph v1.0: mailboxes with contacts and calendars, the
/// token endpoint, throttling, and a control channel under `/sandbox/` that plays Outlook's users and the faults of a network.
///
/// Pure rules: no socket, no file, no clock of its own. `ExchangeSandboxServer` puts it behind HTTP, a simulator calls it in its own
/// process; with the same tenant, seed and requests it gives the same answers. Written from Microsoft's public contracts, sharing
/// nothing with the client, so that a mistake there is not mirrored here. Callable from any thread.
public final class ExchangeSandbox: Sendable {
    struct State {
        var directory = Directory()
        var tokens = TokenDesk()
        var throttle = Throttle()
        var faults = Faults()
        var counters = RequestCounters()
        var vices: ExchangeTenant.Vices
        /// Counts how often Exchange forgot its delta tokens; another one at each start.
        var deltaGeneration: UInt64
        /// What a forgotten token of a calendar view is refused with.
        var deltaRefusal = EventDeltaToken.forgotten

        mutating func apply(_ record: MailboxRecord) {
            if let app = record.app, let changes = record.changes {
                counters.counts[Throttle.Key(app: app, mailbox: record.address), default: .init()].changes = changes
            } else {
                directory.apply(record)
            }
        }

        var allRecords: [MailboxRecord] {
            let counts = counters.counts.filter { $0.value.changes > 0 }
            return directory.allRecords + counts.map { MailboxRecord(changes: $0.value.changes, of: $0.key) }
        }
    }

    let tenant: ExchangeTenant
    let time: any TimeSource
    let state: Mutex<State>
    private let randomness: any Randomness

    public init(_ tenant: ExchangeTenant, time: any TimeSource, randomness: any Randomness) {
        self.tenant = tenant
        self.time = time
        self.randomness = randomness
        var state = State(
            vices: tenant.vices, deltaGeneration: UInt64(max(0, time.now.timeIntervalSince1970 * 1000)))
        for (address, kind) in tenant.mailboxes.sorted(by: { $0.key < $1.key }) {
            state.directory.add(Mailbox(userID: Self.uuid(randomness), address: address, kind: kind))
        }
        self.state = Mutex(state)
    }

    /// Requests that changed something, of all apps: what has to stand still where nothing changed.
    public var writes: Int { state.withLock { $0.counters.total.changes } }

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
        guard let name = Self.mailboxName(request) else { return .admitted(Visit(key: nil)) }
        let uptime = time.uptime
        let (key, refusal): (Throttle.Key?, GraphError?) = state.withLock { state in
            guard let app = state.tokens.app(of: request, uptime: uptime),
                let mailbox = state.directory.address(of: name)
            else { return (nil, nil) }
            let key = Throttle.Key(app: app, mailbox: mailbox)
            guard let error = state.throttle.enter(key, tenant, uptime: uptime) else { return (key, nil) }
            state.counters.counts[key, default: .init()].throttled += 1
            state.counters.statuses[error.status, default: 0] += 1
            return (nil, error)
        }
        if let refusal { return .refused(refuse(refusal, request)) }
        return .admitted(Visit(key: key))
    }

    /// The request's answer has gone out, or never will.
    public func end(_ visit: Visit) {
        guard let key = visit.key else { return }
        state.withLock { $0.throttle.leave(key) }
    }

    /// The mailbox that a request is about, as it names it; `nil` where it is about none.
    static func mailboxName(_ request: HTTPRequest) -> String? {
        guard let segments = ResourcePath.segments(request.path), segments.count > 2,
            segments[0].lowercased() == "v1.0", segments[1].lowercased() == "users"
        else { return nil }
        return segments[2]
    }

    // MARK: Answers

    /// What Graph answers, and what becomes of the answer.
    public func outcome(of request: HTTPRequest) -> ExchangeOutcome {
        let path = request.path
        if path == "/sandbox" || path.hasPrefix("/sandbox/") { return ExchangeOutcome(response: control(request)) }
        let isToken = path.hasSuffix("/oauth2/v2.0/token")
        let name = isToken ? "token" : Self.mailboxName(request) ?? ""
        let (fault, delay) = state.withLock { state in
            state.faults.take(
                mailbox: state.directory.address(of: name) ?? name.lowercased(), method: request.method.rawValue)
        }
        var response: HTTPResponse
        if let fault, fault.kind == .status {
            response = refuse(fault.error, request)
        } else if isToken {
            response = token(request)
        } else {
            do throws(GraphError) {
                response = finished(try graph(request), request)
            } catch {
                response = refuse(error, request)
            }
        }
        if let fault, fault.kind == .statusAfter { response = refuse(fault.error, request) }
        state.withLock { $0.counters.statuses[response.status, default: 0] += 1 }
        return ExchangeOutcome(response: response, delay: delay, isLost: fault?.kind == .lostAnswer)
    }

    private func token(_ request: HTTPRequest) -> HTTPResponse {
        let secret = "eyJ" + (0..<4).map { _ in String(randomness.next(), radix: 36) }.joined()
        let (uptime, id) = (time.uptime, Self.uuid(randomness))
        return state.withLock { state in
            state.tokens.answer(request, tenant, uptime: uptime, token: secret, requestID: id)
        }
    }

    private func graph(_ request: HTTPRequest) throws(GraphError) -> HTTPResponse {
        guard let segments = ResourcePath.segments(request.path), let query = ResourcePath.options(request.query) else {
            throw GraphError(400, "BadRequest", "The URL has a malformed escape.")
        }
        let (uptime, now, number) = (time.uptime, time.now, randomness.next())
        return try state.withLock { state throws(GraphError) in
            guard let app = state.tokens.app(of: request, uptime: uptime) else {
                throw GraphError(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
            }
            guard segments.count > 3, segments[0].lowercased() == "v1.0", segments[1].lowercased() == "users" else {
                throw GraphError(400, "BadRequest", "Resource not found for the segment '\(segments.last ?? "")'.")
            }
            let call = try GraphCall(
                request, path: Array(segments.dropFirst(3)), query: query, now: now, defaultPage: tenant.defaultPage,
                number: number, vices: state.vices, deltaGeneration: state.deltaGeneration,
                deltaRefusal: state.deltaRefusal)
            let key = Throttle.Key(
                app: app, mailbox: state.directory.address(of: segments[2]) ?? segments[2].lowercased())
            let isRead = request.method == .get
            if isRead {
                state.counters.counts[key, default: .init()].reads += 1
            } else {
                state.counters.counts[key, default: .init()].writes += 1
            }
            let response = try state.directory.visit(segments[2], app: app) { mailbox throws(GraphError) in
                try call.answer(&mailbox)
            }
            if !isRead {
                let changes = state.counters.counts[key, default: .init()].changes + 1
                state.counters.counts[key, default: .init()].changes = changes
                state.directory.record(changes: changes, of: key)
            }
            return response
        }
    }

    private func refuse(_ error: GraphError, _ request: HTTPRequest) -> HTTPResponse {
        let id = Self.uuid(randomness)
        var response = error.response(
            requestID: id, date: String(time.now.formatted(.iso8601).dropLast()),
            clientRequestID: request.headerFields["client-request-id"])
        response.headerFields["request-id"] = id
        if error.status == 401 { response.headerFields["WWW-Authenticate"] = "Bearer realm=\"\"" }
        return echoed(response, request)
    }

    private func finished(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        response.headerFields["request-id"] = Self.uuid(randomness)
        return echoed(response, request)
    }

    private func echoed(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        if let id = request.headerFields["client-request-id"] { response.headerFields["client-request-id"] = id }
        return response
    }

    func newUserID() -> String { Self.uuid(randomness) }

    private static func uuid(_ randomness: any Randomness) -> String {
        let digits = [randomness.next(), randomness.next()].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(4))-4\(digits.dropFirst(13).prefix(3))-"
            + "8\(digits.dropFirst(17).prefix(3))-\(digits.suffix(12))"
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
