/// Whatever carries a request to a server and brings its answer: libcurl in the programs, the simulator's network there.
public protocol HTTPTransport: Sendable {
    /// Sends a request and returns its answer, whatever the status.
    ///
    /// Cancelling the task ends the request and throws `.cancelled`; the server may have acted on it. A request whose time is over
    /// before it is begun, by `timeout` or by the task's `TimeLimit`, is not sent: `.timedOut`, surely unsent.
    /// - Parameter timeout: from the call to the last byte of the answer, the wait for a free connection not counted.
    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse
}

/// Why there is no answer.
public struct HTTPTransportError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// No connection: name not found, refused, unreachable, or not within the time for connecting.
        public static let cannotConnect = Code(description: "cannot connect")
        /// The server's certificate is not trusted, or TLS could not be agreed on.
        public static let notTrusted = Code(description: "not trusted")
        /// No complete answer within the timeout.
        public static let timedOut = Code(description: "timed out")
        /// The connection broke before the answer was complete.
        public static let connectionLost = Code(description: "connection lost")
        /// The answer's body is larger than the client accepts.
        public static let bodyTooLarge = Code(description: "body too large")
        /// The answer is not HTTP, or the request can't be sent as it is.
        public static let invalid = Code(description: "invalid")
        public static let cancelled = Code(description: "cancelled")
    }

    public let code: Code
    public let message: String
    /// True only where the server surely has not seen the request: repeating it can do nothing twice.
    public let isSurelyUnsent: Bool

    public init(_ code: Code, _ message: String, isSurelyUnsent: Bool = false) {
        self.code = code
        self.message = message
        self.isSurelyUnsent = isSurelyUnsent
    }

    public var description: String { "\(code): \(message)" }
}
