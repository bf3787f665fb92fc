/// A meeting's content in the one form that both sides are brought to, compared in and hashed in: texts in NFC with LF as line
/// end. A group that is `nil` is *unknown*, which is not the same as empty: the side does not have it, or hides it (CAL-19).
public struct MeetingContent: Sendable, Hashable, Codable {
    public var time: MeetingTime?
    public var subject: String?
    public var location: String?
    public var body: MeetingBody?
    public var showAs: ShowAs?
    public var sensitivity: Sensitivity?
    public var reminder: Reminder?
    /// By address in lower case, without the organizer.
    public var attendees: [EmailAddress: MeetingAttendee]?

    /// All unknown.
    public init() {}

    public init(
        time: MeetingTime, subject: String, location: String = "", body: MeetingBody = MeetingBody(""),
        showAs: ShowAs = .busy, sensitivity: Sensitivity = .normal, reminder: Reminder = .off,
        attendees: [EmailAddress: MeetingAttendee] = [:]
    ) {
        self.time = time
        self.subject = subject
        self.location = location
        self.body = body
        self.showAs = showAs
        self.sensitivity = sensitivity
        self.reminder = reminder
        self.attendees = attendees
    }

    /// A value of another group's kind is passed over. `nil` for an attendee makes all attendees unknown.
    public subscript(group: FieldGroup) -> FieldValue? {
        get {
            switch group {
            case .time: time.map(FieldValue.time)
            case .subject: subject.map(FieldValue.subject)
            case .location: location.map(FieldValue.location)
            case .body: body.map(FieldValue.body)
            case .showAs: showAs.map(FieldValue.showAs)
            case .sensitivity: sensitivity.map(FieldValue.sensitivity)
            case .reminder: reminder.map(FieldValue.reminder)
            case .attendee(let address): attendees.map { .attendee($0[address]) }
            }
        }
        set {
            switch (group, newValue) {
            case (.time, nil): time = nil
            case (.time, .time(let value)): time = value
            case (.subject, nil): subject = nil
            case (.subject, .subject(let value)): subject = value
            case (.location, nil): location = nil
            case (.location, .location(let value)): location = value
            case (.body, nil): body = nil
            case (.body, .body(let value)): body = value
            case (.showAs, nil): showAs = nil
            case (.showAs, .showAs(let value)): showAs = value
            case (.sensitivity, nil): sensitivity = nil
            case (.sensitivity, .sensitivity(let value)): sensitivity = value
            case (.reminder, nil): reminder = nil
            case (.reminder, .reminder(let value)): reminder = value
            case (.attendee, nil): attendees = nil
            case (.attendee(let address), .attendee(let value)): attendees?[address] = value
            default: break
            }
        }
    }
}
