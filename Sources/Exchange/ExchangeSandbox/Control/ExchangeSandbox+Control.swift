import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// The control channel, `/sandbox/…`, JSON, without a token: Outlook's users, and what can go wrong.
///
/// - `GET /sandbox/counters`, `DELETE /sandbox/counters`: requests that read, wrote, changed something, were refused, by app and
///   mailbox; where mailboxes survive a restart, the number of changes does too
/// - `GET /sandbox/dump`: every mailbox's folders, contacts, calendars and events with their extended properties, Deleted Items too
/// - `POST /sandbox/mailboxes` `{"address": …, "kind": "usable"}`: a new mailbox, or another kind of one that is there (kinds:
///   `ExchangeTenant.MailboxKind`); `GET`, `DELETE /sandbox/mailboxes/{address}`
/// - `POST /sandbox/mailboxes/{address}/contacts` `{"displayName": …}`: a private contact in the default folder, or with
///   `?folder={id}` in another; `PATCH`, `DELETE …/contacts/{id}`; `POST …/contacts/{id}/move` `{"folder": "deletedItems" | "contacts" |
///   an id}`; `POST …/contacts/{id}/copy`, with all extended properties, as Outlook copies; `POST …/contacts/{id}/touch`: only the etag
///   changes
/// - `POST /sandbox/mailboxes/{address}/folders` `{"displayName": …}`; `PATCH`, `DELETE …/folders/{id}`; `POST …/folders/{id}/move`
///   `{"folder": …}`; `POST …/folders/{id}/empty`; what is deleted goes to Deleted Items, with `?forGood=true` it is gone
/// - `POST /sandbox/mailboxes/{address}/events` `{"subject": …}`: what the user makes in his calendar, a series with `recurrence`;
///   `PATCH`, `DELETE …/events/{id}`, an occurrence's too; `POST …/events/{id}/answer` `{"response": "accepted", "comment": …}`,
///   `…/cancel` `{"comment": …}`, `…/move` `{"calendar": "deletedItems" | "calendar" | an id}`, `…/copy`, `…/touch`; nobody is told of
///   what only he sees, nor of anything with `?silent=true`. `…/events/{id}/answers` `{"attendee": …, "response": …}`: an attendee's
///   answer comes in from outside the tenant. `POST …/calendars` `{"name": …}`: a further calendar, for `?calendar={id}` and `move`
/// - `POST /sandbox/outside/invitations` `{"organizer": {"address": …}, "iCalUId": …, "attendees": …, "subject": …, …}`: somebody
///   outside the tenant invites, the same iCalUId again updates; `POST /sandbox/outside/cancellations`
/// - `GET /sandbox/outbox`, `DELETE /sandbox/outbox`: the mails about meetings that mailboxes have sent, each with the app that made
///   them, `null` for the user in Outlook
/// - `POST /sandbox/faults` `{"kind": "status", "mailbox": …, "method": …, "count": 2, "status": 429, "code": …, "retryAfter": 1}`
///   (kinds: `Fault.Kind`; `delayMilliseconds` with `latency`; mailbox `token` is the token endpoint); `GET`, `DELETE /sandbox/faults`
/// - `POST /sandbox/vices` `{"etagChangesOnReads": 20}` (names: `ExchangeTenant.Vices`)
/// - `POST /sandbox/tokens/expire`: no token handed out so far is good any more; `POST /sandbox/delta/expire` `{"code":
///   "resyncRequired", "status": 410}`: no delta or skip token; code and status are those for calendar views
extension ExchangeSandbox {
    func control(_ request: HTTPRequest) -> HTTPResponse {
        do throws(GraphError) {
            guard let segments = ResourcePath.segments(request.path).map({ Array($0.dropFirst()) }),
                let query = ResourcePath.options(request.query)
            else { throw .badRequest("the path is malformed") }
            guard let body = request.body.isEmpty ? [:] : JSON(request.body), body.object != nil else {
                throw .badRequest("the body is not a JSON object")
            }
            if segments.first == "mailboxes" {
                return try mailboxes(request.method, Array(segments.dropFirst()), query, body)
            }
            switch (request.method, segments.first ?? "counters", segments.count) {
            case (.get, "counters", 0...1): return Self.control(counters())
            case (.delete, "counters", 1):
                state.withLock { state in
                    for key in state.counters.counts.keys { state.directory.record(changes: 0, of: key) }
                    state.counters = RequestCounters()
                    state.throttle.resetMost()
                }
            case (.get, "dump", 1):
                let mailboxes = state.withLock { $0.directory.mailboxes }
                return Self.control(
                    .object(
                        Dictionary(uniqueKeysWithValues: mailboxes.values.map { ($0.address, Self.dump($0)) })))
            case (.get, "outbox", 1):
                let mails = state.withLock { $0.directory.outbox }
                return Self.control(["mails": .array(mails.map(\.shown))])
            case (.delete, "outbox", 1): state.withLock { $0.directory.forgetMails() }
            case (.post, "outside", 2): return try outside(Array(segments.dropFirst()), body)
            case (.get, "faults", 1):
                let faults = state.withLock { $0.faults.waiting }
                return Self.control([
                    "faults": .array(
                        faults.map { ["kind": .text($0.kind.rawValue), "count": .number(Double($0.count))] })
                ])
            case (.post, "faults", 1):
                let fault = try Self.fault(body)
                state.withLock { $0.faults.add(fault) }
            case (.delete, "faults", 1): state.withLock { $0.faults.removeAll() }
            case (.post, "vices", 1):
                try state.withLock { state throws(GraphError) in state.vices = try state.vices.changed(by: body) }
            case (.post, "delta", 2) where segments[1] == "expire": try expireDelta(body)
            case (.post, "tokens", 2) where segments[1] == "expire": state.withLock { $0.tokens.expireAll() }
            default: throw Self.unknown(request.method, segments)
            }
            return GraphCall.done
        } catch {
            return Self.control(["error": .text(error.message)], status: error.status)
        }
    }

