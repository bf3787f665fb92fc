import ExchangeClient
import Foundation
import SyncModel
import SyncPlanner

/// An event in the model's canonical form.
extension GraphEventItem {
    /// - Parameter activity: what our property names, where the answer does not show it.
    /// - Throws: where a member is missing that no event can be without.
    func event(of mailbox: EmailAddress, activity: ActivityKey?) throws(GraphUnreadable) -> ExchangeEvent {
        var remarks: [ExchangeEvent.Remark] = []
        guard let id, !id.isEmpty else { throw GraphUnreadable("at “id”") }
        guard let version else { throw GraphUnreadable("at “@odata.etag”") }
        guard let uid = iCalUId, !uid.isEmpty else { throw GraphUnreadable("at “iCalUId”") }
        let kind = try kind()
        let time = try time(&remarks)
        let isOrganizer = isOrganizer ?? (organizer?.address?.folded == mailbox.folded)
        let (attendees, responses) = attendees(&remarks)

        var content = MeetingContent()
        content.time = time
        content.subject = (subject ?? "").canonical
        content.location = (location?.displayName ?? "").canonical
        content.body = text
        content.showAs = ShowAs(wire: showAs)
        content.sensitivity = Sensitivity(wire: sensitivity)
        content.reminder = isReminderOn == true ? .minutes(max(0, reminderMinutesBeforeStart ?? 15)) : .off
        content.attendees = attendees

        return ExchangeEvent(
            key: EventKey(item: ItemID(id), uid: ICalUID(uid)), etag: version, kind: kind, content: content,
            facts: EventFacts(
                isRecurring: kind != .single, isOnline: isOnlineMeeting == true || onlineMeetingUrl?.isEmpty == false,
                isDraft: isDraft == true, categories: Set(categories ?? []), activity: activity ?? self.activity,
                responses: isOrganizer ? responses : [:]),
            organizer: organizerAddress(isOrganizer), isOrganizer: isOrganizer, isCancelled: isCancelled == true,
            response: AttendeeResponse(wire: responseStatus?.response),
            created: createdDateTime.flatMap(Self.date) ?? .distantPast, remarks: remarks)
    }

    /// An occurrence that was never changed for itself: its row has nothing else.
    func occurrence() throws(GraphUnreadable) -> CalendarOccurrence {
        guard let id, !id.isEmpty else { throw GraphUnreadable("at “id”") }
        guard let version else { throw GraphUnreadable("at “@odata.etag”") }
        guard let master = seriesMasterId, !master.isEmpty else { throw GraphUnreadable("at “seriesMasterId”") }
        guard let start = start?.instant else { throw GraphUnreadable("at “start”") }
        guard let end = end?.instant else { throw GraphUnreadable("at “end”") }
        return CalendarOccurrence(item: ItemID(id), etag: version, master: ItemID(master), start: start, end: end)
    }

    var isPlainOccurrence: Bool { type?.lowercased() == "occurrence" }

    /// What our property names, where the answer shows it.
    var activity: ActivityKey? {
        propertyValue(GraphProperty.activity).flatMap(ActivityKey.init)
    }

    func propertyValue(_ id: String) -> String? {
        singleValueExtendedProperties?.first { $0.isProperty(id) }?.value
    }

    private var version: ETag? {
        if let etag, !etag.isEmpty { return ETag(etag) }
        return changeKey.map { ETag("W/\"\($0)\"") }
    }

    private func kind() throws(GraphUnreadable) -> ExchangeEvent.Kind {
        if let master = seriesMasterId, !master.isEmpty {
            guard let start = originalStart.flatMap(Self.date) ?? (isPlainOccurrence ? start?.instant : nil) else {
                throw GraphUnreadable("at “originalStart”")
            }
            return .occurrence(master: ItemID(master), originalStart: start)
        }
        return type?.lowercased() == "seriesmaster" || recurrence != nil ? .master : .single
    }

