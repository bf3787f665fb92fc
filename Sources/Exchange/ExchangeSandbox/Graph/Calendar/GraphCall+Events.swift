import HTTPTypes

/// A calendar's events and one of them.
extension GraphCall {
    func events(_ mailbox: inout Mailbox, in calendar: Int) throws(GraphError) -> HTTPResponse {
        switch request.method {
        case .get: return try listEvents(mailbox, in: calendar)
        case .post: return try makeEvent(&mailbox, in: calendar)
        default: throw .methodNotAllowed
        }
    }

    func event(_ mailbox: inout Mailbox, _ place: EventPlace) throws(GraphError) -> HTTPResponse {
        guard let item = mailbox.calendar.events[place.number] else { throw .notFound() }
        switch request.method {
        case .get:
            let options = try eventOptions()
            let current = changesEtag ? mailbox.calendar.change(item, now: now) : item
            guard var shown = row(mailbox, current, place.day, options)?.object else { throw .notFound() }
            shown["@odata.context"] = context(mailbox, "events/$entity")
            return json(shown)
        case .patch: return try changeEvent(&mailbox, item, place)
        case .delete:
            try checkMatch(item.etag(place.day))
            mailbox.calendar.end(place, now: now)
            return Self.done
        default: throw .methodNotAllowed
        }
    }

    // MARK: Writes

    private func makeEvent(_ mailbox: inout Mailbox, in calendar: Int) throws(GraphError) -> HTTPResponse {
        let body = try body()
        guard let start = body["start"], let end = body["end"], start != .null, end != .null else {
            throw GraphError(
                400, "ErrorPropertyValidationFailure", "At least one property failed validation: start, end.")
        }
        var fields = EventFields()
        try fields.apply(body)
        let transactionID = body["transactionId"]?.text
        if let transactionID, let item = mailbox.calendar.event(transaction: transactionID) {
            guard vices.usedTransactionStatus != 201 else { return made(mailbox, item) }
            throw usedTransaction(mailbox, item)
        }
        return made(
            mailbox,
            mailbox.calendar.create(fields, in: calendar, transactionID: transactionID, now: now))
    }

    private func made(_ mailbox: Mailbox, _ item: EventItem) -> HTTPResponse {
        // Extended properties are not echoed.
        json(entity(mailbox, item, nil), status: 201)
    }

    private func usedTransaction(_ mailbox: Mailbox, _ item: EventItem) -> GraphError {
        var error = GraphError(
            vices.usedTransactionStatus, "ErrorDuplicateTransactionId",
            "Your request can't be completed. The TransactionId specified in the request has already been used to create a different "
                + "event.")
        if vices.namesExistingEvent {
            error.details["@event.existingEventId"] = .text(mailbox.id(of: item, immutable: wantsImmutableIDs))
        }
        return error
    }

    private func changeEvent(
        _ mailbox: inout Mailbox, _ item: EventItem, _ place: EventPlace
    ) throws(GraphError) -> HTTPResponse {
        let body = try body()
        guard body["transactionId"] == nil else {
            throw GraphError(400, "ErrorInvalidPropertySet", "Set action is invalid for property 'transactionId'.")
        }
        guard var fields = item.fields(place.day) else { throw .notFound() }
        try fields.apply(body)
        if let day = place.day { try item.checkMove(of: day, to: fields) }
        try checkMatch(item.etag(place.day))
        let members = Set((body.object ?? [:]).keys.filter { !$0.hasPrefix("@odata.") })
        let telling: MailboxCalendar.Telling = members == ["attendees"] ? .changedAttendees : .everybody
        guard let changed = mailbox.calendar.update(place, fields, telling: telling, now: now) else {
            throw .notFound()
        }
        return json(entity(mailbox, changed, place.day))
    }

    private func entity(_ mailbox: Mailbox, _ item: EventItem, _ day: CivilDay?) -> [String: JSON] {
        var shown = mailbox.shown(item, day, eventStyle) ?? [:]
        shown["@odata.context"] = context(mailbox, "events/$entity")
        return shown
    }

    // MARK: Lists

    /// Singles and series; no occurrences.
    private func listEvents(_ mailbox: Mailbox, in calendar: Int) throws(GraphError) -> HTTPResponse {
        let options = try eventOptions()
        let items: [EventItem]
        if let link = options.filter?.link {
            items = mailbox.calendar.events(in: calendar, property: link.property, value: link.value)
        } else if case .compare(["iCalUId"], .eq, let uid)? = options.filter {
            // Ours are in upper case; another program's are as it wrote them.
            let exact = mailbox.calendar.events(uid: uid)
            items = (exact.isEmpty ? mailbox.calendar.events(uid: uid.uppercased()) : exact)
                .filter { $0.calendar == calendar }
        } else {
            items = mailbox.calendar.events(in: calendar)
        }
        return list(
            mailbox, items.map { ($0, nil) }, options, "calendars('\(mailbox.id(ofCalendar: calendar))')/events")
    }

