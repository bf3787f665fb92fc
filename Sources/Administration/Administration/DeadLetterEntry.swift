public import Foundation
import Kafka
import SyncEvents
import SyncModel
import SyncStore

/// A record that could not be merged, as it stands among a group's dead letters.
public struct DeadLetterEntry: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        /// Waits for a person.
        case undecided
        case redriven, discarded
    }

    /// `<group>/<topic>/<partition>/<offset>` of the record that could not be merged: what commands name it by.
    public var id: String
    public var group: String
    public var topic: String
    public var partition: Int32
    public var offset: Int64
    /// When the record was made.
    public var time: Date?
    /// A word: `undecodable`, `unknownType`, `badKey`.
    public var reason: String
    /// What exactly is wrong with it.
    public var message: String
    /// `ce_type`.
    public var type: String?
    /// `ce_subject`: the contact.
    public var subject: String?
    /// How often it was redriven in vain.
    public var redriveCount: Int
    public var state: State
    public var decidedBy: String?
    public var decided: Date?
    /// Whether it is known where it came from; without that it can only be discarded.
    public var hasOrigin: Bool
    /// Whether the record is here as it was; one that is too large for that stands in its topic only.
    public var hasContent: Bool
}

/// One record in full.
public struct DeadLetterContent: Sendable, Hashable, Codable {
    public struct Header: Sendable, Hashable, Codable {
        public var name: String
        public var value: String?
    }

    public var entry: DeadLetterEntry
    /// As text; bytes that are not UTF-8 as `0x…`.
    public var key: String?
    public var value: String?
    public var headers: [Header]
}

extension DeadLetterEntry {
    var origin: DeadLetterOrigin {
        DeadLetterOrigin(
            group: group, partition: IntakePartition(topic: topic, partition: partition), offset: offset)
    }

    /// A record of a dead-letter topic. One whose `x-dlq-` headers are missing or name another topic or group was written there
    /// by somebody else: it stands for itself.
    /// - Parameters:
    ///   - topic: whose dead letters they are.
    ///   - decisions: those of the group.
    ///   - now: the store's clock.
    init(
        _ record: ConsumerRecord, at place: TopicPartition, of topic: String, group: String,
        _ decisions: [DeadLetterOrigin: DeadLetterDecision], now: Date
    ) {
        func header(_ name: String) -> String? { record.header(name)?.string }
        let partition = header("x-dlq-partition").flatMap { Int32($0) }
        let offset = header("x-dlq-offset").flatMap { Int64($0) }
        let isOurs = header("x-dlq-topic") == topic && header("x-dlq-group") == group
        hasOrigin = isOurs && (partition ?? -1) >= 0 && (offset ?? -1) >= 0
        self.group = group
        self.topic = hasOrigin ? topic : place.topic
        self.partition = hasOrigin ? partition ?? 0 : place.partition
        self.offset = hasOrigin ? offset ?? 0 : record.offset
        id = "\(group)/\(self.topic)/\(self.partition)/\(self.offset)"
        time = record.timestamp
        reason = header("x-dlq-reason") ?? "unknown"
        message =
            header("x-dlq-message")
            ?? (hasOrigin ? "" : "no worker wrote it: it does not say where it comes from")
        type = header("ce_type")
        subject = header("ce_subject")
        hasContent = header("x-dlq-left-out") == nil
        redriveCount = header(DeadLetters.redriveCountHeader).flatMap { Int($0) } ?? 0
        state = .undecided
        guard let decision = decisions[origin] else { return }
        // Another log (the embedded broker after a restart) may have other records at the same offsets: what was made after a
        // decision was not decided by it. A time that is still to come says nothing.
        if let time, time > decision.at, time <= now { return }
        state = decision.verdict == .redriven ? .redriven : .discarded
        decidedBy = decision.by
        decided = decision.at
    }
}

extension DeadLetterContent {
    init(_ entry: DeadLetterEntry, _ record: ConsumerRecord) {
        func text(_ bytes: [UInt8]) -> String {
            String(validating: bytes, as: UTF8.self)
                ?? "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        self.init(
            entry: entry, key: (record.key?.array).map(text), value: (record.value?.array).map(text),
            headers: record.headers.map { Header(name: $0.name, value: $0.value.map(text)) })
    }
}
