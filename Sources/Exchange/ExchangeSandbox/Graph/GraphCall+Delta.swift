import HTTPTypes

/// `contacts/delta` of a folder: rounds of pages, each round begun by the link that the last one ended with.
///
/// The links are opaque. A contact that changes while a round is under way may come again in it. From
/// https://learn.microsoft.com/graph/api/contact-delta.
extension GraphCall {
    /// The function's spellings in a path: Microsoft's documents, its SDK, its OpenAPI description.
    static func isDelta(_ segment: String) -> Bool {
        ["delta", "delta()", "microsoft.graph.delta()"].contains(segment.lowercased())
    }

    func contactsDelta(_ mailbox: Mailbox, in folder: ContactFolder) throws(GraphError) -> HTTPResponse {
        guard request.method == .get else { throw .methodNotAllowed }
        var token = try deltaToken(mailbox, folder)
        let changes = mailbox.history.changes(in: folder.number, after: token.after)
        let page = changes.prefix(preferredPage ?? defaultPage)
        let isLast = page.count == changes.count
        let rows = page.compactMap { row($0, mailbox, token) }
        token.after = isLast ? mailbox.history.latest : page.last?.revision ?? token.after
        if isLast { token.isInitial = false }
        let link = "\(request.scheme)://\(request.authority)\(request.path)?"
        let path = "contactFolders('\(mailbox.id(ofFolder: folder.number))')/contacts/$delta"
        var response = json([
            "@odata.context": context(mailbox, path), "value": .array(rows),
            isLast ? "@odata.deltaLink" : "@odata.nextLink":
                .text(link + (isLast ? "$deltatoken=" : "$skiptoken=") + ResourcePath.escaped(token.text)),
        ])
        response.headerFields["Preference-Applied"] = "odata.track-changes"
        return response
    }

    /// The token of the request's link, or that of a first round.
    private func deltaToken(_ mailbox: Mailbox, _ folder: ContactFolder) throws(GraphError) -> DeltaToken {
        var select: Set<String>?
        var token: DeltaToken?
        for (name, value) in query.sorted(by: { $0.key < $1.key }) where name.hasPrefix("$") {
            switch name.lowercased() {
            case "$select":
                select = Set(value.split(separator: ",").map { $0.filter { $0 != " " } })
                for name in (select ?? []).sorted() where !Mailbox.isMember(name) { throw .unknownMember(name) }
            case "$deltatoken", "$skiptoken": token = try DeltaToken(value, generation: deltaGeneration)
            // https://github.com/microsoftgraph/microsoft-graph-docs/issues/2270
            case "$expand":
                throw GraphError(500, "InternalServerError", "Value cannot be null.\r\nParameter name: type")
            default:
                throw GraphError(
                    400, "ErrorInvalidUrlQuery",
                    "The following parameters are not supported with change tracking over the 'Contacts' resource: '\(name)'."
                )
            }
        }
        if let token, (token.mailbox, token.folder) != (mailbox.seed, folder.number) {
            throw GraphError(400, "BadRequest", "The token is another folder's.")
        }
        return token
            ?? DeltaToken(
                generation: deltaGeneration, mailbox: mailbox.seed, folder: folder.number, select: select)
    }

    private func row(_ change: ChangeHistory.Change, _ mailbox: Mailbox, _ token: DeltaToken) -> JSON? {
        if change.isRemoval {
            if token.isInitial { return nil }
            let id: ItemID =
                wantsImmutableIDs ? .immutable(change.item) : .bound(change.item, folder: token.folder)
            return [
                "@odata.type": "#microsoft.graph.contact", "id": .text(id.text(in: mailbox.seed)),
                "@removed": ["reason": "deleted"],
            ]
        }
        guard let item = mailbox.contacts[change.item] else { return nil }
        let shown = mailbox.shown(item, immutable: wantsImmutableIDs)
        guard let select = token.select else { return .object(shown) }
        return .object(shown.filter { select.contains($0.key) || $0.key == "id" || $0.key == "@odata.etag" })
    }
}
