import Foundation
import HTTPServer
import HTTPServerTesting
import HTTPTypes
import Synchronization
import Telemetry

/// What the server sends back for these bytes until it closes the connection.
func answer(to request: String, port: UInt16) async throws -> String {
    try await blocking {
        let connection = try RawConnection(port: port)
        connection.write(request)
        return connection.readToEnd()
    }
}

/// Waits for a condition; false where it doesn't hold within the time.
func holds(within time: Duration = .seconds(20), _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + time
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// Holds handlers until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How many have come to the gate and are held.
    var waiting: Int { state.withLock { $0.waiters.count } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// Starts a server, runs `body` with its port, and drains it.
func withServer<Value>(
    _ configuration: HTTPServer.Configuration = .init(), handler: @escaping HTTPServer.Handler,
    body: (UInt16) async throws -> Value
) async throws -> Value {
    let server = HTTPServer(configuration, log: .silent, handler: handler)
    let port = try server.start()
    do {
        let value = try await body(port)
        await server.drain(within: .seconds(5))
        return value
    } catch {
        await server.drain(within: .seconds(5))
        throw error
    }
}

/// Answers with the method, the target and the body.
@Sendable func echo(_ request: HTTPRequest) async -> HTTPResponse {
    HTTPResponse(status: 200, body: Data("\(request.method) \(request.target) ".utf8) + request.body)
}

extension HTTPServer.Configuration {
    init(_ change: (inout HTTPServer.Configuration) -> Void) {
        self.init()
        change(&self)
    }
}
