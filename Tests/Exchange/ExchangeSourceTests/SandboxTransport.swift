import ExchangeSandbox
import Foundation
import HTTPTypes
import Synchronization

/// Exchange's stand-in, called in process: what it loses on the way times out at once.
final class SandboxTransport: HTTPTransport {
    typealias Interruption = @Sendable (HTTPRequest) async -> Void

    private struct State {
        var requests: [HTTPRequest] = []
        var interruption: Interruption?
    }

    private let sandbox: ExchangeSandbox
    private let state = Mutex(State())

    init(_ sandbox: ExchangeSandbox) {
        self.sandbox = sandbox
    }

    /// What was asked of mailboxes, in that order: method and path behind the mailbox.
    var requests: [String] {
        state.withLock { $0.requests }.filter { $0.path.contains("/users/") }.map { request in
            let path = request.path.split(separator: "/users/", maxSplits: 1).last ?? ""
            return "\(request.method) \(path)?\(request.query ?? "")"
        }
    }

    /// Rounds that were begun, or gone on with: requests for pages of changes.
    func pages(of mailbox: String? = nil) -> Int {
        requests.count { $0.contains("calendarView/delta") && (mailbox.map($0.contains) ?? true) }
    }

    func forget() {
        state.withLock { $0.requests = [] }
    }

    /// Runs before each request is answered; `nil`: nothing does.
    func before(_ body: Interruption?) {
        state.withLock { $0.interruption = body }
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let interruption = state.withLock { state in
            state.requests.append(request)
            return state.interruption
        }
        await interruption?(request)
        switch sandbox.begin(request) {
        case .refused(let response): return response
        case .admitted(let visit):
            defer { sandbox.end(visit) }
            let outcome = sandbox.outcome(of: request)
            if outcome.isLost { throw HTTPTransportError(.timedOut, "no answer within \(timeout)") }
            return outcome.response
        }
    }
}