    private func time(_ remarks: inout [ExchangeEvent.Remark]) throws(GraphUnreadable) -> MeetingTime {
        if isAllDay == true {
            guard let first = start?.day else { throw GraphUnreadable("at “start”") }
            guard let end = end?.day, end > first else { throw GraphUnreadable("at “end”") }
            return .allDay(start: first, end: end)
        }
        guard let start = start?.instant else { throw GraphUnreadable("at “start”") }
        guard let end = end?.instant else { throw GraphUnreadable("at “end”") }
        guard let wire = originalStartTimeZone, !wire.isEmpty else { return .timed(start: start, end: end, zone: nil) }
        if let zone = GraphZone(wire: wire) { return .timed(start: start, end: end, zone: zone.name) }
        remarks.append(
            ExchangeEvent.Remark(
                "CAL-18",
                "originalStartTimeZone: “\(wire.prefix(80))” is no time zone that is known here; the event is read as one in"
                    + " UTC, its time is right: choose a time zone for it in Outlook"))
        return .timed(start: start, end: end, zone: GraphZone.utc.name)
    }

    private var text: MeetingBody {
        let content = body?.content ?? ""
        // Only what asks for text gets text; all else is HTML.
        guard body?.contentType?.lowercased() != "text" else { return MeetingBody(content.canonical) }
        var body = MeetingBody(html: content)
        body.text = body.text.canonical
        return body
    }

    // MARK: People

    /// By address, without the organizer. Unknown where there are some and none can be named: such an event is not to be taken for one
    /// without attendees, for a write to it mails them.
    private func attendees(
        _ remarks: inout [ExchangeEvent.Remark]
    ) -> (attendees: [EmailAddress: MeetingAttendee]?, responses: [EmailAddress: AttendeeResponse]) {
        // Only the organizer's copy has a hidden list whole.
        guard let rows = attendees, isOrganizer == true || hideAttendees != true else { return (nil, [:]) }
        var attendees: [EmailAddress: MeetingAttendee] = [:]
        var responses: [EmailAddress: AttendeeResponse] = [:]
        var (unnamed, tooLong) = (0, 0)
        for row in rows {
            guard let address = row.emailAddress?.usable else {
                if row.emailAddress?.isTooLong == true { tooLong += 1 } else { unnamed += 1 }
                continue
            }
            guard address != organizer?.address, attendees[address] == nil else { continue }
            attendees[address] = MeetingAttendee(.init(wire: row.type))
            let response = AttendeeResponse(wire: row.status?.response)
            if response != .none { responses[address] = response }
        }
        if unnamed > 0 {
            remarks.append(
                ExchangeEvent.Remark(
                    "CAL-8",
                    "attendees: \(unnamed) of \(rows.count) have no usable e-mail address and are passed over; give them one"
                        + " in Outlook"))
        }
        if tooLong > 0 {
            remarks.append(
                ExchangeEvent.Remark(
                    "CAL-8",
                    "attendees: the e-mail addresses of \(tooLong) of \(rows.count) are longer than \(EmailAddress.longest) bytes, which is "
                        + "all that LN holds, and are passed over; give them shorter ones in Outlook"))
        }
        return (attendees.isEmpty && !rows.isEmpty ? nil : attendees, responses)
    }

    /// Of somebody else's event always an address, if only one that nobody of ours has: without one it would be the mailbox's own.
    private func organizerAddress(_ isOrganizer: Bool) -> EmailAddress? {
        organizer?.address ?? (isOrganizer ? nil : EmailAddress((organizer?.emailAddress?.address ?? "").lowercased()))
    }

    /// With or without fractions of a second.
    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

extension GraphRecipient {
    fileprivate var address: EmailAddress? { emailAddress?.usable }
}

extension GraphEmailAddress {
    fileprivate var usable: EmailAddress? { EmailAddress(address ?? "").usable }
    fileprivate var isTooLong: Bool { EmailAddress(address ?? "").isTooLong }
}

extension String {
    /// NFC, with LF as line end.
    fileprivate var canonical: String {
        guard !utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\r") }) else { return self }
        var text = UnicodeScalarView()
        var before: Unicode.Scalar?
        for scalar in unicodeScalars {
            if scalar != "\n" || before != "\r" { text.append(scalar == "\r" ? "\n" : scalar) }
            before = scalar
        }
        return String(text).precomposedStringWithCanonicalMapping
    }
}
