import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// The control channel, `/sandbox/…`, JSON, without a token: Outlook's users, and what can go wrong.
///
/// - `GET /sandbox/counters`, `DELETE /sandbox/counters`: requests that read, wrote, were refused, by app and mailbox
/// - `GET /sandbox/dump`: every mailbox's folders and contacts with their extended properties, Deleted Items too
/// - `POST /sandbox/mailboxes` `{"address": …, "kind": "usable"}`: a new mailbox, or another kind of one that is there
/// - `POST /sandbox/mailboxes/{address}/contacts` `{"displayName": …}`: a private contact in the default folder
/// - `PATCH`, `DELETE /sandbox/mailboxes/{address}/contacts/{id}`: an edit, or a deletion for good; `POST …/{id}/move`
///   `{"folder": "deletedItems" | "contacts" | an id}`; `POST …/{id}/touch`: only the etag changes
/// - `DELETE /sandbox/mailboxes/{address}/folders/{id}`; `PATCH … {"displayName": …}`
/// - `POST /sandbox/faults` `{"kind": "status", "mailbox": …, "path": …, "count": 2, "status": 429, "code": …, "retryAfter": 1}`
///   (kinds: `Fault.Kind`; `delayMilliseconds` with `latency`); `DELETE /sandbox/faults`
/// - `POST /sandbox/tokens/expire`: no token handed out so far is good any more
extension ExchangeSandbox {
    func control(_ request: HTTPRequest) -> HTTPResponse {
        guard let segments = ResourcePath.segments(request.path).map({ Array($0.dropFirst()) }) else {
            return Self.refused("the path is malformed", 400)
        }
        let body = JSON(request.body) ?? [:]
        switch (request.method, segments.first ?? "counters", segments.count) {
        case (.get, "counters", 0...1): return Self.control(state.withLock { $0.counters.json })
        case (.delete, "counters", 1):
            state.withLock { $0.counters = RequestCounters() }
            return Self.done
        case (.get, "dump", 1): return Self.control(dump())
        case (.post, "mailboxes", 1): return makeMailbox(body)
        case (_, "mailboxes", 3...):
            return outlook(request.method, segments[1].lowercased(), Array(segments.dropFirst(2)), body)
        case (.post, "faults", 1): return addFault(body)
        case (.delete, "faults", 1):
            state.withLock { $0.faults.removeAll() }
            return Self.done
        case (.post, "tokens", 2) where segments[1] == "expire":
            state.withLock { $0.tokens.expireAll() }
            return Self.done
        default:
            return Self.refused("\(request.method) \(request.path) is nothing the sandbox's control channel knows", 404)
        }
    }

    private func dump() -> JSON {
        let mailboxes = state.withLock { $0.mailboxes }
        return .object(
            Dictionary(
                uniqueKeysWithValues: mailboxes.values.map { mailbox in
                    let folders = mailbox.folders.values.sorted { $0.id < $1.id }.map { folder -> JSON in
                        [
                            "id": .text(folder.id), "displayName": .text(folder.name),
                            "contacts": .array(mailbox.contacts(in: folder.id).map(Self.json)),
                        ]
                    }
                    return (
                        mailbox.address,
                        [
                            "kind": .text(mailbox.kind.rawValue), "folders": .array(folders),
                            "deletedItems": .text(mailbox.deletedItems), "defaultFolder": .text(mailbox.defaultFolder),
                        ]
                    )
                }))
    }

    private static func json(_ item: ContactItem) -> JSON {
        var members = item.fields.values
        members["id"] = .text(item.id)
        members["@odata.etag"] = .text(item.etag)
        members["extended"] = .object(item.fields.extended.mapValues { .text($0) })
        return .object(members)
    }

