import Foundation
public import HTTPServer
import HTTPTypes
public import Telemetry

/// `/livez`, `/readyz` and `/metrics` of a program.
public enum HealthServer {
    /// - Parameters:
    ///   - isAlive: whether the program still turns over.
    ///   - notReady: why it is not ready; `nil` where it is.
    public static func make(
        _ configuration: HTTPServer.Configuration, metrics: Metrics, log: Logger,
        isAlive: @escaping @Sendable () -> Bool, notReady: @escaping @Sendable () -> String?
    ) -> HTTPServer {
        HTTPServer(configuration, log: log) { request in
            guard request.method == .get || request.method == .head else {
                return HTTPResponse(status: 405, headerFields: ["Allow": "GET, HEAD"])
            }
            switch request.path {
            case "/livez":
                return isAlive() ? text(200, "alive\n") : text(503, "the program does not turn over any more\n")
            case "/readyz":
                guard let why = notReady() else { return text(200, "ready\n") }
                return text(503, why + "\n")
            case "/metrics":
                var response = text(200, metrics.prometheusText)
                response.headerFields["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
                return response
            default:
                return text(404, "there are /livez, /readyz and /metrics\n")
            }
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headerFields: ["Content-Type": "text/plain; charset=utf-8"], body: Data(text.utf8))
    }
}
