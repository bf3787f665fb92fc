import HTTPTypes

/// What is done with a meeting: `accept`, `tentativelyAccept`, `decline`, `cancel`; and a series' `instances`.
extension GraphCall {
    func action(
        _ mailbox: inout Mailbox, _ place: EventPlace, _ name: String
    ) throws(GraphError) -> HTTPResponse {
        guard let item = mailbox.calendar.events[place.number] else { throw .notFound() }
        switch name.lowercased() {
        case "instances", "instances()": return try instances(mailbox, item)
        case "accept": try answer(&mailbox, place, item, .accepted)
        case "tentativelyaccept": try answer(&mailbox, place, item, .tentativelyAccepted)
        case "decline": try answer(&mailbox, place, item, .declined)
        case "cancel": try cancel(&mailbox, place, item)
        default: throw GraphError(400, "BadRequest", "Resource not found for the segment '\(name)'.")
        }
        return HTTPResponse(status: 202)
    }

    /// The action's parameters, by their names in lower case.
    private func parameters(_ known: Set<String>) throws(GraphError) -> [String: JSON] {
        guard request.method == .post else { throw .methodNotAllowed }
        let members = request.body.isEmpty ? [:] : try body().object ?? [:]
        var parameters: [String: JSON] = [:]
        for (name, value) in members {
            guard known.contains(name.lowercased()) else {
                throw GraphError(
                    400, "BadRequest", "The parameter '\(name)' in the request payload is not a valid parameter.")
            }
            parameters[name.lowercased()] = value
        }
        return parameters
    }

    // https://learn.microsoft.com/graph/api/event-tentativelyaccept
    private func answer(
        _ mailbox: inout Mailbox, _ place: EventPlace, _ item: EventItem, _ response: Answer.Response
    ) throws(GraphError) {
        let known: Set = ["comment", "sendresponse", "proposednewtime"]
        let parameters = try parameters(response == .accepted ? known.subtracting(["proposednewtime"]) : known)
        guard !item.isOrganizer else {
            throw .badRequest(
                "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer."
            )
        }
        let isSent = parameters["sendresponse"] != .bool(false)
        guard let fields = item.fields(place.day) else { throw .notFound() }
        guard !isSent || fields.responseRequested else {
            throw .badRequest(
                "Your request can't be completed. The meeting organizer hasn't requested a response for this meeting.")
        }
        var proposed: JSON?
        if let value = parameters["proposednewtime"], value != .null {
            guard isSent, fields.allowsNewTimeProposals else {
                throw GraphError(
                    400, "ErrorInvalidParameter", "A new time can't be proposed for this meeting or without a response."
                )
            }
            let (start, end) = (try EventTime(value["start"] ?? .null), try EventTime(value["end"] ?? .null))
            proposed = [
                "start": eventStyle.shown(start, isAllDay: false), "end": eventStyle.shown(end, isAllDay: false),
            ]
        }
        mailbox.calendar.answer(
            place, response, comment: parameters["comment"]?.text, proposedNewTime: proposed, isSent: isSent, now: now)
    }

    // https://learn.microsoft.com/graph/api/event-cancel
    private func cancel(_ mailbox: inout Mailbox, _ place: EventPlace, _ item: EventItem) throws(GraphError) {
        let parameters = try parameters(["comment"])
        guard item.isOrganizer else {
            throw .badRequest("Your request can't be completed. You need to be an organizer to cancel a meeting.")
        }
        mailbox.calendar.end(place, comment: parameters["comment"]?.text, now: now)
    }
}
