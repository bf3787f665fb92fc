public import Configuration
public import HTTPClient
public import Runtime
public import Telemetry

/// How LN and Exchange are reached.
public struct HTTPSettings: Sendable {
    /// A PEM file of authorities; `nil`: the system's.
    public let caFile: String?

    public init(_ configuration: inout Configuration) {
        caFile = configuration.optionalText(
            "http.ca-file", "a PEM file of the authorities to trust in place of the system's")
    }

    public func makeClient(log: Logger, time: any TimeSource) throws -> HTTPClient {
        var http = HTTPClientConfiguration()
        http.caFile = caFile
        return try HTTPClient(http, log: log, time: time)
    }
}
