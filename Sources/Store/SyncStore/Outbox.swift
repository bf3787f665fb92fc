public import Foundation
public import SyncModel

/// A request to invitation-worker, committed with the row that asks for it and sent after.
public struct OutboxDraft: Sendable, Hashable {
    public let meeting: MeetingID
    /// Of the meeting: rises with each request.
    public let revision: Int64
    /// The row's: who holds it sends.
    public let partition: Int32
    /// The record's key.
    public let key: String
    /// The record's value.
    public let data: Data

    public init(meeting: MeetingID, revision: Int64, partition: Int32, key: String, data: Data) {
        self.meeting = meeting
        self.revision = revision
        self.partition = partition
        self.key = key
        self.data = data
    }
}

/// What is to be sent until it is acknowledged.
public struct OutboxEntry: Sendable, Hashable {
    /// Rises with every entry.
    public let number: Int64
    /// When it was committed.
    public let time: Date
    public let draft: OutboxDraft

    public init(number: Int64, time: Date, draft: OutboxDraft) {
        self.number = number
        self.time = time
        self.draft = draft
    }
}
