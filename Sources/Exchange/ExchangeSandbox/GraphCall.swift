import Foundation
import HTTPTypes

/// One request about one mailbox's contacts: what it reads or changes, and its answer.
struct GraphCall {
    let request: HTTPRequest
    let options: QueryOptions
    /// The mailbox, as the path names it.
    let name: String
    let now: Date

    private static let defaultPage = 10

    private var wantsImmutableIDs: Bool {
        request.headerFields.values(of: "Prefer").contains { $0.contains("IdType=\"ImmutableId\"") }
    }

    /// The page size that the client prefers.
    private var preferredPage: Int? {
        for value in request.headerFields.values(of: "Prefer").flatMap({ $0.split(separator: ",") }) {
            let parts = value.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0] == "odata.maxpagesize" { return Int(parts[1]) }
        }
        return nil
    }

    // MARK: Folders

    func folders(_ mailbox: Mailbox) throws(GraphError) -> HTTPResponse {
        let rows = mailbox.childFolders(of: mailbox.defaultFolder).map { json($0) }
        return try page(rows.filter { options.filter?.passes($0) ?? true }, "contactFolders")
    }

    func folder(_ id: String, _ mailbox: Mailbox) throws(GraphError) -> HTTPResponse {
        let id = id.lowercased() == "contacts" ? mailbox.defaultFolder : id
        guard let folder = mailbox.folders[id], id != mailbox.deletedItems else { throw .notFound() }
        return single(json(folder), "contactFolders/$entity", 200)
    }

    func makeFolder(_ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        guard let name = try body()["displayName"]?.text, !name.isEmpty else {
            throw .badRequest("displayName is missing.")
        }
        guard let folder = mailbox.addFolder(name) else {
            throw GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        }
        return single(json(folder), "contactFolders/$entity", 201)
    }

    func deleteFolder(_ id: String, _ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        guard mailbox.folders[id]?.parent != nil else { throw .notFound() }
        mailbox.removeFolder(id)
        return HTTPResponse(status: 204)
    }

    private func json(_ folder: Mailbox.Folder) -> JSON {
        [
            "id": .text(folder.id), "displayName": .text(folder.name),
            "parentFolderId": folder.parent.map { .text($0) } ?? .null,
        ]
    }

    // MARK: Contacts

    /// - Parameter folder: `nil`: the default one.
    func contacts(_ folder: String?, _ mailbox: Mailbox) throws(GraphError) -> HTTPResponse {
        let folder = try existing(folder, mailbox)
        var items: [ContactItem]
        if let link = options.filter?.link {
            items = mailbox.contacts(in: folder, property: link.property, value: link.value)
        } else {
            items = mailbox.contacts(in: folder)
        }
        if let filter = options.filter { items = items.filter { filter.passes(comparable($0)) } }
        if let order = options.orderBy {
            func text(_ item: ContactItem) -> String { json(item)[order.name]?.text?.lowercased() ?? "" }
            items.sort { order.isDescending ? text($0) > text($1) : text($0) < text($1) }
        }
        return try page(items.map { json($0) }, "contacts")
    }

    func contact(_ id: String, _ folder: String?, _ mailbox: Mailbox) throws(GraphError) -> HTTPResponse {
        single(json(try item(id, folder, mailbox)), "contacts/$entity", 200)
    }

    func makeContact(_ folder: String?, _ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        let folder = try existing(folder, mailbox)
        var fields = ContactFields()
        try fields.apply(try body())
        let item = mailbox.add(fields, in: folder, now: now)
        return single(json(item), "contacts/$entity", 201)
    }

    func updateContact(_ id: String, _ folder: String?, _ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        let item = try item(id, folder, mailbox)
        try requireMatch(item)
        var fields = item.fields
        try fields.apply(try body())
        mailbox.update(item.id, now: now) { $0 = fields }
        return single(json(mailbox.contacts[item.id] ?? item), "contacts/$entity", 200)
    }

    /// Moves to Deleted Items, where the immutable id still finds it; what is there already goes for good.
    func deleteContact(_ id: String, _ folder: String?, _ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        let item = try item(id, folder, mailbox)
        try requireMatch(item)
        if item.parent == mailbox.deletedItems {
            mailbox.purge(item.id)
        } else {
            mailbox.move(item.id, to: mailbox.deletedItems)
        }
        return HTTPResponse(status: 204)
    }

    private func existing(_ folder: String?, _ mailbox: Mailbox) throws(GraphError) -> String {
        guard let folder, folder.lowercased() != "contacts" else { return mailbox.defaultFolder }
        guard mailbox.folders[folder] != nil else { throw .notFound() }
        return folder
    }

    private func item(_ id: String, _ folder: String?, _ mailbox: Mailbox) throws(GraphError) -> ContactItem {
        guard id.count >= 16 else { throw .invalidID }
        guard let item = mailbox.contact(id) else { throw .notFound() }
        if let folder, item.parent != (try existing(folder, mailbox)) { throw .notFound() }
        return item
    }

    private func requireMatch(_ item: ContactItem) throws(GraphError) {
        guard let etag = request.headerFields["If-Match"], etag != "*", etag != item.etag else { return }
        throw .conflict
    }

    // MARK: JSON

    private func body() throws(GraphError) -> JSON {
        guard request.headerFields["Content-Type"]?.lowercased().hasPrefix("application/json") == true else {
            throw GraphError(400, "RequestBodyRead", "A Content-Type of application/json is expected.")
        }
        guard let body = JSON(request.body), body.object != nil else {
            throw GraphError(400, "BadRequest", "Unable to read JSON request payload.")
        }
        return body
    }

    private func json(_ item: ContactItem) -> JSON {
        var members: [String: JSON] = [:]
        for name in ContactFields.names {
            switch name {
            case "businessPhones", "homePhones", "imAddresses", "categories", "children", "emailAddresses":
                members[name] = item.fields.values[name] ?? []
            case "businessAddress", "homeAddress", "otherAddress":
                members[name] = item.fields.values[name] ?? [:]
            default:
                members[name] = item.fields.values[name] ?? .null
            }
        }
        members["id"] = .text(wantsImmutableIDs ? item.id : Mailbox.folderBoundID(of: item))
        members["parentFolderId"] = .text(item.parent)
        members["changeKey"] = .text(item.changeKey)
        members["createdDateTime"] = .text(item.created.formatted(.iso8601))
        members["lastModifiedDateTime"] = .text(item.modified.formatted(.iso8601))
        if let select = options.select { members = members.filter { select.contains($0.key) || $0.key == "id" } }
        members["@odata.etag"] = .text(item.etag)
        if options.isExpanded {
            let shown = properties(of: item).filter { options.expandedProperties?.passes($0) ?? true }
            if !shown.isEmpty { members["singleValueExtendedProperties"] = .array(shown) }
        }
        return .object(members)
    }

    /// An item as a filter sees it: its extended properties are there.
    private func comparable(_ item: ContactItem) -> JSON {
        var members = item.fields.values
        members["singleValueExtendedProperties"] = .array(properties(of: item))
        return .object(members)
    }

    private func properties(of item: ContactItem) -> [JSON] {
        item.fields.extended.sorted { $0.key < $1.key }.map { ["id": .text($0.key), "value": .text($0.value)] }
    }

    // MARK: Answers

    private func single(_ entity: JSON, _ context: String, _ status: Int) -> HTTPResponse {
        var members = entity.object ?? [:]
        members["@odata.context"] = .text(self.context(context))
        var response = HTTPResponse(
            status: status, headerFields: ["Content-Type": Self.contentType], body: JSON.object(members).data)
        if wantsImmutableIDs { response.headerFields["Preference-Applied"] = "IdType=\"ImmutableId\"" }
        if let etag = entity["@odata.etag"]?.text { response.headerFields["ETag"] = etag }
        return response
    }

    private func page(_ rows: [JSON], _ context: String) throws(GraphError) -> HTTPResponse {
        let size = min(options.top ?? preferredPage ?? Self.defaultPage, 1000)
        let page = rows.dropFirst(options.skip).prefix(size)
        var members: [String: JSON] = ["@odata.context": .text(self.context(context)), "value": .array(Array(page))]
        if options.isCounted { members["@odata.count"] = .number(Double(rows.count)) }
        let next = options.skip + page.count
        if next < rows.count { members["@odata.nextLink"] = .text(nextLink(next)) }
        var response = HTTPResponse(
            status: 200, headerFields: ["Content-Type": Self.contentType], body: JSON.object(members).data)
        if wantsImmutableIDs { response.headerFields["Preference-Applied"] = "IdType=\"ImmutableId\"" }
        return response
    }

    /// The same request from there on; opaque to the client.
    private func nextLink(_ skip: Int) -> String {
        let kept = (request.query ?? "").split(separator: "&").filter { pair in
            let name = pair.prefix { $0 != "=" }.removingPercentEncoding ?? ""
            return name != "$skip" && name != "$skiptoken"
        }
        return "\(request.scheme)://\(request.authority)\(request.path)?"
            + (kept.map(String.init) + ["%24skiptoken=\(skip)"]).joined(separator: "&")
    }

    private func context(_ context: String) -> String {
        "\(request.scheme)://\(request.authority)/v1.0/$metadata#users('\(name)')/\(context)"
    }

    private static let contentType =
        "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
}
