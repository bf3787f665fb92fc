extension EmbeddedKafka {
    /// The kinds of request that can be made to fail, with their numbers in Kafka's protocol.
    public enum Request: Int16, Sendable, CaseIterable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case offsetFetch = 9
        case findCoordinator = 10
        case joinGroup = 11
        case heartbeat = 12
        case leaveGroup = 13
        case syncGroup = 14
        case initProducerID = 22

        /// As commands write it.
        public var name: String { "\(self)" }
    }
}
