public import SyncModel

/// Who of LN's attendees belongs to the event (CAL-8).
public enum AttendeeSet {
    /// LN's rows with *Invite* or *Synchronized* on, less the Meeting Organizer, by address in lower case. Of two rows with one
    /// address the first counts; another row with the Meeting Organizer's address is none, as it is none in Exchange.
    /// - Parameter organizer: the Meeting Organizer's address; his row may have none.
    public static func members(
        of rows: [AttendeeRow], organizer: EmailAddress?
    ) -> [EmailAddress: MeetingAttendee] {
        let hosts = Set(
            rows.filter(\.isOrganizer).compactMap(\.address)
                + [organizer.map { EmailAddress($0.folded) }].compactMap(\.self))
        var members: [EmailAddress: MeetingAttendee] = [:]
        for row in rows where !row.isOrganizer && (row.isInvited || row.isSynchronized) {
            guard let address = row.address, !hosts.contains(address), members[address] == nil else { continue }
            members[address] = MeetingAttendee(row.attendance, isInvited: row.isInvited)
        }
        return members
    }

    /// What LN's row means for the event: who was switched off after the last agreement leaves; who never had *Invite* on (opted
    /// out, refused by LN) stays. Values of other groups mean themselves.
    static func wanted(_ value: FieldValue, before: FieldValue?) -> FieldValue {
        guard case .attendee(let row) = value else { return value }
        var wasInvited = false
        if case .attendee(let attendee?) = before { wasInvited = attendee.isInvited }
        guard let row, row.isInvited || !wasInvited else { return .attendee(nil) }
        return .attendee(MeetingAttendee(row.attendance))
    }

    /// The list to write: the one just read, with these changes. Distribution lists, rooms and addresses LN does not know stay.
    public static func list(
        from read: [EmailAddress: MeetingAttendee], _ changes: [FieldGroup: FieldValue]
    ) -> [EmailAddress: MeetingAttendee] {
        var list = read
        for case (.attendee(let address), .attendee(let attendee)) in changes { list[address] = attendee }
        return list
    }
}
