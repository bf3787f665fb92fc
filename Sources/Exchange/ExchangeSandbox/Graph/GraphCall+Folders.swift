import HTTPTypes

/// `contactFolders`, one of them, and the folders in it.
extension GraphCall {
    /// - Parameter parent: the number of the folder they are in.
    func folders(_ mailbox: inout Mailbox, in parent: Int) throws(GraphError) -> HTTPResponse {
        switch request.method {
        case .get: return try listFolders(mailbox, in: parent)
        case .post:
            guard let folder = mailbox.addFolder(try folderName(try body()), in: parent) else { throw .folderExists }
            return json(with(context(mailbox, "contactFolders/$entity"), mailbox.shown(folder)), status: 201)
        default: throw .methodNotAllowed
        }
    }

    func folder(_ mailbox: inout Mailbox, _ folder: ContactFolder) throws(GraphError) -> HTTPResponse {
        switch request.method {
        case .get: return json(with(context(mailbox, "contactFolders/$entity"), mailbox.shown(folder)))
        case .patch:
            let name = try folderName(try body())
            try checkWritable(folder)
            guard mailbox.renameFolder(folder.number, name) else { throw .folderExists }
            let renamed = mailbox.folders[folder.number] ?? folder
            return json(with(context(mailbox, "contactFolders/$entity"), mailbox.shown(renamed)))
        case .delete:
            try checkWritable(folder)
            mailbox.removeFolder(folder.number, forGood: false)
            return Self.done
        default: throw .methodNotAllowed
        }
    }

    /// The default folder itself is not listed by Graph.
    private func listFolders(_ mailbox: Mailbox, in parent: Int) throws(GraphError) -> HTTPResponse {
        let options = try QueryOptions(query)
        func isMember(_ name: String) -> Bool { ["id", "displayName", "parentFolderId"].contains(name) }
        for name in (options.select ?? []).sorted() where !isMember(name) {
            throw .unknownMember(name, of: "contactFolder")
        }
        let filter = try options.filter?.checked(property: nil, isMember: isMember)
        let rows = mailbox.childFolders(of: parent).map { JSON.object(mailbox.shown($0)) }
            .filter { filter?.passes($0) ?? true }
        let page = rows.dropFirst(options.skip).prefix(pageSize(options)).map { row in
            JSON.object((row.object ?? [:]).filter { options.select?.contains($0.key) ?? true || $0.key == "id" })
        }
        return self.page(page, options, total: rows.count, context: context(mailbox, "contactFolders"))
    }

    private func folderName(_ body: JSON) throws(GraphError) -> String {
        for name in (body.object ?? [:]).keys.sorted() where name != "displayName" && !name.hasPrefix("@odata.") {
            throw .unknownMember(name, of: "contactFolder")
        }
        guard let name = body["displayName"]?.text, !name.isEmpty else {
            throw GraphError(400, "ErrorInvalidRequest", "displayName is missing.")
        }
        return name
    }

    /// The folders that every mailbox has stay as they are.
    private func checkWritable(_ folder: ContactFolder) throws(GraphError) {
        guard folder.parent != 0 else {
            throw GraphError(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be changed.")
        }
    }

    private func with(_ context: JSON, _ members: [String: JSON]) -> [String: JSON] {
        members.merging(["@odata.context": context]) { _, new in new }
    }
}