    static func unknown(_ method: HTTPMethod, _ segments: [String]) -> GraphError {
        .notFound("\(method) \(segments.joined(separator: "/")) is nothing the sandbox's control channel knows")
    }

    /// All tokens so far are forgotten; those of calendar views are refused with that code and status.
    private func expireDelta(_ body: JSON) throws(GraphError) {
        let (code, status) = (body["code"]?.text ?? EventDeltaToken.codes[0], body["status"]?.whole ?? 410)
        guard EventDeltaToken.codes.contains(code), [400, 404, 410].contains(status) else {
            throw .badRequest(
                "code is one of \(EventDeltaToken.codes.joined(separator: ", ")); status is 410, 404 or 400")
        }
        state.withLock { state in
            state.deltaGeneration += 1
            state.deltaRefusal = GraphError(status, code, EventDeltaToken.forgotten.message)
        }
    }

    private func counters() -> JSON {
        let (counters, most, tokens) = state.withLock { ($0.counters, $0.throttle.mostInFlight, $0.tokens.count) }
        var shown = counters.shown.object ?? [:]
        shown["writes"] = .number(Double(counters.total.changes))
        shown["mostInFlight"] = .number(Double(most))
        shown["tokens"] = .number(Double(tokens))
        return .object(shown)
    }

    // MARK: Mailboxes

