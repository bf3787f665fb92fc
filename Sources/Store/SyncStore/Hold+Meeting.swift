public import SyncModel

/// A hold of one meeting. Its subject is the sync user in whose mailbox it is settled, its only key the row's id.
extension Hold {
    private static let meetingKind = "meeting."

    /// `meeting.endOrKeep`.
    public static func kind(of question: MeetingHold.Question) -> String { meetingKind + question.rawValue }

    /// `nil` where it is about something else.
    public var question: MeetingHold.Question? {
        kind.hasPrefix(Self.meetingKind)
            ? MeetingHold.Question(rawValue: String(kind.dropFirst(Self.meetingKind.count))) : nil
    }

    /// The row that it holds; `nil` where it is about something else. Whoever decides it makes the row due: calendar-worker finds the
    /// decision by the hold's id, and carries it out while the meeting is as it was shown.
    public var meeting: MeetingID? { question == nil ? nil : keys.first.flatMap { MeetingID($0) } }

    /// Who closes one that nobody has decided: nothing is asked any more. That is no decision.
    public static let nobody = "calendar-worker"

    /// What a decision means for the question; `nil` while nobody has decided. Of an end, approving ends it where it is still there,
    /// discarding makes it again where it is gone.
    public func decision(on question: MeetingHold.Question) -> MeetingHold.Decision? {
        switch (state, question) {
        case (.open, _): nil
        case (.approved, .endOrKeep): .end
        case (.discarded, .endOrKeep): .keep
        case (.approved, _): .approve
        case (.discarded, _): .refuse
        }
    }
}
