/// Why LN did not do what was asked.
public struct LNError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// No connection to ION API, or none that is trusted.
        public static let unreachable = Code(description: "unreachable")
        /// No complete answer in time.
        public static let timedOut = Code(description: "timed out")
        /// Too many requests.
        public static let throttled = Code(description: "throttled")
        /// LN or the gateway has trouble of its own.
        public static let unavailable = Code(description: "unavailable")
        /// The credentials are refused: nothing works until a person mends it.
        public static let credentials = Code(description: "credentials refused")
        /// The identity may not use this service: nothing works until a person mends it.
        public static let forbidden = Code(description: "forbidden")
        /// No such service, entity set or entity.
        public static let notFound = Code(description: "not found")
        /// LN refuses the request, in its own words.
        public static let refused = Code(description: "refused")
        /// The row was changed since it was read (If-Match).
        public static let changedMeanwhile = Code(description: "changed meanwhile")
        /// The answer is not what the mapping says, or no OData at all.
        public static let invalidAnswer = Code(description: "invalid answer")
        /// The `.ionapi` file or the mapping can't be used.
        public static let configuration = Code(description: "configuration")
        public static let cancelled = Code(description: "cancelled")
    }

    public let code: Code
    /// What happened, with LN's own words, and what an LN administrator can do.
    public let message: String
    /// When LN asked to be left alone until; `nil` where it did not.
    public let retryAfter: Duration?
    /// Of a write: LN may have done it, or a part of it.
    public var isOutcomeUnknown: Bool

    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil, isOutcomeUnknown: Bool = false) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// The same, where something may have been written already.
    func afterWriting(_ isWritten: Bool = true) -> LNError {
        var error = self
        error.isOutcomeUnknown = isOutcomeUnknown || isWritten
        return error
    }

    /// Whether the same request may succeed later without anybody's help.
    public var isRetriable: Bool {
        [.unreachable, .timedOut, .throttled, .unavailable, .cancelled].contains(code)
    }

    public var description: String { "LN: \(code): \(message)" }
}
