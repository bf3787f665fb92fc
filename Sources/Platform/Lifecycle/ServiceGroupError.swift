/// Why a program did not end as it should.
public struct ServiceGroupError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// What the process exits with, by sysexits.
        public let exitCode: Int32

        /// The budgets of the shutdown don't fit into each other: `EX_CONFIG`.
        public static let budgets = Code(description: "the shutdown's budgets are wrong", exitCode: 78)
        /// A service could not start: `EX_SOFTWARE`.
        public static let startFailed = Code(description: "a service could not start", exitCode: 70)
        /// A service threw, or ended though nobody had asked it to: `EX_SOFTWARE`.
        public static let serviceFailed = Code(description: "a service failed", exitCode: 70)
        /// The services needed more time to end than there was: `EX_TEMPFAIL`.
        public static let drainExceeded = Code(description: "the drain took too long", exitCode: 75)
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var exitCode: Int32 { code.exitCode }

    public var description: String { "\(code): \(message)" }
}
