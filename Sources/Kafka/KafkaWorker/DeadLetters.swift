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

    /// What is wrong with it and where it is, for the journal.
    public func detail(ofTopic topic: String, group: String) -> String {
        "\(reason.rawValue): \(message); see \(DeadLetterTopic.name(of: topic, group: group))"
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

    /// In place of a value that no topic of ours takes together with the headers: how many bytes it has.
    private static let leftOutHeader = "x-dlq-left-out"

    public func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
        let records = letters.map { letter in
            record(
                letter, topicPartition, key: letter.record.key?.array, value: letter.record.value?.array,
                // Headers of an earlier stay among the dead letters make room for this one's.
                letter.record.headers.filter { !$0.name.hasPrefix("x-dlq-") })
        }
        var tooLarge: [ProducerRecord] = []
        for (letter, result) in zip(letters, await producer.send(records)) {
            switch result {
            case .success: continue
            case .failure(let error) where error.code == .tooLarge:
                tooLarge.append(withoutContent(letter, topicPartition))
            case .failure(let error): throw Self.failure(error)
            }
        }
        guard !tooLarge.isEmpty else { return }
        for case .failure(let error) in await producer.send(tooLarge) { throw Self.failure(error) }
    }

    private static func failure(_ error: KafkaError) -> IntakeError {
        IntakeError(
            .deadLetters,
            "a record that can't be merged could not be written to its dead-letter topic: \(error.message)")
    }

    /// Where the record was and why it is here. The record itself stays in its topic until retention deletes it.
    private func withoutContent(_ letter: DeadLetter, _ origin: TopicPartition) -> ProducerRecord {
        let size = letter.record.value?.count ?? 0
        let what = DeadLetter(
            letter.record, letter.reason,
            letter.message
                + "; its \(size) bytes are too many to be kept here with its headers: it stands where it was, until retention deletes it"
        )
        return record(
            what, origin, key: letter.record.key.flatMap { $0.count <= Self.longestKey ? $0.array : nil }, value: nil,
            [RecordHeader(Self.leftOutHeader, String(size))])
    }

    private static let longestKey = 1000

    private func record(
        _ letter: DeadLetter, _ origin: TopicPartition, key: [UInt8]?, value: [UInt8]?, _ kept: [RecordHeader]
    ) -> ProducerRecord {
        ProducerRecord(
            topic: Self.name(of: origin.topic, group: group), key: key, value: value,
            headers: kept + headers(of: letter, origin), timestamp: letter.record.timestamp)
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
