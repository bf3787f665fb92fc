import Foundation
import HTTPTypes
import Synchronization

/// A stand-in, called in process: what it loses on the way times out at once.
final class CallTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) -> (response: HTTPResponse, isLost: Bool)
    typealias Interruption = @Sendable (HTTPRequest) async -> Void

    private struct State {
        var requests: [HTTPRequest] = []
        var interruption: Interruption?
        /// Never reaches the stand-in: the process died before.
        var isCut: (@Sendable (HTTPRequest) -> Bool)?
    }

    private let answer: Answer
    private let state = Mutex(State())

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    /// What was asked but for tokens, in that order.
    var requests: [HTTPRequest] { state.withLock { $0.requests.filter { !$0.path.contains("token") } } }

    var writes: [HTTPRequest] { requests.filter { $0.method != .get } }

    func forget() { state.withLock { $0.requests = [] } }

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

    /// The next of these requests is lost on its way there.
    func loseNext(where isWanted: @escaping @Sendable (HTTPRequest) -> Bool) {
        state.withLock { $0.isCut = isWanted }
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let (interruption, isCut) = state.withLock { state in
            state.requests.append(request)
            let isCut = state.isCut?(request) ?? false
            if isCut { state.isCut = nil }
            return (state.interruption, isCut)
        }
        await interruption?(request)
        if isCut { throw HTTPTransportError(.timedOut, "no answer within \(timeout)") }
        let outcome = answer(request)
        if outcome.isLost { throw HTTPTransportError(.timedOut, "no answer within \(timeout)") }
        return outcome.response
    }
}