    private func mailboxes(
        _ method: HTTPMethod, _ path: [String], _ query: [String: String], _ body: JSON
    ) throws(GraphError) -> HTTPResponse {
        switch (method, path.count) {
        case (.post, 0):
            guard let address = body["address"]?.text,
                let kind = ExchangeTenant.MailboxKind(rawValue: body["kind"]?.text ?? "usable")
            else {
                let kinds = ExchangeTenant.MailboxKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badRequest("expected an address and a kind: \(kinds)")
            }
            let userID = newUserID()
            state.withLock { state in
                if let known = state.directory.address(of: address) {
                    state.directory.setKind(kind, of: known)
                } else {
                    state.directory.add(Mailbox(userID: userID, address: address, kind: kind))
                }
            }
            return GraphCall.done
        case (.get, 1):
            return try state.withLock { state throws(GraphError) in
                try state.directory.visitAsUser(path[0]) { Self.control(Self.dump($0)) }
            }
        case (.delete, 1):
            state.withLock { state in
                if let address = state.directory.address(of: path[0]) { state.directory.remove(address) }
            }
            return GraphCall.done
        case (_, 2...):
            let now = time.now
            return try state.withLock { state throws(GraphError) in
                try state.directory.visitAsUser(path[0]) { mailbox throws(GraphError) in
                    try OutlookUser(body: body, query: query, now: now).act(
                        in: &mailbox, method, Array(path.dropFirst()))
                }
            }
        default: throw Self.unknown(method, path)
        }
    }

    private static func dump(_ mailbox: Mailbox) -> JSON {
        let folders = mailbox.folders.values.sorted { $0.number < $1.number }.map { folder in
            JSON.object(
                mailbox.shown(folder).merging([
                    "contacts": .array(mailbox.contacts(in: folder.number).map { dump($0, in: mailbox) })
                ]) { _, new in new })
        }
        return [
            "address": .text(mailbox.address), "userId": .text(mailbox.userID), "kind": .text(mailbox.kind.rawValue),
            "defaultFolder": .text(mailbox.id(ofFolder: Mailbox.contactsFolder)),
            "deletedItems": .text(mailbox.id(ofFolder: Mailbox.deletedItems)), "folders": .array(folders),
            "calendars": .array(
                mailbox.calendar.names.keys.sorted().map { number in
                    [
                        "id": .text(mailbox.id(ofCalendar: number)),
                        "name": .text(mailbox.calendar.names[number] ?? ""),
                        "events": .array(mailbox.calendar.events(in: number).map { dump($0, in: mailbox) }),
                    ]
                }),
        ]
    }

    /// An event as Graph shows it in UTC and text, by its immutable id, with what it shows to nobody.
    static func dump(_ item: EventItem, in mailbox: Mailbox) -> JSON {
        var members = mailbox.shown(item, nil, .dumped) ?? [:]
        members["extended"] = .object(item.fields.extended.mapValues { .text($0) })
        members["exceptions"] = .array(
            item.exceptions.keys.sorted().compactMap { day in
                mailbox.shown(item, CivilDay(number: day), .dumped).map { .object($0) }
            })
        members["cancelledOccurrences"] = mailbox.cancelledOccurrences(item, .dumped)
        return .object(members)
    }

    /// A contact's fields that have a value, by its immutable id.
    static func dump(_ item: ContactItem, in mailbox: Mailbox) -> JSON {
        var members = item.fields.values
        members["id"] = .text(mailbox.id(of: item, immutable: true))
        members["@odata.etag"] = .text(item.etag)
        members["parentFolderId"] = .text(mailbox.id(ofFolder: item.folder))
        members["extended"] = .object(item.fields.extended.mapValues { .text($0) })
        return .object(members)
    }

    private static func fault(_ body: JSON) throws(GraphError) -> Fault {
        guard let kind = body["kind"]?.text.flatMap(Fault.Kind.init(rawValue:)) else {
            throw .badRequest("kind is one of \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let status = body["status"]?.whole ?? 503
        guard (400...599).contains(status) else { throw .badRequest("status is from 400 to 599") }
        return Fault(
            kind: kind, mailbox: body["mailbox"]?.text?.lowercased(), method: body["method"]?.text?.uppercased(),
            count: body["count"]?.whole ?? 1, status: status, code: body["code"]?.text,
            retryAfter: body["retryAfter"]?.whole, delay: .milliseconds(body["delayMilliseconds"]?.whole ?? 0))
    }

    static func control(_ json: JSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headerFields: ["Content-Type": "application/json"], body: json.data)
    }
}
