public import SyncModel

/// The data of `invitation.request.v1`: what one meeting is to be towards its attendees. Only invitation-worker carries it out; it
/// claims what the meeting's row still asks for.
public struct InvitationRequest: Sendable, Hashable, Codable {
    public var meeting: MeetingID
    /// Rises with each request of a meeting: whoever has taken in a higher one drops it.
    public var revision: Int64
    /// In whose mailbox it is written.
    public var mailbox: SyncUserID
    public var activity: ActivityKey?
    /// `nil` where there is none yet.
    public var event: EventKey?
    /// The write that is asked for.
    public var change: MeetingWrite.Change
    /// What the event holds then, with all attendees; `nil` where it is to go.
    public var wanted: MeetingContent?
    /// If-Match.
    public var etag: ETag?
    /// Of a create: part of its `transactionId`.
    public var generation: Int
    /// A past item, or only what no attendee sees: nobody is told (INV-3).
    public var tellsNobody: Bool

    /// `nil` where the row asks for nothing.
    /// - Parameter row: as it is committed together with the request.
    public init?(_ row: MeetingRow) {
        guard let ask = row.meeting.asked else { return nil }
        meeting = row.id
        revision = row.status.version + 1
        mailbox = row.mailbox
        activity = row.meeting.activity
        event = row.meeting.event
        change = ask.write.change
        wanted = Self.wanted(ask.write.change, row.meeting.observed.exchange.content)
        etag = ask.write.etag
        generation = ask.write.generation
        tellsNobody = ask.tellsNobody
    }

    private static func wanted(_ change: MeetingWrite.Change, _ now: MeetingContent?) -> MeetingContent? {
        switch change {
        case .create(let content): return content
        case .update(let values):
            var content = now ?? MeetingContent()
            for (group, value) in values {
                if case .attendee = group, content.attendees == nil { content.attendees = [:] }
                content[group] = value
            }
            return content
        case .end: return nil
        }
    }

    /// The key of its record: the mailbox, as that of the meeting's own records.
    public var key: String { MeetingRecordKey(owner: mailbox).description }
}
