import Foundation

/// What the organizer's mailbox does with a meeting: it keeps the event, and tells the attendees.
///
/// An event without attendees is told to nobody. https://learn.microsoft.com/graph/api/event-update
extension MailboxCalendar {
    /// Who is told of a change.
    enum Telling: Sendable {
        case everybody
        /// Attendees who came, went or are invited otherwise.
        case changedAttendees
        case nobody
    }

    /// Makes an event; its attendees are invited.
    mutating func create(
        _ fields: EventFields, in calendar: Int, transactionID: String? = nil, telling: Telling = .everybody, now: Date
    ) -> EventItem {
        var item = add(marked(fields), in: calendar, transactionID: transactionID, now: now)
        item.isDraft = telling == .nobody && !others(fields.attendees).isEmpty
        if item.isDraft { put(item) }
        tell(of: item, before: nil, day: nil, telling, now)
        return item
    }

    /// An organizer who invites himself has answered.
    private func marked(_ fields: EventFields) -> EventFields {
        var fields = fields
        for index in fields.attendees.indices where fields.attendees[index].recipient.key == owner.key {
            fields.attendees[index].answer = Answer(response: .organizer, time: nil)
        }
        return fields
    }

    /// Gives an event, or an occurrence of it, other fields.
    mutating func update(_ place: EventPlace, _ fields: EventFields, telling: Telling, now: Date) -> EventItem? {
        guard var item = events[place.number], let old = item.fields(place.day) else { return nil }
        var fields = item.isOrganizer ? marked(fields) : fields
        if old.startInstant != fields.startInstant || old.endInstant != fields.endInstant
            || old.recurrence != fields.recurrence, item.isOrganizer, telling != .nobody
        {
            // Who said yes said it to another time.
            for index in fields.attendees.indices where fields.attendees[index].answer.response != .organizer {
                fields.attendees[index].answer = Answer(response: .none, time: nil)
            }
        }
        if let day = place.day {
            let exception = item.exceptions[day.number]
            item.exceptions[day.number] = EventItem.Exception(
                fields: fields, answer: exception?.answer, isCancelled: exception?.isCancelled ?? false)
        } else {
            if old.recurrence != fields.recurrence || old.startInstant != fields.startInstant {
                item.exceptions = [:]
                item.cancelledDays = []
            }
            item.fields = fields
        }
        let wasDraft = item.isDraft
        if telling != .nobody { item.isDraft = false }
        item = change(item, now: now)
        if item.isOrganizer { tell(of: item, before: wasDraft ? nil : old, day: place.day, telling, now) }
        return item
    }

    /// Ends a meeting, or an occurrence of it: attendees are told that it is cancelled, and it goes to Deleted Items. An attendee's
    /// copy just goes.
    mutating func end(
        _ place: EventPlace, comment: String? = nil, forGood: Bool = false, telling: Telling = .everybody, now: Date
    ) {
        guard var item = events[place.number], let fields = item.fields(place.day) else { return }
        if item.isOrganizer, !item.isCancelled, !item.isDraft, telling != .nobody, item.calendar != Self.deletedItems {
            let others = others(fields.attendees)
            send(message(.cancellation, item, to: others, day: place.day, comment: comment, now))
            if place.day == nil, !others.isEmpty {
                item.isCancelled = true
                put(item)
            }
        }
        if let day = place.day {
            item.exceptions[day.number] = nil
            item.cancelledDays.insert(day.number)
            _ = change(item, now: now)
        } else {
            remove(item.number, forGood: forGood, now: now)
        }
    }

    // MARK: Telling

    private func others(_ attendees: [Attendee]) -> [String] {
        attendees.map(\.recipient).filter { $0.key != owner.key }.map(\.address)
    }

    private mutating func tell(
        of item: EventItem, before: EventFields?, day: CivilDay?, _ telling: Telling, _ now: Date
    ) {
        guard telling != .nobody, let fields = item.fields(day) else { return }
        let old = Dictionary((before?.attendees ?? []).map { ($0.recipient.key, $0) }) { first, _ in first }
        let new = Dictionary(fields.attendees.map { ($0.recipient.key, $0) }) { first, _ in first }
        let kept = fields.attendees.filter { attendee in
            guard let known = old[attendee.recipient.key] else { return false }
            return telling == .everybody || !attendee.isToldTheSame(as: known)
        }
        let removed = (before?.attendees ?? []).filter { new[$0.recipient.key] == nil }
        let added = fields.attendees.filter { old[$0.recipient.key] == nil }
        send(message(.cancellation, item, to: others(removed), day: day, now))
        send(message(.invitation, item, to: others(added), day: day, now))
        send(message(.update, item, to: others(kept), day: day, now))
        guard day == nil, telling == .everybody, before != nil else { return }
        // Instances that were updated on their own are told one by one.
        for number in item.exceptions.keys.sorted() {
            let attendees = item.exceptions[number]?.fields.attendees ?? []
            send(message(.update, item, to: others(attendees), day: CivilDay(number: number), now))
        }
    }

    private func message(
        _ kind: MeetingMessage.Kind, _ item: EventItem, to: [String], day: CivilDay?, comment: String? = nil,
        _ now: Date
    ) -> MeetingMessage {
        MeetingMessage(
            kind: kind, from: owner, to: to, uid: item.uid, subject: item.fields(day)?.subject ?? item.fields.subject,
            event: item.number, day: day, meeting: MeetingMessage.Meeting(item), comment: comment, sent: now)
    }
}
