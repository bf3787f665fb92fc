import HTTPTypes

/// A folder's contacts and one of them.
extension GraphCall {
    func contacts(_ mailbox: inout Mailbox, in folder: ContactFolder) throws(GraphError) -> HTTPResponse {
        switch request.method {
        case .get: return try listContacts(mailbox, in: folder)
        case .post:
            var fields = ContactFields()
            try fields.apply(try body())
            let item = mailbox.add(fields, in: folder.number, now: now)
            // Extended properties are not echoed.
            return json(entity(mailbox, item), status: 201)
        default: throw .methodNotAllowed
        }
    }

    func contact(_ mailbox: inout Mailbox, _ item: ContactItem) throws(GraphError) -> HTTPResponse {
        switch request.method {
        case .get:
            let options = try contactOptions()
            if changesEtag { mailbox.touch(item.number, now: now) }
            let current = mailbox.contacts[item.number] ?? item
            var shown = row(mailbox, current, options).object ?? [:]
            shown["@odata.context"] = context(mailbox, "contacts/$entity")
            return json(shown)
        case .patch:
            var fields = item.fields
            try fields.apply(try body())
            try checkMatch(item.etag)
            guard let updated = mailbox.update(item.number, fields, now: now) else { throw .notFound() }
            return json(entity(mailbox, updated))
        case .delete:
            try checkMatch(item.etag)
            mailbox.remove(item.number, now: now)
            return Self.done
        default: throw .methodNotAllowed
        }
    }

    private func entity(_ mailbox: Mailbox, _ item: ContactItem) -> [String: JSON] {
        var shown = mailbox.shown(item, immutable: wantsImmutableIDs)
        shown["@odata.context"] = context(mailbox, "contacts/$entity")
        return shown
    }

    // MARK: Lists

    private func listContacts(_ mailbox: Mailbox, in folder: ContactFolder) throws(GraphError) -> HTTPResponse {
        let options = try contactOptions()
        let size = pageSize(options)
        let path = "contactFolders('\(mailbox.id(ofFolder: folder.number))')/contacts"
        func page(_ items: some Sequence<ContactItem>, total: Int) -> HTTPResponse {
            self.page(
                items.map { row(mailbox, $0, options) }, options, total: total, context: context(mailbox, path))
        }
        guard options.filter != nil || options.orderBy != nil else {
            return page(
                mailbox.contacts(in: folder.number, from: options.skip, count: size),
                total: mailbox.count(in: folder.number))
        }
        var items: [ContactItem]
        if let link = options.filter?.link {
            items = mailbox.contacts(in: folder.number, property: link.property, value: link.value)
        } else {
            items = mailbox.contacts(in: folder.number)
        }
        if let filter = options.filter {
            items = items.filter { filter.passes(whole(mailbox, $0)) }
        }
        if let orderBy = options.orderBy {
            let keyed = items.map { item in
                (key: whole(mailbox, item)[orderBy.name]?.text?.lowercased() ?? "", item: item)
            }
            items = keyed.sorted { one, other in
                one.key == other.key
                    ? one.item.number < other.item.number : (one.key < other.key) != orderBy.isDescending
            }.map(\.item)
        }
        return page(items.dropFirst(options.skip).prefix(size), total: items.count)
    }

    private func whole(_ mailbox: Mailbox, _ item: ContactItem) -> JSON {
        var shown = mailbox.shown(item, immutable: wantsImmutableIDs)
        shown["singleValueExtendedProperties"] = .array(item.shownProperties)
        return .object(shown)
    }

    private func row(_ mailbox: Mailbox, _ item: ContactItem, _ options: QueryOptions) -> JSON {
        var shown = mailbox.shown(item, immutable: wantsImmutableIDs)
        if let select = options.select {
            shown = shown.filter { select.contains($0.key) || $0.key == "id" || $0.key == "@odata.etag" }
        }
        if options.isExpanded {
            let properties = item.shownProperties.filter { options.expandedProperties?.passes($0) ?? true }
            // An item without such a property has no such member.
            if !properties.isEmpty { shown["singleValueExtendedProperties"] = .array(properties) }
        }
        return .object(shown)
    }

    /// The request's options, held against what a contact has.
    private func contactOptions() throws(GraphError) -> QueryOptions {
        var options = try QueryOptions(query)
        for name in (options.select ?? []).sorted() where !Mailbox.isMember(name) { throw .unknownMember(name) }
        if let name = options.orderBy?.name, !Mailbox.isMember(name) { throw .unknownMember(name) }
        options.filter = try options.filter?.checked(property: nil, isMember: Mailbox.isMember)
        options.expandedProperties = try options.expandedProperties?.checked(property: ["id"]) { $0 == "value" }
        return options
    }
}
