public import SyncModel

/// What an attendee's row in LN is to show of what became of him: outside content, hash and echo.
public struct AttendeeMark: Sendable, Hashable {
    /// The row's sequence number.
    public var number: Int
    /// *Sent to Synchronizer* is turned on. Never off.
    public var isSent: Bool
    /// *Synchronized* is turned on. Never off.
    public var isSynchronized: Bool
    /// *Attendance Status*; `nil`: left as it is.
    public var response: AttendeeResponse?

    public init(
        number: Int, isSent: Bool = false, isSynchronized: Bool = false, response: AttendeeResponse? = nil
    ) {
        self.number = number
        self.isSent = isSent
        self.isSynchronized = isSynchronized
        self.response = response
    }

    var isEmpty: Bool { !isSent && !isSynchronized && response == nil }
}

/// The flags of CAL-6 and the answers of CAL-16.
enum AttendeeMarks {
    /// Of rows whose event is there, or of which one is asked for.
    /// - Parameters:
    ///   - event: as Exchange has it; `nil` before it is made.
    ///   - asked: who is to be invited by what the plan asks for.
    static func due(
        _ meeting: Meeting, event: MeetingContent?, asked: [EmailAddress: MeetingAttendee]
    ) -> [MeetingAction] {
        meeting.activityFacts.rows.compactMap { row in
            var mark = flags(row, event, asked)
            mark.response = answer(row, meeting)
            if mark.isEmpty { return nil }
            return MeetingAction(.markAttendee(mark), mark.isSent || mark.isSynchronized ? "CAL-6" : "CAL-16")
        }
    }

    private static func flags(
        _ row: AttendeeRow, _ event: MeetingContent?, _ asked: [EmailAddress: MeetingAttendee]
    ) -> AttendeeMark {
        var mark = AttendeeMark(number: row.number)
        if row.isSynchronized { return mark }
        if row.isOrganizer {
            // He is on it from the moment it is made.
            mark.isSynchronized = event != nil
        } else if let address = row.address, row.isInvited {
            mark.isSynchronized = event?.attendees?[address] != nil
            mark.isSent = !row.isSent && !mark.isSynchronized && asked[address] != nil
        }
        return mark
    }

    /// The organizer's copy knows, else the attendee's own. An answer never goes back to None.
    private static func answer(_ row: AttendeeRow, _ meeting: Meeting) -> AttendeeResponse? {
        guard !row.isOrganizer, let address = row.address else { return nil }
        let known = [meeting.eventFacts.responses[address], meeting.answers[address]]
        guard let answer = known.compactMap(\.self).first(where: { $0 != .none }) else { return nil }
        return answer == row.response ? nil : answer
    }
}
