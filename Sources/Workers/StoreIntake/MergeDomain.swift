public import Foundation
public import Kafka
public import KafkaWorker
public import SyncEvents
public import SyncStore

/// What a worker brings to its intake: which rows a batch's events are about, and what each event does to them.
public protocol MergeDomain: Sendable {
    /// The rows of one batch, as they were read and as they become.
    associatedtype Rows: Sendable

    /// Whether an event can be merged at all. Reads the envelope and the key, not the data.
    /// - Throws: where they name nothing that this worker has rows of.
    func check(_ event: IncomingEvent) throws(Rejection)

    /// The rows that these events may be about.
    func rows(_ events: [IncomingEvent]) async throws(StoreError) -> Rows

    /// Merges an event into its row, or makes the row.
    /// - Throws: where the event's data can't be read; the rows are as they were.
    func merge(_ event: IncomingEvent, into rows: inout Rows, now: Date) throws(Rejection) -> MergeVerdict

    /// Stores the rows that were changed.
    func mutations(_ rows: Rows) -> [Mutation]

    /// What has to be sent anew where records are lost: the mutations that ask for it.
    /// - Parameter partition: whose records; `nil` where it may be any partition's.
    func baseline(of partition: Int32?) async throws(StoreError) -> [Mutation]

    /// Rows were merged and committed.
    func merged()
}

/// What an event does to its row.
public enum MergeVerdict: Sendable {
    /// Not newer: nothing is written.
    case older
    /// Newer, and changes nothing but the row's sequence.
    case equal
    case merged
}

/// A record with its envelope.
public struct IncomingEvent: Sendable {
    public let envelope: Envelope
    public let record: ConsumerRecord
    public let partition: Int32
    public let isBackfill: Bool

    public init(envelope: Envelope, record: ConsumerRecord, partition: Int32, isBackfill: Bool) {
        self.envelope = envelope
        self.record = record
        self.partition = partition
        self.isBackfill = isBackfill
    }
}

/// Why a record can't be merged, however often it is tried.
public struct Rejection: Error, Sendable, Hashable {
    public let reason: DeadLetter.Reason
    public let message: String

    public init(_ reason: DeadLetter.Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
