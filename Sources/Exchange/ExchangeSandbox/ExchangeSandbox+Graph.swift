import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// Graph's paths.
extension ExchangeSandbox {
    func graph(_ request: HTTPRequest) throws(GraphError) -> HTTPResponse {
        guard let segments = ResourcePath.segments(request.path), segments.first == "v1.0" else {
            throw GraphError(400, "BadRequest", "Resource not found for the segment.")
        }
        let uptime = time.uptime
        guard let app = state.withLock({ $0.tokens.app(of: request, uptime: uptime) }) else {
            throw GraphError(
                401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        }
        _ = app
        guard segments.count >= 4, segments[1] == "users" else {
            throw GraphError(
                400, "BadRequest", "Resource not found for the segment '\(segments.dropFirst().first ?? "")'.")
        }
        guard let text = ResourcePath.options(request.query) else { throw .badRequest("The query is malformed.") }
        let options = try QueryOptions(text)
        let call = GraphCall(request: request, options: options, name: segments[2].lowercased(), now: time.now)
        let rest = Array(segments.dropFirst(3))
        let response = try routed(call, rest)
        return finished(response, request)
    }

    private func routed(_ call: GraphCall, _ path: [String]) throws(GraphError) -> HTTPResponse {
        switch (path.first, path.count) {
        case ("contactFolders", 1):
            switch call.request.method {
            case .get: return try read(call) { mailbox throws(GraphError) in try call.folders(mailbox) }
            case .post: return try change(call) { mailbox throws(GraphError) in try call.makeFolder(&mailbox) }
            default: throw Self.methodNotAllowed
            }
        case ("contactFolders", 2):
            switch call.request.method {
            case .get: return try read(call) { mailbox throws(GraphError) in try call.folder(path[1], mailbox) }
            case .delete:
                return try change(call) { mailbox throws(GraphError) in try call.deleteFolder(path[1], &mailbox) }
            default: throw Self.methodNotAllowed
            }
        case ("contactFolders", 3) where path[2] == "contacts":
            switch call.request.method {
            case .get: return try read(call) { mailbox throws(GraphError) in try call.contacts(path[1], mailbox) }
            case .post:
                return try change(call) { mailbox throws(GraphError) in try call.makeContact(path[1], &mailbox) }
            default: throw Self.methodNotAllowed
            }
        case ("contactFolders", 4) where path[2] == "contacts":
            return try item(call, path[3], folder: path[1])
        case ("contacts", 1):
            switch call.request.method {
            case .get: return try read(call) { mailbox throws(GraphError) in try call.contacts(nil, mailbox) }
            case .post: return try change(call) { mailbox throws(GraphError) in try call.makeContact(nil, &mailbox) }
            default: throw Self.methodNotAllowed
            }
        case ("contacts", 2):
            return try item(call, path[1], folder: nil)
        default:
            throw GraphError(400, "BadRequest", "Resource not found for the segment '\(path.first ?? "")'.")
        }
    }

    private func item(_ call: GraphCall, _ id: String, folder: String?) throws(GraphError) -> HTTPResponse {
        switch call.request.method {
        case .get: return try read(call) { mailbox throws(GraphError) in try call.contact(id, folder, mailbox) }
        case .patch:
            return try change(call) { mailbox throws(GraphError) in try call.updateContact(id, folder, &mailbox) }
        case .delete:
            return try change(call) { mailbox throws(GraphError) in try call.deleteContact(id, folder, &mailbox) }
        default: throw Self.methodNotAllowed
        }
    }

    private static let methodNotAllowed = GraphError(
        405, "Request_BadRequest", "The request method is not allowed on this resource.")

    private func read(
        _ call: GraphCall, _ body: (Mailbox) throws(GraphError) -> HTTPResponse
    ) throws(GraphError) -> HTTPResponse {
        let mailbox = try state.withLock { state throws(GraphError) in try Self.mailbox(call.name, state).value }
        return try body(mailbox)
    }

    private func change(
        _ call: GraphCall, _ body: (inout Mailbox) throws(GraphError) -> HTTPResponse
    ) throws(GraphError) -> HTTPResponse {
        try state.withLock { state throws(GraphError) in
            let (key, mailbox) = try Self.mailbox(call.name, state)
            var changed = mailbox
            // Only one reference, so that nothing is copied.
            state.mailboxes[key] = nil
            let result: Result<HTTPResponse, GraphError>
            do throws(GraphError) {
                result = .success(try body(&changed))
            } catch {
                result = .failure(error)
            }
            state.mailboxes[key] = changed
            return try result.get()
        }
    }

    /// The mailbox by its address, ignoring case, or by its user's id.
    private static func mailbox(_ name: String, _ state: State) throws(GraphError) -> (key: String, value: Mailbox) {
        let found =
            state.mailboxes[name].map { (name, $0) }
            ?? state.mailboxes.first { $0.value.id == name }.map { ($0.key, $0.value) }
        guard let (key, mailbox) = found else {
            throw GraphError(404, "ErrorInvalidUser", "The requested user '\(name)' is invalid.")
        }
        switch mailbox.kind {
        case .usable: return (key, mailbox)
        case .unlicensed:
            throw GraphError(
                404, "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
        case .outOfScope:
            throw GraphError(
                403, "ErrorAccessDenied",
                "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.")
        }
    }
}
