import Foundation
import HTTPTypes

/// What the mailbox's user does in Outlook; the control channel's paths behind `/sandbox/mailboxes/{address}/`.
struct OutlookUser {
    let body: JSON
    let query: [String: String]
    let now: Date

    var isForGood: Bool { query["forGood"] == "true" }

    func act(in mailbox: inout Mailbox, _ method: HTTPMethod, _ path: [String]) throws(GraphError) -> HTTPResponse {
        switch path[0] {
        case "contacts": return try contacts(&mailbox, method, path)
        case "folders": return try folders(&mailbox, method, path)
        case "events": return try events(&mailbox, method, path)
        case "calendars": return try calendars(&mailbox, method, path)
        default: throw ExchangeSandbox.unknown(method, path)
        }
    }

    private func contacts(
        _ mailbox: inout Mailbox, _ method: HTTPMethod, _ path: [String]
    ) throws(GraphError) -> HTTPResponse {
        if path.count == 1, method == .post {
            var fields = ContactFields()
            try fields.apply(body)
            let folder = try mailbox.folder(query["folder"] ?? "contacts")
            return shown(mailbox.add(fields, in: folder.number, now: now), mailbox)
        }
        guard path.count > 1 else { throw ExchangeSandbox.unknown(method, path) }
        let item = try mailbox.contact(path[1])
        switch (method, path.count > 2 ? path[2] : nil) {
        case (.patch, nil):
            var fields = item.fields
            try fields.apply(body)
            _ = mailbox.update(item.number, fields, now: now)
        case (.delete, nil):
            if isForGood { mailbox.purge(item.number) } else { mailbox.remove(item.number, now: now) }
        case (.post, "move"):
            mailbox.move(item.number, to: try self.folder(mailbox)?.number ?? Mailbox.deletedItems, now: now)
        case (.post, "copy"):
            let folder = try self.folder(mailbox)?.number ?? item.folder
            return shown(mailbox.add(item.fields, in: folder, now: now), mailbox)
        case (.post, "touch"):
            mailbox.touch(item.number, now: now)
        default: throw ExchangeSandbox.unknown(method, path)
        }
        return GraphCall.done
    }

    private func folders(
        _ mailbox: inout Mailbox, _ method: HTTPMethod, _ path: [String]
    ) throws(GraphError) -> HTTPResponse {
        if path.count == 1, method == .post {
            guard let folder = mailbox.addFolder(try name(), in: Mailbox.contactsFolder) else { throw .folderExists }
            return ExchangeSandbox.control(.object(mailbox.shown(folder)))
        }
        guard path.count > 1 else { throw ExchangeSandbox.unknown(method, path) }
        let folder = try mailbox.folder(path[1])
        let isOwn = folder.parent != 0
        switch (method, path.count > 2 ? path[2] : nil) {
        case (.patch, nil):
            guard mailbox.renameFolder(folder.number, try name()) else { throw .folderExists }
        case (.delete, nil):
            guard isOwn else { throw .badRequest("Outlook does not delete this folder") }
            mailbox.removeFolder(folder.number, forGood: isForGood)
        case (.post, "move"):
            guard isOwn else { throw .badRequest("Outlook does not move this folder") }
            let parent = try self.folder(mailbox)?.number ?? Mailbox.deletedItems
            guard mailbox.moveFolder(folder.number, to: parent) else {
                throw .badRequest("a folder does not go into itself, nor beside one of its name")
            }
        case (.post, "empty"):
            mailbox.emptyFolder(folder.number, forGood: isForGood, now: now)
        default: throw ExchangeSandbox.unknown(method, path)
        }
        return GraphCall.done
    }

    /// The folder that the body names, by id or `contacts`, `deletedItems`; `nil` where it names none.
    private func folder(_ mailbox: Mailbox) throws(GraphError) -> ContactFolder? {
        guard let name = body["folder"]?.text else { return nil }
        return try mailbox.folder(name)
    }

    private func name() throws(GraphError) -> String {
        guard let name = body["displayName"]?.text, !name.isEmpty else { throw .badRequest("displayName is missing") }
        return name
    }

    private func shown(_ item: ContactItem, _ mailbox: Mailbox) -> HTTPResponse {
        ExchangeSandbox.control(ExchangeSandbox.dump(item, in: mailbox))
    }
}
