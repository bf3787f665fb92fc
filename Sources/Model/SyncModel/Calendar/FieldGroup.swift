/// What is merged as one (CAL-9).
public enum FieldGroup: Sendable, Hashable {
    /// Start, end, all-day and zone.
    case time
    case subject, location, body, showAs, sensitivity, reminder
    /// One attendee, by his address in lower case.
    case attendee(EmailAddress)

    /// All but attendees.
    public static let fields: [FieldGroup] = [.time, .subject, .location, .body, .showAs, .sensitivity, .reminder]
}

/// A field group's value.
public enum FieldValue: Sendable, Hashable {
    case time(MeetingTime)
    case subject(String)
    case location(String)
    case body(MeetingBody)
    case showAs(ShowAs)
    case sensitivity(Sensitivity)
    case reminder(Reminder)
    /// `nil`: he is not among the attendees.
    case attendee(MeetingAttendee?)
}
