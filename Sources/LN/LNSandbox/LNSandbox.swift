import Foundation
public import HTTPTypes
public import Runtime
import Synchronization

/// Infor LN as the synchronisation meets it, without its ERP: OData 4.01 over ION API with LN's ways, its authorization server, and
/// a control channel under `/sandbox/` that plays LN's users and the faults of a network.
///
/// Pure rules: no socket, no file, no clock of its own. `LNSandboxServer` puts it behind HTTP, a simulator calls it in its own
/// process; with the same shop, seed and requests it gives the same answers. Written from LN's public documents, sharing nothing
/// with the client, so that a mistake there is not mirrored here. Callable from any thread.
public final class LNSandbox: Sendable {
    struct State {
        var shop: LNShop
        var tokens = TokenDesk()
        var faults = Faults()
        var counters = RequestCounters()
        /// One more with each edit of the shop.
        var revision = 0
    }

    /// Where OData begins in a path, behind the tenant.
    static let odataRoot = "/LN/lnapi/odata/"
    /// How the path of the token endpoint ends.
    static let tokenPath = "/as/token.oauth2"
    /// Requests with a longer target are refused, as gateways do.
    static let maximumTarget = 8192

    let installation: LNInstallation
    let services: [Service]
    let time: any TimeSource
    let state: Mutex<State>
    private let randomness: any Randomness

    public init(
        _ shop: LNShop, time: any TimeSource, randomness: any Randomness,
        installation: LNInstallation = LNInstallation()
    ) {
        self.installation = installation
        services = Service.all(installation)
        self.time = time
        self.randomness = randomness
        state = Mutex(State(shop: shop))
    }

    /// The shop as it is now.
    public var shop: LNShop { state.withLock { $0.shop } }

    /// How many edits there have been: a shop saved under the same number is the shop as it is.
    public var snapshot: (shop: LNShop, revision: Int) { state.withLock { ($0.shop, $0.revision) } }

    /// LN's clock, whole seconds since 1970.
    var now: Int {
        Int(time.now.timeIntervalSince1970.rounded(.down)) + Int(installation.clockOffset.components.seconds)
    }

    /// What LN answers, where nothing is lost on the way.
    public func answer(_ request: HTTPRequest) -> HTTPResponse { outcome(of: request).response }

    /// What LN answers, and what becomes of the answer.
    public func outcome(of request: HTTPRequest) -> LNOutcome {
        let path = String(request.path)
        if path == "/sandbox" || path.hasPrefix("/sandbox/") {
            return LNOutcome(response: control(request), revision: state.withLock { $0.revision })
        }
        let (fault, delay) = state.withLock { $0.faults.take(path: path, request.method) }
        let reply: Reply =
            switch fault?.kind {
            case .status: Reply(ODataError.response(status: fault?.status ?? 503, message: "Service unavailable"))
            case .u14: Reply(ODataError(401, "OAuth [U14]: unknown oauth_consumer_key").response)
            case .errorBody: Reply(ODataError.response(status: 200, message: "The request can't be processed"))
            case .statusAfter, .lostAnswer, .latency, nil: reply(to: request, path: path)
            }
        var response = reply.response
        if fault?.kind == .statusAfter {
            response = ODataError.response(status: fault?.status ?? 504, message: "Gateway timeout")
        }
        if let retryAfter = fault?.retryAfter { response.headerFields["Retry-After"] = String(retryAfter) }
        let revision = state.withLock { state in
            state.counters.count(
                resourceName(path), request.method.rawValue, status: response.status, rows: reply.rows)
            return state.revision
        }
        return LNOutcome(response: response, delay: delay, isLost: fault?.kind == .lostAnswer, revision: revision)
    }

    /// An answer, and how many rows it shows.
    struct Reply {
        let response: HTTPResponse
        var rows = 0

        init(_ response: HTTPResponse, rows: Int = 0) {
            self.response = response
            self.rows = rows
        }
    }

    private func reply(to request: HTTPRequest, path: String) -> Reply {
        if path.hasSuffix(Self.tokenPath) {
            let uptime = time.uptime
            let secret = [randomness.next(), randomness.next()].map { String($0, radix: 36) }.joined()
            return Reply(state.withLock { $0.tokens.answer(request, installation, uptime: uptime, token: secret) })
        }
        do {
            return try odata(request)
        } catch {
            return Reply(error.response)
        }
    }

    /// What the counters know a path by.
    private func resourceName(_ path: String) -> String {
        if path.hasSuffix(Self.tokenPath) { return "token" }
        guard let root = path.firstRange(of: Self.odataRoot) else { return "other" }
        let parts = path[root.upperBound...].split(separator: "/")
        guard let name = parts.first, let service = services.first(where: { $0.name == name }) else { return "other" }
        guard parts.count > 1 else { return service.name }
        if parts[1] == "$metadata" { return "\(service.name)/$metadata" }
        return service.resource(String(parts[1].prefix { $0 != "(" && $0 != "%" })).map { "\(service.name)/\($0.name)" }
            ?? "other"
    }
}

/// What becomes of a request.
public struct LNOutcome: Sendable {
    public let response: HTTPResponse
    /// How much later than at once the answer comes.
    public var delay: Duration = .zero
    /// LN has acted, but the connection breaks before the answer.
    public var isLost = false
    /// The shop's revision that the answer rests on (see `LNSandbox.snapshot`).
    public let revision: Int
}
