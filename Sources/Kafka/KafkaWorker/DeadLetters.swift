import Foundation
public import Kafka
import Runtime

/// A record that can't be merged, however often it is tried.
public struct DeadLetter: Sendable {
    /// Why, as a word that a tool can filter by.
    public enum Reason: String, Sendable, Hashable {
        /// Not a CloudEvent of ours, or its data are not what its schema says.
        case undecodable
        /// A major version, or a type, that this program does not know.
        case unknownType
        /// The key names nothing that the worker knows, or not what the event is about.
        case badKey
    }

    public let record: ConsumerRecord
    public let reason: Reason
    /// What exactly is wrong with it.
    public let message: String

    public init(_ record: ConsumerRecord, _ reason: Reason, _ message: String) {
        self.record = record
        self.reason = reason
        self.message = message
    }
}

/// Where dead letters go.
public protocol DeadLetterSink: Sendable {
    /// Returns when the broker has acknowledged all of them.
    /// - Throws: `.deadLetters` where one could not be written; some may have been.
    func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError)
}

/// The topics `<topic>.<group>.dead-letter`: the record untouched, with headers that say where it was and why it is here.
public struct DeadLetterTopic: DeadLetterSink {
    private let producer: any RecordProducer
    private let group: String

    public init(producer: any RecordProducer, group: String) {
        self.producer = producer
        self.group = group
    }

    /// The name of a topic's dead-letter topic for a group.
    public static func name(of topic: String, group: String) -> String { "\(topic).\(group).dead-letter" }

    public func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        let records = letters.map { letter in
            ProducerRecord(
                topic: Self.name(of: topicPartition.topic, group: group),
                key: letter.record.key?.array, value: letter.record.value?.array,
                // Headers of an earlier stay among the dead letters make room for this one's.
                headers: letter.record.headers.filter { !$0.name.hasPrefix("x-dlq-") }
                    + headers(of: letter, topicPartition),
                timestamp: letter.record.timestamp)
        }
        for result in await producer.send(records) {
            if case .failure(let error) = result {
                throw IntakeError(
                    .deadLetters,
                    "a record that can't be merged could not be written to its dead-letter topic: \(error.message)")
            }
        }
    }

    private func headers(of letter: DeadLetter, _ origin: TopicPartition) -> [RecordHeader] {
        [
            RecordHeader("x-dlq-topic", origin.topic),
            RecordHeader("x-dlq-partition", String(origin.partition)),
            RecordHeader("x-dlq-offset", String(letter.record.offset)),
            RecordHeader("x-dlq-group", group),
            RecordHeader("x-dlq-reason", letter.reason.rawValue),
            RecordHeader("x-dlq-message", letter.message),
        ]
    }
}
