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

    /// What was asked of mailboxes, in that order.
    var requests: [HTTPRequest] { state.withLock { $0.requests.filter { $0.path.contains("/users/") } } }

    func forget() {
        state.withLock { $0.requests = [] }
    }

    /// Runs once, before the next of these requests is answered.
    func beforeNext(where isWanted: @escaping @Sendable (HTTPRequest) -> Bool, _ body: @escaping Interruption) {
        state.withLock { state in
            state.interruption = { [weak self] request in
                guard isWanted(request) else { return }
                self?.state.withLock { $0.interruption = nil }
                await body(request)
            }
        }
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