    private func makeMailbox(_ body: JSON) -> HTTPResponse {
        guard let address = body["address"]?.text,
            let kind = ExchangeTenant.MailboxKind(rawValue: body["kind"]?.text ?? "usable")
        else { return Self.refused("expected an address, and a kind: usable, unlicensed or outOfScope", 400) }
        state.withLock { state in
            if state.mailboxes[address.lowercased()] != nil {
                state.mailboxes[address.lowercased()]?.kind = kind
            } else {
                state.mailboxes[address.lowercased()] = Mailbox(
                    id: Self.mailboxID(state.mailboxes.count), address: address, kind: kind)
            }
        }
        return Self.done
    }

    /// What the user does in Outlook.
    private func outlook(_ method: HTTPMethod, _ address: String, _ path: [String], _ body: JSON) -> HTTPResponse {
        let now = time.now
        return state.withLock { state in
            guard var mailbox = state.mailboxes[address] else {
                return Self.refused("there is no mailbox \(address)", 404)
            }
            defer { state.mailboxes[address] = mailbox }
            var fields = ContactFields()
            do {
                switch (method, path[0], path.count) {
                case (.post, "contacts", 1):
                    try fields.apply(body)
                    let item = mailbox.add(fields, in: mailbox.defaultFolder, now: now)
                    return Self.control(Self.json(item))
                case (.patch, "contacts", 2):
                    guard let item = mailbox.contacts[path[1]] else { return Self.missing(path[1]) }
                    fields = item.fields
                    try fields.apply(body)
                    mailbox.update(item.id, now: now) { $0 = fields }
                case (.delete, "contacts", 2):
                    mailbox.purge(path[1])
                case (.post, "contacts", 3) where path[2] == "move":
                    let folder = body["folder"]?.text ?? "deletedItems"
                    let target =
                        folder == "deletedItems"
                        ? mailbox.deletedItems : folder == "contacts" ? mailbox.defaultFolder : folder
                    guard mailbox.contacts[path[1]] != nil, mailbox.folders[target] != nil else {
                        return Self.missing(path[1])
                    }
                    mailbox.move(path[1], to: target)
                case (.post, "contacts", 3) where path[2] == "touch":
                    mailbox.touch(path[1], now: now)
                case (.delete, "folders", 2):
                    mailbox.removeFolder(path[1])
                case (.patch, "folders", 2):
                    mailbox.renameFolder(path[1], body["displayName"]?.text ?? "")
                default:
                    return Self.refused(
                        "\(method) \(path.joined(separator: "/")) is nothing an Outlook user can do here", 404)
                }
                return Self.done
            } catch let error as GraphError {
                return Self.refused(error.message, 400)
            } catch {
                return Self.refused("\(error)", 400)
            }
        }
    }

    private func addFault(_ body: JSON) -> HTTPResponse {
        guard let kind = body["kind"]?.text.flatMap(Fault.Kind.init(rawValue:)) else {
            return Self.refused("kind is one of \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))", 400)
        }
        var fault = Fault(kind: kind)
        fault.mailbox = body["mailbox"]?.text?.lowercased()
        fault.path = body["path"]?.text ?? ""
        fault.count = body["count"]?.whole ?? 1
        fault.status = body["status"]?.whole ?? 503
        fault.code = body["code"]?.text
        fault.retryAfter = body["retryAfter"]?.whole
        fault.delay = .milliseconds(body["delayMilliseconds"]?.whole ?? 0)
        state.withLock { $0.faults.add(fault) }
        return Self.done
    }

    private static var done: HTTPResponse { HTTPResponse(status: 204) }

    private static func missing(_ id: String) -> HTTPResponse { refused("there is no contact or folder \(id)", 404) }

    private static func refused(_ message: String, _ status: Int) -> HTTPResponse {
        HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json"],
            body: JSON.object(["error": .text(message)]).data)
    }

    private static func control(_ json: JSON) -> HTTPResponse {
        HTTPResponse(status: 200, headerFields: ["Content-Type": "application/json"], body: json.data)
    }
}
