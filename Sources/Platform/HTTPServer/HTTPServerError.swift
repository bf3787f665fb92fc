/// Why a server can't start.
public struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The address can't be bound: taken, not of this machine, or not allowed.
        public static let cannotBind = Code(description: "cannot listen")
        /// libmicrohttpd or a thread could not be started: memory or descriptors are short.
        public static let cannotStart = Code(description: "cannot start")
        /// It has been started before.
        public static let alreadyStarted = Code(description: "already started")
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }
}
