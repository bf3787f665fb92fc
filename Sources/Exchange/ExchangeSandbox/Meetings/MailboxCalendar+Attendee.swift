import Foundation

/// What an attendee's mailbox does with a meeting: it keeps a copy as the organizer's mails say, and answers.
extension MailboxCalendar {
    /// A mail about a meeting has come.
    mutating func receive(_ message: MeetingMessage) {
        switch message.kind {
        case .invitation, .update:
            if let meeting = message.meeting { keep(meeting, message) }
        case .cancellation: cancel(message)
        case .response: note(message)
        }
    }

    /// The copy that is in a calendar.
    private func copy(_ uid: String) -> EventItem? {
        events(uid: uid).first { !$0.isOrganizer && $0.calendar != Self.deletedItems }
    }

    private mutating func keep(_ meeting: MeetingMessage.Meeting, _ message: MeetingMessage) {
        var fields = shownToMe(meeting.fields)
        fields.extended = [:]
        let exceptions = meeting.exceptions.mapValues { exception in
            var exception = exception
            exception.fields = shownToMe(exception.fields)
            exception.fields.extended = [:]
            exception.answer = nil
            return exception
        }
        guard var item = copy(message.uid) else {
            fields.categories = []
            fields.showAs = fields.showAs == "free" ? "free" : "tentative"
            var item = add(
                fields, in: Self.main, uid: message.uid, organizer: meeting.organizer, now: message.sent)
            item.exceptions = exceptions
            item.cancelledDays = meeting.cancelledDays
            if item.isSeries { put(item) }
            return
        }
        let old = item.fields
        let isMoved =
            old.startInstant != fields.startInstant || old.endInstant != fields.endInstant
            || old.recurrence != fields.recurrence
        // These are the attendee's own.
        fields.categories = old.categories
        fields.isReminderOn = old.isReminderOn
        fields.reminderMinutes = old.reminderMinutes
        fields.extended = old.extended
        if isMoved || item.isCancelled {
            item.answer = Answer(response: .notResponded, time: nil)
            fields.showAs = fields.showAs == "free" ? "free" : "tentative"
        } else {
            fields.showAs = old.showAs
        }
        item.fields = fields
        item.exceptions = exceptions
        item.cancelledDays = meeting.cancelledDays
        item.isCancelled = false
        _ = change(item, now: message.sent)
    }

    /// Where the organizer hides the attendees, each one sees himself alone.
    private func shownToMe(_ fields: EventFields) -> EventFields {
        var fields = fields
        if fields.hidesAttendees { fields.attendees.removeAll { $0.recipient.key != owner.key } }
        for index in fields.attendees.indices {
            fields.attendees[index].answer = Answer(response: .none, time: nil)
            fields.attendees[index].proposedNewTime = nil
        }
        return fields
    }

    /// A cancelled meeting stays until its attendee takes it away.
    private mutating func cancel(_ message: MeetingMessage) {
        guard var item = copy(message.uid) else { return }
        func cancelled(_ fields: EventFields) -> EventFields {
            var fields = fields
            if !fields.subject.hasPrefix("Canceled: ") { fields.subject = "Canceled: " + fields.subject }
            fields.showAs = "free"
            return fields
        }
        if let day = message.day {
            guard let fields = item.fields(day) else { return }
            item.exceptions[day.number] = EventItem.Exception(
                fields: cancelled(fields), answer: item.exceptions[day.number]?.answer, isCancelled: true)
        } else {
            item.fields = cancelled(item.fields)
            item.isCancelled = true
        }
        _ = change(item, now: message.sent)
    }

    /// The organizer's mailbox notes an attendee's answer.
    private mutating func note(_ message: MeetingMessage) {
        guard let answer = message.answer, var item = events(uid: message.uid).first(where: \.isOrganizer),
            var fields = item.fields(message.day)
        else { return }
        for index in fields.attendees.indices where fields.attendees[index].recipient.key == message.from.key {
            fields.attendees[index].answer = answer
            fields.attendees[index].proposedNewTime = message.proposedNewTime
        }
        if let day = message.day {
            item.exceptions[day.number] = EventItem.Exception(
                fields: fields, answer: item.exceptions[day.number]?.answer)
        } else {
            item.fields = fields
        }
        _ = change(item, now: message.sent)
    }

    // MARK: Answers

    /// The attendee answers; a declined event goes to Deleted Items.
    /// - Parameter isSent: whether the organizer hears of it.
    mutating func answer(
        _ place: EventPlace, _ response: Answer.Response, comment: String?, proposedNewTime: JSON?, isSent: Bool,
        now: Date
    ) {
        guard var item = events[place.number], var fields = item.fields(place.day) else { return }
        let answer = Answer(response: response, time: now)
        fields.showAs = response == .accepted ? "busy" : response == .tentativelyAccepted ? "tentative" : fields.showAs
        if let day = place.day {
            item.exceptions[day.number] = EventItem.Exception(fields: fields, answer: answer)
            if response == .declined {
                item.exceptions[day.number] = nil
                item.cancelledDays.insert(day.number)
            }
        } else {
            item.fields = fields
            item.answer = answer
        }
        _ = change(item, now: now)
        if place.day == nil, response == .declined { remove(place.number, now: now) }
        guard isSent else { return }
        send(
            MeetingMessage(
                kind: .response, from: owner, to: [item.organizer.address], uid: item.uid, subject: fields.subject,
                event: item.number, day: place.day, answer: answer, proposedNewTime: proposedNewTime, comment: comment,
                sent: now))
    }
}
