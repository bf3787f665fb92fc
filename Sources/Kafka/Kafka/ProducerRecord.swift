public import Foundation

/// One header of a record. Kafka allows a name to stand more than once, and a null value.
public struct RecordHeader: Sendable, Hashable {
    public let name: String
    public let value: [UInt8]?

    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header whose value is text in UTF-8.
    public init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }
}

/// A record to be sent.
public struct ProducerRecord: Sendable, Hashable {
    public var topic: String
    /// `nil`: chosen from the key by murmur2, as Java's producers choose it.
    public var partition: Int32?
    public var key: [UInt8]?
    /// `nil` is Kafka's null value, which is not an empty one.
    public var value: [UInt8]?
    public var headers: [RecordHeader]
    /// `nil`: the moment of sending.
    public var timestamp: Date?

    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [],
        timestamp: Date? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

/// Where an acknowledged record stands.
public struct RecordPosition: Sendable, Hashable {
    public let topicPartition: TopicPartition
    /// `nil` where the broker acknowledged a record that it already had (a retry of an idempotent producer).
    public let offset: Int64?

    public init(_ topicPartition: TopicPartition, offset: Int64?) {
        self.topicPartition = topicPartition
        self.offset = offset
    }
}

/// Sends records and waits for the broker's acknowledgement: `KafkaProducer`, or the simulator's topics.
public protocol RecordProducer: Sendable {
    /// Sends records in their order and returns, for each, its position or why it has none. Returns when the last is
    /// acknowledged or given up (the producer's delivery timeout).
    ///
    /// A full queue makes the caller wait. Cancelling does not recall what is queued: it is waited for.
    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>]
}

extension RecordProducer {
    /// Sends one record and returns its position once the broker has acknowledged it.
    @discardableResult
    public func send(_ record: ProducerRecord) async throws(KafkaError) -> RecordPosition {
        guard let result = await send([record]).first else {
            throw KafkaError(.invalid, "the producer answered nothing for a record")
        }
        return try result.get()
    }
}
