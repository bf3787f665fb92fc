import CCurl
import Foundation
public import HTTPTypes
public import Runtime
public import Telemetry

/// The HTTP client of the programs: libcurl's multi interface on one thread of its own.
///
/// Connections are kept and shared; HTTP/2 is spoken over TLS where the server has it. Redirects are not followed, cookies not
/// kept, and a request that may have reached the server is repeated on a new connection only where its method is idempotent.
public final class HTTPClient: HTTPTransport {
    private let loop: TransferLoop
    private let limiter: AuthorityLimiter
    private let log: Logger
    private let time: any TimeSource

    /// Starts the thread.
    /// - Throws: `.invalid` where the configuration can't work: the CA file is unreadable, the process has no descriptor left.
    public init(
        _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(), log: Logger,
        time: any TimeSource = SystemTime()
    ) throws(HTTPTransportError) {
        if let file = configuration.caFile, !FileManager.default.isReadableFile(atPath: file) {
            throw HTTPTransportError(.invalid, "the CA file \(file) can't be read", isSurelyUnsent: true)
        }
        loop = try TransferLoop(configuration, time)
        limiter = AuthorityLimiter(limit: configuration.maxConcurrentPerAuthority)
        self.log = log
        self.time = time
        loop.start()
    }

    deinit {
        loop.stop()
    }

    public func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        if let problem = request.problem {
            throw HTTPTransportError(.invalid, problem, isSurelyUnsent: true)
        }
        let server = "\(request.scheme)://\(request.authority)"
        try await limiter.acquire(server)
        defer { limiter.release(server) }
        let start = time.uptime
        do {
            let response = try await loop.send(request, until: TimeLimit.end(after: timeout, time))
            trace(request, "\(response.status)", since: start)
            return response
        } catch {
            trace(request, "\(error.code)", since: start)
            throw error
        }
    }

    /// Ends what is in flight with `.cancelled`, closes all connections and returns when the thread has ended. Later requests
    /// fail the same way.
    public func close() async {
        limiter.close()
        await loop.close()
    }

    /// Neither header fields nor bodies nor the values of the query: they may hold secrets and personal data.
    private func trace(_ request: HTTPRequest, _ outcome: String, since start: Duration) {
        log.trace(
            "\(request.method) \(request.authority)\(request.targetWithoutQueryValues): \(outcome)",
            ["milliseconds": String(Int((time.uptime - start) / .milliseconds(1)))])
    }
}

extension HTTPRequest {
    /// The path, and of the query only its names.
    var targetWithoutQueryValues: String {
        guard let query else { return String(path) }
        let names = query.split(separator: "&").map { $0.prefix { $0 != "=" } }
        return "\(path)?\(names.joined(separator: "&"))"
    }

    /// Why the request can't be put on the wire as it is; `nil` where it can.
    var problem: String? {
        guard scheme == "http" || scheme == "https" else { return "the scheme “\(scheme)” is neither http nor https" }
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(isTokenByte) else {
            return "the method is no token"
        }
        guard !authority.isEmpty, authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@\\".utf8.contains($0) })
        else { return "the authority “\(authority)” is no host and port" }
        guard target.hasPrefix("/"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else { return "the target does not begin with / or has characters that must be escaped" }
        for field in headerFields.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                return "a header field's name is no token"
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                return "the header field \(field.name) has control characters"
            }
        }
        return nil
    }
}

/// RFC 9110, 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