    /// A page of events and occurrences: those that pass, in the order that is asked for.
    func list(
        _ mailbox: Mailbox, _ all: [(item: EventItem, day: CivilDay?)], _ options: QueryOptions, _ path: String
    ) -> HTTPResponse {
        var all = all
        if let filter = options.filter {
            all = all.filter { filter.passes(whole(mailbox, $0.item, $0.day)) }
        }
        if let orderBy = options.orderBy {
            let names = orderBy.name.split(separator: "/").map(String.init)
            let keyed = all.enumerated().map { place, entry in
                var value: JSON? = whole(mailbox, entry.item, entry.day)
                for name in names { value = value?[name] }
                return (key: value?.text?.lowercased() ?? "", place: place, entry: entry)
            }
            all = keyed.sorted { one, other in
                one.key == other.key ? one.place < other.place : (one.key < other.key) != orderBy.isDescending
            }.map(\.entry)
        }
        let page = all.dropFirst(options.skip).prefix(pageSize(options))
        return self.page(
            page.compactMap { row(mailbox, $0.item, $0.day, options) }, options, total: all.count,
            context: context(mailbox, path))
    }

    private func whole(_ mailbox: Mailbox, _ item: EventItem, _ day: CivilDay?) -> JSON {
        var shown = mailbox.shown(item, day, eventStyle) ?? [:]
        shown["singleValueExtendedProperties"] = .array(ExtendedProperties.shown(item.fields(day)?.extended ?? [:]))
        return .object(shown)
    }

    func row(_ mailbox: Mailbox, _ item: EventItem, _ day: CivilDay?, _ options: QueryOptions) -> JSON? {
        guard var shown = mailbox.shown(item, day, eventStyle) else { return nil }
        if let select = options.select {
            shown = shown.filter { select.contains($0.key) || $0.key == "id" || $0.key == "@odata.etag" }
            if select.contains("cancelledOccurrences"), item.isSeries, day == nil {
                shown["cancelledOccurrences"] = mailbox.cancelledOccurrences(item, eventStyle)
            }
        }
        if options.isExpanded {
            let properties = ExtendedProperties.shown(item.fields(day)?.extended ?? [:]).filter {
                options.expandedProperties?.passes($0) ?? true
            }
            // An item without such a property has no such member.
            if !properties.isEmpty { shown["singleValueExtendedProperties"] = .array(properties) }
        }
        if options.expandsExceptions, item.isSeries, day == nil {
            shown["exceptionOccurrences"] = .array(
                item.exceptions.keys.sorted().compactMap { number in
                    mailbox.shown(item, CivilDay(number: number), eventStyle).map { .object($0) }
                })
        }
        return .object(shown)
    }

    /// The request's options, held against what an event has.
    func eventOptions() throws(GraphError) -> QueryOptions {
        var options = try QueryOptions(query)
        for name in (options.select ?? []).sorted() where !EventFields.isKnown(name) {
            throw .unknownMember(name, of: "event")
        }
        if let name = options.orderBy?.name.split(separator: "/").first, !EventFields.isKnown(String(name)) {
            throw .unknownMember(String(name), of: "event")
        }
        options.filter = try options.filter?.checked(property: nil, of: "event", isMember: EventFields.isKnown)
        options.expandedProperties = try options.expandedProperties?.checked(property: ["id"], of: "event") {
            $0 == "value"
        }
        return options
    }
}

extension EventItem {
    /// An occurrence stays between the days of those before and after it.
    func checkMove(of day: CivilDay, to fields: EventFields) throws(GraphError) {
        guard fields.recurrence == nil else {
            throw GraphError(400, "ErrorInvalidRecurrence", "An occurrence can't recur.")
        }
        let days = days(through: day + 1000)
        let before = days.last { $0 < day }.flatMap { self.fields($0)?.start.day }
        let after = days.first { $0 > day }.flatMap { self.fields($0)?.start.day }
        guard before.map({ fields.start.day > $0 }) ?? true, after.map({ fields.start.day < $0 }) ?? true else {
            throw GraphError(
                400, "ErrorOccurrenceCrossingBoundary",
                "Cannot modify the occurrence to start on or before the day of the previous occurrence, or on or after the day of "
                    + "the following occurrence.")
        }
    }
}
