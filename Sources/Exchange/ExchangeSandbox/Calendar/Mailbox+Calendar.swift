import Foundation

/// A mailbox's calendars and events as Graph shows and names them.
extension Mailbox {
    /// The number of the calendar of that id, or of a well-known name.
    func calendarNumber(_ text: String) throws(GraphError) -> Int {
        switch text.lowercased() {
        case "calendar": return MailboxCalendar.main
        case "deleteditems": return MailboxCalendar.deletedItems
        default: break
        }
        guard case .calendar(let number) = try itemID(text), calendar.names[number] != nil else { throw .notFound() }
        return number
    }

    /// The event or occurrence of that id.
    /// - Parameter findsDeleted: whether those in Deleted Items are found too.
    func eventPlace(_ text: String, findsDeleted: Bool) throws(GraphError) -> EventPlace {
        var place: EventPlace
        switch try itemID(text) {
        case .event(let number): place = EventPlace(number: number)
        case .boundEvent(let number, let calendar):
            guard self.calendar.events[number]?.calendar == calendar else { throw .notFound() }
            place = EventPlace(number: number)
        case .occurrence(let number, let day):
            // No series goes on for three centuries.
            guard (0...100_000).contains(day) else { throw .notFound() }
            place = EventPlace(number: number, day: CivilDay(number: day))
        default: throw .notFound()
        }
        guard let item = calendar.events[place.number], findsDeleted || item.calendar != MailboxCalendar.deletedItems,
            item.fields(place.day) != nil
        else { throw .notFound() }
        if let day = place.day {
            guard item.exceptions[day.number] != nil || item.days(through: day).last == day else { throw .notFound() }
        }
        return place
    }

    func id(of item: EventItem, _ day: CivilDay? = nil, immutable: Bool) -> String {
        if let day { return ItemID.occurrence(item.number, day: day.number).text(in: seed) }
        let id: ItemID = immutable ? .event(item.number) : .boundEvent(item.number, calendar: item.calendar)
        return id.text(in: seed)
    }

    func id(ofCalendar number: Int) -> String { ItemID.calendar(number).text(in: seed) }

    /// A calendar as an answer has it.
    func shown(calendar number: Int) -> [String: JSON] {
        [
            "id": .text(id(ofCalendar: number)), "name": .text(calendar.names[number] ?? ""), "color": "auto",
            "hexColor": "",
            "isDefaultCalendar": .bool(number == MailboxCalendar.main), "canShare": .bool(true),
            "canViewPrivateItems": .bool(true),
            "canEdit": .bool(true), "isRemovable": .bool(number > MailboxCalendar.deletedItems),
            "isTallyingResponses": .bool(true),
            "allowedOnlineMeetingProviders": [], "defaultOnlineMeetingProvider": "unknown",
            "changeKey": .text(id(ofCalendar: number).suffix(12).description), "owner": calendar.owner.shown,
        ]
    }

    // MARK: Events

    /// An event, or a series' occurrence, as an answer has it, without extended properties; `nil` where there is none.
    func shown(_ item: EventItem, _ day: CivilDay?, _ style: EventStyle) -> [String: JSON]? {
        guard let fields = item.fields(day) else { return nil }
        let exception = day.flatMap { item.exceptions[$0.number] }
        var shown = what(fields, item, style).merging(when(fields, item, day, style)) { one, _ in one }
        shown["id"] = .text(id(of: item, day, immutable: style.isImmutable))
        shown["@odata.etag"] = .text(item.etag(day))
        shown["changeKey"] = .text(item.changeKey(day))
        shown["createdDateTime"] = .text(item.created.formatted(.iso8601))
        shown["lastModifiedDateTime"] = .text(item.modified.formatted(.iso8601))
        shown["transactionId"] = item.transactionID.map { .text($0) } ?? .null
        shown["iCalUId"] = .text(day.map { EventUID.text(item.uid, on: $0) } ?? item.uid)
        shown["isCancelled"] = .bool(item.isCancelled || exception?.isCancelled == true)
        shown["isOrganizer"] = .bool(item.isOrganizer)
        shown["organizer"] = ["emailAddress": item.organizer.shown]
        shown["responseStatus"] = (exception?.answer ?? item.answer).shown
        shown["seriesMasterId"] = day == nil ? .null : .text(id(of: item, immutable: style.isImmutable))
        let id = ResourcePath.escaped(id(of: item, day, immutable: false))
        shown["webLink"] = .text("https://outlook.office365.com/owa/?itemid=\(id)&exvsurl=1&path=/calendar/item")
        return shown
    }

    private func what(_ fields: EventFields, _ item: EventItem, _ style: EventStyle) -> [String: JSON] {
        [
            "subject": .text(fields.subject), "body": style.shown(fields.body),
            "bodyPreview": .text(fields.body.preview),
            "location": fields.locations.first ?? EventLocation.nowhere, "locations": .array(fields.locations),
            "attendees": .array(fields.attendees.map(\.shown)), "showAs": .text(fields.showAs),
            "sensitivity": .text(fields.sensitivity), "importance": .text(fields.importance),
            "categories": .array(fields.categories.map { .text($0) }), "isReminderOn": .bool(fields.isReminderOn),
            "reminderMinutesBeforeStart": .number(Double(fields.reminderMinutes)),
            "responseRequested": .bool(fields.responseRequested), "hideAttendees": .bool(fields.hidesAttendees),
            "allowNewTimeProposals": .bool(fields.allowsNewTimeProposals), "hasAttachments": .bool(false),
            "isDraft": .bool(item.isDraft),
            "isOnlineMeeting": .bool(false), "onlineMeeting": .null, "onlineMeetingProvider": "unknown",
            "onlineMeetingUrl": .null,
        ]
    }

    private func when(
        _ fields: EventFields, _ item: EventItem, _ day: CivilDay?, _ style: EventStyle
    ) -> [String: JSON] {
        var shown: [String: JSON] = [
            "start": style.shown(fields.start, isAllDay: fields.isAllDay),
            "end": style.shown(fields.end, isAllDay: fields.isAllDay), "isAllDay": .bool(fields.isAllDay),
            "originalStartTimeZone": .text(fields.start.zone), "originalEndTimeZone": .text(fields.end.zone),
            "recurrence": day == nil ? fields.recurrence?.shown(zone: fields.start.zone) ?? .null : .null,
            "type": .text(item.type(day)),
        ]
        if let day {
            let original = item.fields.on(day)
            shown["originalStart"] = .text(original.startInstant.formatted(.iso8601))
        }
        return shown
    }

    /// What a delta round tells of an occurrence that is as its series has it: the rest is the series'.
    func shortly(_ item: EventItem, _ day: CivilDay, _ style: EventStyle) -> JSON? {
        guard let shown = shown(item, day, style) else { return nil }
        var short = shown.filter { ["@odata.etag", "seriesMasterId", "type", "id", "start", "end"].contains($0.key) }
        short["@odata.type"] = "#microsoft.graph.event"
        return .object(short)
    }

    /// `cancelledOccurrences`, which is shown where it is asked for by name.
    func cancelledOccurrences(_ item: EventItem, _ style: EventStyle) -> JSON {
        let master = id(of: item, immutable: style.isImmutable)
        return .array(item.cancelledDays.sorted().map { .text("OID.\(master).\(CivilDay(number: $0).text)") })
    }
}

extension EventItem {
    func type(_ day: CivilDay?) -> String {
        guard let day else { return isSeries ? "seriesMaster" : "singleInstance" }
        return exceptions[day.number] == nil ? "occurrence" : "exception"
    }
}
