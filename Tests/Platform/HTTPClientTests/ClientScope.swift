import Foundation
import HTTPClient
import HTTPTypes
import Synchronization
import Telemetry

/// A client and a server for one test; both are closed at its end.
func withClient<Value>(
    using configuration: HTTPClientConfiguration = HTTPClientConfiguration(), log: Logger = .silent,
    _ reply: @escaping @Sendable (RawServer.Request) -> RawServer.Reply,
    _ body: (HTTPClient, RawServer) async throws -> Value
) async throws -> Value {
    let server = try RawServer(reply)
    let client = try HTTPClient(configuration, log: log)
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(client, server))
    } catch {
        result = .failure(error)
    }
    await client.close()
    server.close()
    return try result.get()
}

extension HTTPClient {
    /// What comes of a request: the answer's status, or why there is none.
    func outcome(_ request: HTTPRequest, timeout: Duration = .seconds(60)) async -> Result<Int, HTTPTransportError> {
        do throws(HTTPTransportError) {
            return .success(try await send(request, timeout: timeout).status)
        } catch {
            return .failure(error)
        }
    }

    func error(_ request: HTTPRequest, timeout: Duration = .seconds(60)) async -> HTTPTransportError? {
        if case .failure(let error) = await outcome(request, timeout: timeout) { error } else { nil }
    }
}

extension RawServer {
    func request(
        _ method: HTTPMethod = .get, _ target: String = "/", _ headerFields: HTTPFields = [:], _ body: String = ""
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, scheme: "http", authority: authority, target: target, headerFields: headerFields,
            body: Data(body.utf8))
    }
}

/// Keeps what is logged.
final class LogRecord: LogSink {
    private let kept = Mutex<[(message: String, metadata: [String: String])]>([])

    var lines: [(message: String, metadata: [String: String])] { kept.withLock { $0 } }

    func wants(_ level: LogLevel, from label: String) -> Bool { true }

    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        kept.withLock { $0.append((message, metadata)) }
    }
}
