public import Foundation
public import SyncModel

/// An activity of kind Appointment or Call as LN has it (sessions tccom6600m100 and tccom6600m200), with its attendees and its text, in the
/// model's canonical form.
public struct LNActivity: Sendable, Hashable {
    public var key: ActivityKey
    /// Another one after every change of the activity, its text or an attendee's row: LN's own etag tells of the first alone.
    public var etag: ETag
    /// Its attendees are those of `AttendeeSet.members`. What LN has no value for that could be used is unknown.
    public var content: MeetingContent
    /// All but `organizer`, which is found by `organizer` below among the sync users.
    public var facts: ActivityFacts
    /// The Meeting Organizer's e-mail address: his row's, else his employee's; `nil` where there is none.
    public var organizer: EmailAddress?
    /// Status *Not Held*.
    public var isNotHeld: Bool
    /// *Created in Infor LN*.
    public var isCreatedInLN: Bool
    /// The latest modification time of the activity and its attendees; `nil` where the service has none.
    public var modified: Date?
    /// The attendees' rows by number, with the version that a write of theirs names.
    public var rowETags: [Int: ETag]
    /// What can't be used of it, and how to mend it, in words for an LN administrator.
    public var remarks: [String]
    /// The activity's own version, which a write of it names (If-Match).
    var header: ETag

    public init(
        key: ActivityKey, etag: ETag, content: MeetingContent, facts: ActivityFacts, organizer: EmailAddress? = nil,
        isNotHeld: Bool = false, isCreatedInLN: Bool = true, modified: Date? = nil, rowETags: [Int: ETag] = [:],
        remarks: [String] = []
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
        self.remarks = remarks
        header = etag
    }
}

/// Somebody who takes part in an activity that is made, or joins one.
public struct NewAttendee: Sendable, Hashable {
    public var address: EmailAddress
    /// As Outlook shows him: taken where LN knows him neither as employee nor as contact.
    public var name: String?
    public var attendance: MeetingAttendee.Attendance
    public var response: AttendeeResponse

    public init(
        _ address: EmailAddress, name: String? = nil, attendance: MeetingAttendee.Attendance = .required,
        response: AttendeeResponse = .none
    ) {
        self.address = address
        self.name = name
        self.attendance = attendance
        self.response = response
    }
}
