public import HTTPServer
import HTTPTypes
public import Runtime
public import Telemetry

/// The sandbox behind HTTP: what its rules leave to the network happens here (requests in flight, latency, lost answers), and what
/// changed in its mailboxes is in their log before an answer rests on it.
public final class ExchangeSandboxServer: Sendable {
    private let server: HTTPServer

    /// - Parameter mailboxes: where the mailboxes survive a restart; `nil`: nowhere.
    public init(
        _ sandbox: ExchangeSandbox, mailboxes: MailboxLog? = nil, _ configuration: HTTPServer.Configuration = .init(),
        time: any TimeSource, log: Logger
    ) {
        server = HTTPServer(configuration, log: log) { request in
            await Self.answer(request, sandbox, mailboxes, time, log)
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
        _ request: HTTPRequest, _ sandbox: ExchangeSandbox, _ mailboxes: MailboxLog?, _ time: any TimeSource,
        _ log: Logger
    ) async -> HTTPResponse {
        switch sandbox.begin(request) {
        case .refused(let response):
            return response
        case .admitted(let visit):
            defer { sandbox.end(visit) }
            let outcome = sandbox.outcome(of: request)
            if let mailboxes, request.method != .get {
                do {
                    try await mailboxes.save(sandbox)
                } catch {
                    log.error("the mailboxes can't be saved", ["reason": "\(error)"])
                    return HTTPResponse(status: 500)
                }
            }
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
