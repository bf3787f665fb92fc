import HTTPTypes

/// What the mailbox's user does with calendars, appointments and meetings in Outlook.
extension OutlookUser {
    func calendars(_ mailbox: inout Mailbox, _ method: HTTPMethod, _ path: [String]) throws(GraphError) -> HTTPResponse
    {
        guard path.count == 1, method == .post, let name = body["name"]?.text else {
            throw ExchangeSandbox.unknown(method, path)
        }
        return ExchangeSandbox.control(.object(mailbox.shown(calendar: mailbox.calendar.addCalendar(name))))
    }

    func events(_ mailbox: inout Mailbox, _ method: HTTPMethod, _ path: [String]) throws(GraphError) -> HTTPResponse {
        if path.count == 1, method == .post {
            var fields = EventFields()
            try fields.apply(body)
            let calendar = try mailbox.calendarNumber(query["calendar"] ?? "calendar")
            return shown(
                mailbox.calendar.create(fields, in: calendar, telling: isSilent ? .nobody : .everybody, now: now),
                mailbox)
        }
        guard path.count > 1 else { throw ExchangeSandbox.unknown(method, path) }
        let place = try mailbox.eventPlace(path[1], findsDeleted: true)
        guard let item = mailbox.calendar.events[place.number], var fields = item.fields(place.day) else {
            throw .notFound()
        }
        switch (method, path.count > 2 ? path[2] : nil) {
        case (.patch, nil):
            try fields.apply(body)
            if let day = place.day { try item.checkMove(of: day, to: fields) }
            let isPersonal = Set((body.object ?? [:]).keys).isSubset(of: EventFields.personal)
            _ = mailbox.calendar.update(place, fields, telling: isSilent || isPersonal ? .nobody : .everybody, now: now)
        case (.delete, nil):
            mailbox.calendar.end(place, forGood: isForGood, telling: isSilent ? .nobody : .everybody, now: now)
        case (.post, "cancel"):
            guard item.isOrganizer else { throw .badRequest("only its organizer cancels a meeting") }
            mailbox.calendar.end(place, comment: body["comment"]?.text, now: now)
        case (.post, "answer"):
            guard !item.isOrganizer else { throw .badRequest("an organizer does not answer his own invitation") }
            mailbox.calendar.answer(
                place, try response(), comment: body["comment"]?.text, proposedNewTime: nil, isSent: !isSilent, now: now
            )
        case (.post, "answers"): return try answerFromOutside(&mailbox, place, item)
        case (.post, "move"):
            let calendar = try mailbox.calendarNumber(body["calendar"]?.text ?? "deletedItems")
            mailbox.calendar.move(item.number, to: calendar, now: now)
        case (.post, "copy"):
            fields.attendees = []
            return shown(mailbox.calendar.add(fields, in: item.calendar, now: now), mailbox)
        case (.post, "touch"): _ = mailbox.calendar.change(item, now: now)
        default: throw ExchangeSandbox.unknown(method, path)
        }
        return GraphCall.done
    }

    private var isSilent: Bool { query["silent"] == "true" }

    private func response() throws(GraphError) -> Answer.Response {
        guard let response = body["response"]?.text.flatMap(Answer.Response.init(rawValue:)),
            [.accepted, .tentativelyAccepted, .declined].contains(response)
        else { throw .badRequest("response is accepted, tentativelyAccepted or declined") }
        return response
    }

    /// The answer of an attendee who has no mailbox here arrives at the organizer's.
    private func answerFromOutside(
        _ mailbox: inout Mailbox, _ place: EventPlace, _ item: EventItem
    ) throws(GraphError) -> HTTPResponse {
        guard item.isOrganizer, let address = body["attendee"]?.text else {
            throw .badRequest("expected an event of its organizer, and in the body its attendee's address")
        }
        mailbox.calendar.receive(
            MeetingMessage(
                kind: .response, from: Recipient(mailbox: address), to: [mailbox.address], uid: item.uid,
                subject: item.fields.subject, event: 0, day: place.day,
                answer: Answer(response: try response(), time: now),
                sent: now))
        return GraphCall.done
    }

    private func shown(_ item: EventItem, _ mailbox: Mailbox) -> HTTPResponse {
        ExchangeSandbox.control(ExchangeSandbox.dump(item, in: mailbox))
    }
}
