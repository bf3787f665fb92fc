/// Why the store can't be read or written.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The kind of error; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// Locked by another process for too long, or the connection to it is lost.
        public static let unavailable = Code(description: "unavailable")
        public static let full = Code(description: "full")
        public static let readOnly = Code(description: "read-only")
        public static let corrupt = Code(description: "corrupt")
        /// The path or address can't be opened as a store, or may not be used as one.
        public static let cannotOpen = Code(description: "cannot open")
        /// Another file is at the store's place by now, or none.
        public static let replaced = Code(description: "moved or replaced")
        /// A newer version of the program has changed its tables beyond what this one understands.
        public static let newerSchema = Code(description: "newer schema")
        public static let closed = Code(description: "closed")
        public static let other = Code(description: "error")
    }

    public let code: Code
    /// What happened and, where a person can mend it, how.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "store: \(code): \(message)" }
}
