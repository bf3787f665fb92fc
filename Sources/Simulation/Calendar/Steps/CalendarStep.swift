/// What happens to calendars: LN's and Outlook's users, and what Exchange does by itself. A `pick` names one of those there are at that moment.
enum CalendarStep: Sendable, Hashable {
    /// What is edited of a meeting.
    enum Edit: Sendable, Hashable, CaseIterable {
        case subject, time, location, body, showAs, sensitivity, reminder, allDay
        /// To where the window does not reach (CAL-4).
        case outOfWindow
        /// Longer than LN has room for (CAL-10).
        case longSubject
        /// With a blank at the end of a line, which Exchange does not keep (CAL-10).
        case raggedBody
    }

    /// How a meeting is ended.
    enum End: Sendable, Hashable, CaseIterable {
        case notHeld, held, deleted
    }

    enum Attendance: Sendable, Hashable, CaseIterable {
        case invited, switchedOff, removed
    }

    /// What a user makes in his calendar.
    enum Event: Sendable, Hashable, CaseIterable {
        case appointment, `private`, allDay, meeting, series, draft
    }

    enum Outside: Sendable, Hashable, CaseIterable {
        case invitation, update, cancellation
    }

    enum Answer: String, Sendable, Hashable, CaseIterable {
        case accepted, tentativelyAccepted, declined
    }

    // MARK: LN

    case createActivity(user: Int, isCall: Bool, invites: Bool)
    case editActivity(pick: Int, Edit)
    case endActivity(pick: Int, End)
    /// *Not Held* or *Held* becomes *Planned* again.
    case bringBackActivity(pick: Int)
    case changeAttendees(pick: Int, Attendance, whom: Int)
    /// Somebody else becomes Meeting Organizer.
    case changeOrganizer(pick: Int, user: Int)
    case switchSynchronize(pick: Int)
    /// The master switch in COM Parameters.
    case switchActivities

    // MARK: Outlook

    case createEvent(user: Int, Event)
    case editEvent(user: Int, pick: Int, Edit)
    case endEvent(user: Int, pick: Int, forGood: Bool)
    /// Out of Deleted Items.
    case bringBackEvent(user: Int, pick: Int)
    case copyEvent(user: Int, pick: Int)
    case answer(user: Int, pick: Int, Answer)
    /// Somebody outside the tenant.
    case outside(Outside, user: Int, pick: Int)
    /// A user enters the same meeting in LN and in Outlook.
    case twin(user: Int)
    /// A user empties his calendar, or an administrator of LN deletes a user's activities.
    case endMany(user: Int, inLN: Bool)

    // MARK: Exchange by itself

    case touchEvents(user: Int)
    case forgetDeltas
}

extension CalendarStep: CustomStringConvertible {
    var description: String {
        switch self {
        case .createActivity(let user, let isCall, let invites):
            "user \(user) enters \(isCall ? "a call" : "an appointment") in LN\(invites ? " and invites somebody" : "")"
        case .editActivity(let pick, let edit): "edit \(edit) of activity \(pick)"
        case .endActivity(let pick, let end): "activity \(pick) is \(end)"
        case .bringBackActivity(let pick): "activity \(pick) is planned again"
        case .changeAttendees(let pick, let attendance, let whom):
            "of activity \(pick) attendee \(whom) is \(attendance)"
        case .changeOrganizer(let pick, let user): "user \(user) becomes organizer of activity \(pick)"
        case .switchSynchronize(let pick): "switch Synchronize of activity \(pick)"
        case .switchActivities: "switch Synchronize Activities"
        case .createEvent(let user, let event): "user \(user) makes an event in Outlook: \(event)"
        case .editEvent(let user, let pick, let edit): "user \(user) edits \(edit) of event \(pick) in Outlook"
        case .endEvent(let user, let pick, let forGood):
            "user \(user) deletes event \(pick) in Outlook\(forGood ? " for good" : "")"
        case .bringBackEvent(let user, let pick): "user \(user) takes event \(pick) out of Deleted Items"
        case .copyEvent(let user, let pick): "user \(user) copies event \(pick) in Outlook"
        case .answer(let user, let pick, let answer): "user \(user) answers invitation \(pick): \(answer)"
        case .outside(let what, let user, let pick): "a customer: \(what) \(pick) for user \(user)"
        case .twin(let user): "user \(user) enters one meeting in LN and in Outlook"
        case .endMany(let user, let inLN): "user \(user)'s meetings are all deleted in \(inLN ? "LN" : "Outlook")"
        case .touchEvents(let user): "other etags for user \(user)'s events"
        case .forgetDeltas: "Exchange forgets all delta links"
        }
    }
}
