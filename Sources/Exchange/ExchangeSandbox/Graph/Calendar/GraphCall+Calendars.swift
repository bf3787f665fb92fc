import HTTPTypes

/// `events`, `calendar`, `calendars`, `calendarView` and what stands behind them.
extension GraphCall {
    func calendarAnswer(_ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        switch path[0].lowercased() {
        case "calendar":
            guard path.count > 1 else { return try calendar(mailbox, MailboxCalendar.main) }
            return try inCalendar(&mailbox, MailboxCalendar.main, Array(path.dropFirst()))
        case "calendars":
            guard path.count > 1 else { return try calendars(mailbox) }
            let number = try mailbox.calendarNumber(path[1])
            guard path.count > 2 else { return try calendar(mailbox, number) }
            return try inCalendar(&mailbox, number, Array(path.dropFirst(2)))
        case "outlook": return try supportedTimeZones()
        default: return try inCalendar(&mailbox, MailboxCalendar.main, path)
        }
    }

    private func inCalendar(
        _ mailbox: inout Mailbox, _ calendar: Int, _ rest: [String]
    ) throws(GraphError) -> HTTPResponse {
        switch (rest[0].lowercased(), rest.count) {
        case ("events", 1): return try events(&mailbox, in: calendar)
        // `events/delta` is documented for beta alone.
        case ("events", 2) where !Self.isDelta(rest[1]):
            return try event(&mailbox, mailbox.eventPlace(rest[1], findsDeleted: vices.findsDeletedEvents))
        case ("events", 3):
            let place = try mailbox.eventPlace(rest[1], findsDeleted: vices.findsDeletedEvents)
            return try action(&mailbox, place, rest[2].replacing("microsoft.graph.", with: ""))
        case ("calendarview", 1): return try calendarView(mailbox, in: calendar)
        case ("calendarview", 2) where Self.isDelta(rest[1]): return try calendarViewDelta(mailbox, in: calendar)
        default:
            throw GraphError(400, "BadRequest", "Resource not found for the segment '\(rest.last ?? "events")'.")
        }
    }

    private func calendars(_ mailbox: Mailbox) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        let numbers = mailbox.calendar.names.keys.filter { $0 != MailboxCalendar.deletedItems }.sorted()
        return json([
            "@odata.context": context(mailbox, "calendars"),
            "value": .array(numbers.map { .object(mailbox.shown(calendar: $0)) }),
        ])
    }

    private func calendar(_ mailbox: Mailbox, _ number: Int) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        var shown = mailbox.shown(calendar: number)
        shown["@odata.context"] = context(mailbox, "calendars/$entity")
        return json(shown)
    }

    /// `outlook/supportedTimeZones`, or those of a standard: `(TimeZoneStandard='Iana')`.
    private func supportedTimeZones() throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        let name = path.last?.lowercased().replacing("microsoft.graph.", with: "") ?? ""
        guard path.count == 2, name.hasPrefix("supportedtimezones") else {
            throw GraphError(400, "BadRequest", "Resource not found for the segment '\(path.last ?? "outlook")'.")
        }
        let zones = TimeZones.supported(isIANA: name.contains("iana"))
        return json([
            "@odata.context": .text(
                "\(request.scheme)://\(request.authority)/v1.0/$metadata#Collection(microsoft.graph.timeZoneInformation)"
            ),
            "value": .array(zones.map { ["alias": .text($0), "displayName": .text($0)] }),
        ])
    }
}
