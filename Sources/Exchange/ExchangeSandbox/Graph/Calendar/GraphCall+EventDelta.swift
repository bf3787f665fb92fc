import Foundation
import HTTPTypes

/// `calendarView/delta`: rounds of pages, each round begun by the link that the last one ended with, all of them about the window of
/// the first one.
///
/// Singles, series and occurrences that differ are told whole; other occurrences in short. What is deleted, and what is changed and
/// not in the window, is told as removed. https://learn.microsoft.com/graph/api/event-delta, /graph/delta-query-events
extension GraphCall {
    func calendarViewDelta(_ mailbox: Mailbox, in calendar: Int) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        var token = try eventDeltaToken(mailbox, calendar)
        var changes = mailbox.calendar.history.changes(in: calendar, after: token.after)
        let isLate = happens(vices.lateChanges, 5) && !changes.isEmpty
        if isLate { changes.removeLast() }
        var rows: [JSON] = []
        var told = 0
        if happens(vices.emptyPages, 1), token.emptyPages < 2, !changes.isEmpty || token.began != nil {
            token.emptyPages += 1
        } else {
            token.emptyPages = 0
            let size = preferredPage ?? defaultPage
            // A series and its occurrences are on one page.
            while told < changes.count, rows.count < size {
                rows += self.rows(changes[told], mailbox, token)
                token.after = changes[told].revision
                told += 1
            }
        }
        let isLast = told == changes.count && token.emptyPages == 0
        if token.emptyPages == 0 { rows = distorted(rows, mailbox, token) }
        if isLast {
            if !isLate { token.after = mailbox.calendar.history.latest }
            token.began = nil
        }
        token.issued = now
        let link = "\(request.scheme)://\(request.authority)\(request.path)?"
        var response = json([
            "@odata.context": .text(
                "\(request.scheme)://\(request.authority)/v1.0/$metadata#Collection(microsoft.graph.event)"),
            "value": .array(rows),
            isLast ? "@odata.deltaLink" : "@odata.nextLink":
                .text(link + (isLast ? "$deltatoken=" : "$skiptoken=") + ResourcePath.escaped(token.text)),
        ])
        response.headerFields["Preference-Applied"] = "odata.track-changes"
        return response
    }

    /// The token of the request's link, or that of a first round.
    private func eventDeltaToken(_ mailbox: Mailbox, _ calendar: Int) throws(GraphError) -> EventDeltaToken {
        for name in query.keys.sorted() where name.hasPrefix("$") {
            switch name.lowercased() {
            case "$deltatoken", "$skiptoken": break
            // https://github.com/microsoftgraph/microsoft-graph-docs/issues/2270
            case "$expand":
                throw GraphError(500, "InternalServerError", "Value cannot be null.\r\nParameter name: type")
            default:
                throw GraphError(
                    400, "ErrorInvalidUrlQuery",
                    "The following parameters are not supported with change tracking over the 'CalendarView' resource: '\(name)'."
                )
            }
        }
        let text = query.first { ["$deltatoken", "$skiptoken"].contains($0.key.lowercased()) && !$0.value.isEmpty }?
            .value
        guard let text else {
            return EventDeltaToken(
                generation: deltaGeneration, mailbox: mailbox.seed, calendar: calendar, window: try window(),
                began: mailbox.calendar.history.latest, issued: now)
        }
        let token = try EventDeltaToken(text)
        guard (token.mailbox, token.calendar) == (mailbox.seed, calendar) else {
            throw GraphError(400, "BadRequest", "The token is another calendar's.")
        }
        let isOld = vices.deltaTokenSeconds > 0 && now.timeIntervalSince(token.issued) > Double(vices.deltaTokenSeconds)
        guard token.generation == deltaGeneration, !isOld else {
            var refusal = deltaRefusal
            let window = [("startDateTime", token.start), ("endDateTime", token.end)].map {
                "\($0.0)=\(ResourcePath.escaped($0.1.formatted(.iso8601)))"
            }.joined(separator: "&")
            refusal.location = "\(request.scheme)://\(request.authority)\(request.path)?\(window)&$deltatoken="
            throw refusal
        }
        return token
    }

    // MARK: Rows

    private func rows(_ change: ChangeHistory.Change, _ mailbox: Mailbox, _ token: EventDeltaToken) -> [JSON] {
        guard !change.isRemoval, let item = mailbox.calendar.events[change.item] else {
            guard token.tells(change) else { return [] }
            return removal(change.item, mailbox, token)
        }
        let days = item.isSeries ? item.days(in: token.window) : []
        guard item.isSeries ? !days.isEmpty : item.fields.intersects(token.window) else {
            return token.tells(change) ? removal(change.item, mailbox, token) : []
        }
        guard var master = mailbox.shown(item, nil, eventStyle) else { return [] }
        master["@odata.type"] = "#microsoft.graph.event"
        var rows: [JSON] = [.object(master)]
        for day in days {
            if item.exceptions[day.number] == nil {
                if let row = mailbox.shortly(item, day, eventStyle) { rows.append(row) }
            } else if var row = mailbox.shown(item, day, eventStyle) {
                row["@odata.type"] = "#microsoft.graph.event"
                rows.append(.object(row))
            }
        }
        if token.tells(change) {
            for day in formerDays(item.number, mailbox, token) where !days.contains(day) {
                rows.append(removed(ItemID.occurrence(item.number, day: day.number), mailbox))
            }
        }
        return rows
    }

    /// An event's removal, and that of the occurrences it had.
    private func removal(_ number: Int, _ mailbox: Mailbox, _ token: EventDeltaToken) -> [JSON] {
        let id: ItemID = wantsImmutableIDs ? .event(number) : .boundEvent(number, calendar: token.calendar)
        var days = formerDays(number, mailbox, token)
        if let item = mailbox.calendar.events[number], item.isSeries { days.formUnion(item.days(in: token.window)) }
        return [removed(id, mailbox)]
            + days.sorted().map { removed(ItemID.occurrence(number, day: $0.number), mailbox) }
    }

    private func formerDays(_ number: Int, _ mailbox: Mailbox, _ token: EventDeltaToken) -> Set<CivilDay> {
        var days: Set<CivilDay> = []
        for former in mailbox.calendar.formerSeries where former.item.number == number && former.revision > token.after
        {
            days.formUnion(former.item.days(in: token.window))
        }
        return days
    }

    private func removed(_ id: ItemID, _ mailbox: Mailbox) -> JSON {
        [
            "@odata.type": "#microsoft.graph.event", "id": .text(id.text(in: mailbox.seed)),
            "@removed": ["reason": "deleted"],
        ]
    }

    // MARK: Vices

    /// Whether a vice that one in so many pages has is had by this one.
    private func happens(_ every: Int, _ salt: UInt64) -> Bool {
        every > 0 && (number &+ salt &* 0x9E37_79B9_7F4A_7C15) >> 11 % UInt64(every) == 0
    }

    /// The page as a client has to bear it.
    private func distorted(_ rows: [JSON], _ mailbox: Mailbox, _ token: EventDeltaToken) -> [JSON] {
        guard vices.falseRemovals > 0 || vices.repeatedRows > 0 || vices.reorderedRows > 0 else { return rows }
        var rows = rows
        let there = mailbox.calendar.events(in: token.calendar).filter { $0.intersects(token.window) }
        if !there.isEmpty {
            let item = there[Int(number >> 3 % UInt64(there.count))]
            if happens(vices.repeatedRows, 2), var row = mailbox.shown(item, nil, eventStyle) {
                row["@odata.type"] = "#microsoft.graph.event"
                rows.append(.object(row))
            }
            if happens(vices.falseRemovals, 3) {
                rows.append(
                    removed(
                        wantsImmutableIDs ? .event(item.number) : .boundEvent(item.number, calendar: token.calendar),
                        mailbox))
            }
        }
        if happens(vices.reorderedRows, 4) { rows.reverse() }
        return rows
    }
}
