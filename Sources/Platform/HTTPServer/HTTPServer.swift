/// An HTTP/1.1 server with async handlers on libmicrohttpd: one thread reads and writes all connections, one watches over
/// deadlines and ends the server, handlers run on Swift's pool. Plain HTTP; whatever faces the internet stands behind a proxy.

public import HTTPTypes
public import Telemetry

/// Answers requests until it is drained. Dropping the server ends it at once.
public final class HTTPServer: Sendable {
    public struct Configuration: Sendable {
        /// The address to listen on: a name or an IPv4 or IPv6 address; `0.0.0.0` and `::` are all of the machine's.
        public var host = "127.0.0.1"
        /// 0: a free one.
        public var port: UInt16 = 0
        /// Connections at a time; more wait in the kernel until one ends.
        public var maximumConnections = 1100
        /// Bytes of a request's body; 413 above.
        public var maximumBody = 1 << 20
        /// Bytes of a request's line and header fields; 431 (or 414) above.
        public var maximumHeader = 32 << 10
        /// How long a connection may stay without beginning a request, or without taking a byte of an answer.
        public var idleTimeout: Duration = .seconds(60)
        /// From a request's first line to its last byte, and again from its answer's first byte to the last: whoever is slower
        /// is cut off.
        public var transferTimeout: Duration = .seconds(30)
        /// How long a handler may take; then its task is cancelled and the answer is 503.
        public var handlerTimeout: Duration = .seconds(60)

        public init() {}
    }

    /// Answers one request. Its task is cancelled where the client goes away, the time is over, or a drain ends; the answer then
    /// no longer matters. Must not block: the pool has one thread for each core.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    private let core: ServerCore

    public init(_ configuration: Configuration, log: Logger, handler: @escaping Handler) {
        core = ServerCore(configuration, log: log, handler: handler)
    }

    deinit {
        core.requestStop(within: .zero)
    }

    /// Listens and answers from here on. Raises the process's soft limit of open files where it is too low for
    /// `maximumConnections`. A server starts once.
    /// - Returns: the port.
    public func start() throws(HTTPServerError) -> UInt16 {
        try core.start()
    }

    /// Takes no new connection, lets the requests under way end, and stops. What still runs when the time is nearly over is
    /// cancelled and answered with 503. Returns in time, also for handlers that ignore their cancellation; a second call waits
    /// for the first.
    public func drain(within time: Duration) async {
        await withCheckedContinuation { core.requestStop(within: time, $0) }
    }
}
