import SyncModel

/// Which of LN's changes wait, and count as agreed until then (CAL-10, CAL-12).
enum WaitingGroups {
    /// Changes of these alone are not worth a mail.
    static let quiet: Set<FieldGroup> = [.showAs, .sensitivity, .reminder]

    /// Takes from `writes` what is not to be written to this event now.
    static func take(
        from writes: inout [FieldGroup: FieldValue], _ event: MeetingContent, _ meeting: Meeting,
        _ policy: CalendarPolicy
    ) -> Set<FieldGroup> {
        var waiting: Set<FieldGroup> = []
        // A plain text would replace what Outlook or the online meeting put there.
        if meeting.birth == .exchange || meeting.eventFacts.isOnline || event.body?.isRich == true {
            if writes.removeValue(forKey: .body) != nil { waiting.insert(.body) }
        }
        let mails = event.attendees?.isEmpty == false && !policy.canWriteQuietly
        if mails, writes.keys.allSatisfy(quiet.contains) {
            waiting.formUnion(writes.keys)
            writes = [:]
        }
        return waiting
    }
}
