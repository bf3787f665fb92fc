/// What went wrong with Kafka.
public struct KafkaError: Error, Sendable, CustomStringConvertible {
    /// The kind of error; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// No broker could be reached, or none answered in time.
        public static let unreachable = Code(description: "unreachable")
        /// Not within the caller's deadline: the queue stayed full, or no acknowledgement came. The record may have arrived.
        public static let timedOut = Code(description: "timed out")
        /// The client is of no more use and has to be made anew (librdkafka's fatal errors, a fenced or desynchronised producer).
        public static let fatal = Code(description: "fatal")
        /// No such topic or partition.
        public static let unknownTopic = Code(description: "unknown topic or partition")
        /// The broker refuses us: authentication or ACLs.
        public static let notAuthorized = Code(description: "not authorized")
        /// The record is larger than the topic accepts.
        public static let tooLarge = Code(description: "record too large")
        /// The partitions are another member's now.
        public static let notAssigned = Code(description: "not assigned")
        /// The broker does not know this request (librdkafka's mock cluster and CreateTopics, ListGroups).
        public static let notSupported = Code(description: "not supported by this broker")
        /// A setting or an argument that can't be.
        public static let invalid = Code(description: "invalid")
        /// The client has been closed.
        public static let closed = Code(description: "closed")
        /// Anything else that librdkafka or the broker reports.
        public static let other = Code(description: "error")
    }

    public let code: Code
    /// What happened, with librdkafka's own words and, where a person can mend it, how.
    public let message: String
    /// Whether the same call may succeed later.
    public let isRetriable: Bool
    public let file: String
    public let line: Int

    public init(
        _ code: Code, _ message: String, isRetriable: Bool = false, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.isRetriable = isRetriable
        self.file = file
        self.line = line
    }

    public var description: String { "Kafka: \(code): \(message)" }
}
