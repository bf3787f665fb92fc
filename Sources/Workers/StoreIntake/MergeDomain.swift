public import Foundation
public import Kafka
public import KafkaWorker
public import SyncEvents
public import SyncStore

/// What a worker brings to its intake: which row an event is about, and what it does to it.
public protocol MergeDomain: Sendable {
    associatedtype ID: Hashable & Sendable
    associatedtype Row: Sendable

    /// The row that an event is about. Reads the envelope and the key, not the data.
    /// - Throws: where they name none.
    func id(_ event: IncomingEvent) throws(Rejection) -> ID

    func rows(_ ids: [ID]) async throws(StoreError) -> [ID: Row]

    /// Merges an event into its row, or makes the row.
    /// - Throws: where the event's data can't be read.
    func merge(_ event: IncomingEvent, into row: Row?, _ id: ID, now: Date) throws(Rejection) -> MergeVerdict<Row>

    func mutation(_ row: Row) -> Mutation

    /// What has to be sent anew where records are lost: the mutations that ask for it.
    /// - Parameter partition: whose records; `nil` where it may be any partition's.
    func baseline(of partition: Int32?) async throws(StoreError) -> [Mutation]

    /// Rows were merged and committed.
    func merged()
}

/// What an event does to its row.
public enum MergeVerdict<Row: Sendable>: Sendable {
    /// Not newer: nothing is written.
    case older
    /// Newer, and changes nothing but the row's sequence.
    case equal(Row)
    case merged(Row)
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
