public import Foundation
public import SyncModel

/// An activity of kind Appointment or Call as LN has it (sessions tccom6600m100 and tccom6600m200), with its attendees and its text, in the
/// model's canonical form.
public struct LNActivity: Sendable, Hashable {
    public var key: ActivityKey
    public var etag: ETag
    /// Its attendees are those of `AttendeeSet.members`.
    public var content: MeetingContent
    /// All but `organizer`, which is found by `organizer` below among the sync users.
    public var facts: ActivityFacts
    /// The Meeting Organizer's e-mail address as it stands in his row; `nil` where there is none.
    public var organizer: EmailAddress?
    /// Status *Not Held*.
    public var isNotHeld: Bool
    /// *Created in Infor LN*.
    public var isCreatedInLN: Bool
    /// The latest modification time of the activity, its text and its attendees; `nil` where the service has none.
    public var modified: Date?
    /// The attendees' rows by number, with the version that a write of theirs names.
    public var rowETags: [Int: ETag]

    public init(
        key: ActivityKey, etag: ETag, content: MeetingContent, facts: ActivityFacts, organizer: EmailAddress? = nil,
        isNotHeld: Bool = false, isCreatedInLN: Bool = true, modified: Date? = nil, rowETags: [Int: ETag] = [:]
    ) {
        self.key = key
        self.etag = etag
        self.content = content
        self.facts = facts
        self.organizer = organizer
        self.isNotHeld = isNotHeld
        self.isCreatedInLN = isCreatedInLN
        self.modified = modified
        self.rowETags = rowETags
    }
}
