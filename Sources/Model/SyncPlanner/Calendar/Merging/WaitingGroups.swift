import SyncModel

/// Which of LN's changes wait, and count as agreed until then (CAL-10, CAL-12).
enum WaitingGroups {
    /// Changes of these alone are not worth a mail.
    static let quiet: Set<FieldGroup> = [.showAs, .sensitivity, .reminder]

    /// Takes from `writes` what is not to be written to this event now.
    static func take(
        from writes: inout [FieldGroup: FieldValue], _ event: MeetingContent, _ meeting: Meeting,
        _ policy: CalendarPolicy
    ) -> [FieldGroup] {
        var waiting: [FieldGroup] = []
        if writes[.body] != nil, replaces(event, meeting, policy) {
            writes[.body] = nil
            waiting.append(.body)
        }
        let mails = event.attendees?.isEmpty == false && !policy.canWriteQuietly
        if mails, writes.keys.allSatisfy(quiet.contains) {
            waiting += FieldGroup.fields.filter { writes[$0] != nil }
            writes = [:]
        }
        return waiting
    }

    /// A text of LN's would replace what Outlook or the online meeting put there, or what LN can't hold and its users have never seen.
    private static func replaces(_ event: MeetingContent, _ meeting: Meeting, _ policy: CalendarPolicy) -> Bool {
        if meeting.birth == .exchange || meeting.eventFacts.isOnline { return true }
        return event.body.map { $0.isRich || policy.limits.shortening($0) != nil } ?? false
    }

    /// What the journal says of a group that begins to wait.
    static func note(_ group: FieldGroup, _ facts: ActivityFacts) -> MeetingAction {
        guard group == .body else {
            return MeetingAction(
                .note("\(group) waits for the next change that is worth a mail to the attendees"), "CAL-12")
        }
        return MeetingAction(
            .note(
                facts.hasLongText
                    ? "Exchange's text was changed, and is not written to LN: LN's own has more than \(LNLimits.longestText) bytes, "
                        + "and would be lost. Shorten it in LN: then the two are merged"
                    : "LN's text is not written to the event: it would replace what Outlook has there"), "CAL-10")
    }
}
