public import HTTPServer
import HTTPTypes
public import Runtime
public import Telemetry

/// The sandbox behind HTTP: what its rules leave to the network happens here: how many requests are in flight, latency, lost
/// answers.
public final class ExchangeSandboxServer: Sendable {
    private let server: HTTPServer

    public init(
        _ sandbox: ExchangeSandbox, _ configuration: HTTPServer.Configuration = .init(), time: any TimeSource,
        log: Logger
    ) {
        server = HTTPServer(configuration, log: log) { request in
            await Self.answer(request, sandbox, time)
        }
    }

    /// Listens and answers from here on.
    /// - Returns: the port.
    public func start() throws(HTTPServerError) -> UInt16 {
        try server.start()
    }

    /// Lets the requests under way end, and stops.
    public func drain(within timeout: Duration) async {
        await server.drain(within: timeout)
    }

    private static func answer(
        _ request: HTTPRequest, _ sandbox: ExchangeSandbox, _ time: any TimeSource
    ) async -> HTTPResponse {
        switch sandbox.begin(request) {
        case .refused(let response):
            return response
        case .admitted(let visit):
            defer { sandbox.end(visit) }
            let outcome = sandbox.outcome(of: request)
            // Cancelled where the client has gone: the answer no longer matters.
            if outcome.delay > .zero { try? await time.sleep(for: outcome.delay) }
            if outcome.isLost {
                // The client waits in vain, until it or the server has enough.
                while !Task.isCancelled { try? await time.sleep(for: .seconds(3600)) }
            }
            return outcome.response
        }
    }
}
