public import Foundation

/// A meeting's row, whatever it is known by: an activity, an event, or both.
public struct MeetingID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    public var description: String { uuid.uuidString.lowercased() }

    /// `nil` where the text is no UUID.
    public init?(_ text: some StringProtocol) {
        guard let uuid = UUID(uuidString: String(text)) else { return nil }
        self.uuid = uuid
    }

    /// The order of the descriptions, and of SQLite's blobs.
    public static func < (one: MeetingID, other: MeetingID) -> Bool {
        withUnsafeBytes(of: one.uuid.uuid) { one in
            withUnsafeBytes(of: other.uuid.uuid) { other in one.lexicographicallyPrecedes(other) }
        }
    }

    public init(from decoder: any Decoder) throws {
        uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The row of one meeting. Unique by activity, and by the event's iCalUId with the occurrence.
public struct MeetingRow: Sendable, Hashable {
    public let id: MeetingID
    public var status: RowStatus
    public var meeting: Meeting
    /// Of one occurrence of a series: its original start; empty otherwise, never absent.
    public var occurrence: String
    /// The event's item in each mailbox where a reader saw it. The owner's is `meeting.event`'s.
    public var copies: [SyncUserID: ItemID]
    /// The last read taken in of each mailbox's view, of all but `mailbox`'s, which is the meeting's own: each mailbox's reader counts for
    /// itself.
    public var views: [SyncUserID: ReadSequence]
    /// The mailbox it is settled in: the owner's; of a customer's meeting the lowest-coded sync user's who has a copy (CAL-3); of an
    /// activity whose organizer is no sync user the lowest-coded invited one's.
    public var mailbox: SyncUserID

    public init(id: MeetingID, status: RowStatus, meeting: Meeting, mailbox: SyncUserID) {
        self.id = id
        self.status = status
        self.meeting = meeting
        occurrence = ""
        copies = [:]
        views = [:]
        self.mailbox = mailbox
    }

    /// How the journal names it, whatever it is known by.
    public var journalItem: String { Self.journalItem(id) }

    public static func journalItem(_ id: MeetingID) -> String { "meeting/\(id)" }
}
