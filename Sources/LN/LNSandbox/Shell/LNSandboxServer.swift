import Foundation
public import HTTPServer
import HTTPTypes
public import Runtime
public import Telemetry

/// The sandbox behind HTTP: what its rules leave to the network happens here (latency, lost answers), and a shop that has a
/// file is saved before an answer rests on it.
public final class LNSandboxServer: Sendable {
    private let server: HTTPServer

    /// - Parameter file: where the shop survives a restart; `nil`: nowhere.
    public init(
        _ sandbox: LNSandbox, file: ShopFile? = nil, _ configuration: HTTPServer.Configuration = .init(),
        time: any TimeSource, log: Logger
    ) {
        server = HTTPServer(configuration, log: log) { request in
            await Self.answer(request, sandbox, file, time, log)
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
        _ request: HTTPRequest, _ sandbox: LNSandbox, _ file: ShopFile?, _ time: any TimeSource, _ log: Logger
    ) async -> HTTPResponse {
        let outcome = sandbox.outcome(of: request)
        if let file {
            do {
                try await file.save(sandbox, revision: outcome.revision)
            } catch {
                log.error("the shop can't be saved", ["reason": "\(error)"])
                return ODataError(500, "The shop can't be saved: \(error)").response
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
