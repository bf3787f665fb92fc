/// An attendee as far as he is merged. The Meeting Organizer is none. He is named by his address in lower case.
public struct MeetingAttendee: Sendable, Hashable, Codable {
    /// *Attendance* in LN, `type` in Exchange.
    public enum Attendance: String, Sendable, Hashable, Codable, CaseIterable {
        case required, optional, resource
    }

    public var attendance: Attendance
    /// *Invite* in LN; always on in Exchange.
    public var isInvited: Bool

    public init(_ attendance: Attendance, isInvited: Bool = true) {
        self.attendance = attendance
        self.isInvited = isInvited
    }
}

/// *Attendance Status* in LN.
public enum AttendeeResponse: String, Sendable, Hashable, Codable, CaseIterable {
    case none, accepted, tentative, declined
}

/// A row of Attendees (session tccom6105m000).
public struct AttendeeRow: Sendable, Hashable, Codable {
    /// LN's sequence number within the activity.
    public var number: Int
    /// In lower case; `nil` where LN has none that is usable, so that nobody can be invited.
    public var address: EmailAddress?
    public var attendance: MeetingAttendee.Attendance
    /// Attendance *Meeting Organizer*.
    public var isOrganizer: Bool
    public var isInvited: Bool
    /// *Sent to Synchronizer*.
    public var isSent: Bool
    /// *Synchronized*.
    public var isSynchronized: Bool
    public var response: AttendeeResponse

    public init(
        number: Int, address: EmailAddress?, attendance: MeetingAttendee.Attendance = .required,
        isOrganizer: Bool = false,
        isInvited: Bool = true, isSent: Bool = false, isSynchronized: Bool = false, response: AttendeeResponse = .none
    ) {
        self.number = number
        self.address = address.map { EmailAddress($0.folded) }
        self.attendance = attendance
        self.isOrganizer = isOrganizer
        self.isInvited = isInvited
        self.isSent = isSent
        self.isSynchronized = isSynchronized
        self.response = response
    }
}
