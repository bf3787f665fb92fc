import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// What a process reaches by HTTP: a sandbox's rules behind a network that delays, refuses and loses.
///
/// A request that is lost after it arrived has taken effect; one whose answer is too late for the client has too.
struct SimulatedNetwork: HTTPTransport {
    /// What the service at the other end did when a request reached it.
    struct Arrival: Sendable {
        let response: HTTPResponse
        /// Called when the answer has left.
        var leave: @Sendable () -> Void = {}
    }

    let service: @Sendable (HTTPRequest) -> Arrival
    let time: VirtualTime
    let randomness: SeededRandomness
    let fate: ProcessFate
    let faults: Faults
    let trace: Trace
    let gate: Gate?
    /// How often the store was put back: whoever does that waits until nothing is under way (docs/what-it-survives.md).
    let restorations: @Sendable () -> Int

    /// Keeps back requests on their way, while it is shut.
    final class Gate: Sendable {
        private let kept = Mutex<[@Sendable () -> Void]?>(nil)

        var keeps: Int { kept.withLock { $0?.count ?? 0 } }

        func shut() { kept.withLock { $0 = $0 ?? [] } }

        func open() {
            let requests = kept.withLock { kept in
                defer { kept = nil }
                return kept ?? []
            }
            for request in requests { request() }
        }

        fileprivate func pass(_ request: @escaping @Sendable () -> Void) {
            let isKept = kept.withLock { kept in
                kept?.append(request)
                return kept != nil
            }
            if !isKept { request() }
        }
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let left = min(timeout, TimeLimit.end.map { $0 - time.uptime } ?? timeout)
        guard left > .zero else {
            throw HTTPTransportError(.timedOut, "its time was over before it could be sent", isSurelyUnsent: true)
        }
        let isDelayed = request.isWrite && faults.draw(.delay) != nil
        let result: Result<HTTPResponse, HTTPTransportError>
        do {
            result = try await fate.wait { resume in
                time.schedule(after: .milliseconds(randomness.next(in: isDelayed ? 1000...8000 : 5...80))) {
                    guard let gate else { return carry(request, left, resume) }
                    gate.pass { carry(request, left, resume) }
                }
                return nil
            }
        } catch {
            throw HTTPTransportError(.cancelled, "\(error)")
        }
        return try result.get()
    }

    private func carry(
        _ request: HTTPRequest, _ timeout: Duration,
        _ resume: @escaping @Sendable (Result<HTTPResponse, HTTPTransportError>) -> Void
    ) {
        let resume: @Sendable (Result<HTTPResponse, HTTPTransportError>) -> Void = { result in
            trace.note("\(fate.name) ← \(Self.words(result)) of \(request.method) \(request.path)")
            resume(result)
        }
        switch faults.draw(.request) ?? (request.isWrite ? faults.draw(.write) : nil) {
        case .before where randomness.next() & 1 == 0:
            resume(.failure(HTTPTransportError(.cannotConnect, "refused", isSurelyUnsent: true)))
        case .before:
            let status = [429, 500, 503, 504][randomness.next(in: 0...3)]
            let pause = String(randomness.next(in: 1...5))
            resume(.success(HTTPResponse(status: status, headerFields: ["Retry-After": pause])))
        case .after where randomness.next() & 1 == 0:
            arrive(request).leave()
            resume(.failure(HTTPTransportError(.connectionLost, "the answer was lost")))
        case .after:
            // On its way for longer than the client waits.
            time.schedule(after: timeout) {
                resume(.failure(HTTPTransportError(.timedOut, "no answer within \(timeout)")))
            }
            let begun = restorations()
            time.schedule(after: timeout * Double(randomness.next(in: 1...14)) / 10) {
                if begun == restorations() { arrive(request).leave() }
            }
        case nil:
            let arrival = arrive(request)
            time.schedule(after: .milliseconds(randomness.next(in: 1...120))) {
                arrival.leave()
                resume(.success(arrival.response))
            }
        }
    }

    /// A request reaches the service.
    private func arrive(_ request: HTTPRequest) -> Arrival {
        let arrival = service(request)
        trace.note("\(request.method) \(request.path) of \(fate.name): \(arrival.response.status)")
        return arrival
    }

    private static func words(_ result: Result<HTTPResponse, HTTPTransportError>) -> String {
        switch result {
        case .success(let response): String(response.status)
        case .failure(let error): error.description
        }
    }
}

extension HTTPRequest {
    /// Tokens are asked for by POST too.
    fileprivate var isWrite: Bool { method != .get && !path.contains("oauth2") }
}
