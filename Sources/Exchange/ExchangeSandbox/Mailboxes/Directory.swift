/// The tenant's mailboxes, found by address, whose case does not matter, or by their user's id.
struct Directory: Sendable {
    /// By address in lower case.
    private(set) var mailboxes: [String: Mailbox] = [:]
    private var addresses: [String: String] = [:]
    /// Addresses of mailboxes that are new, of another kind, or gone, since that was last taken.
    private var changed: Set<String> = []
    /// Whether anybody takes the changes; else they are not kept.
    var isRecorded = false
    private var records: [MailboxRecord] = []

    /// The address in lower case of the mailbox that is so named, if there is one.
    func address(of name: String) -> String? {
        let name = name.lowercased()
        return mailboxes[name] == nil ? addresses[name] : name
    }

    mutating func add(_ mailbox: Mailbox) {
        let address = mailbox.address.lowercased()
        if let old = mailboxes[address] { addresses[old.userID] = nil }
        mailboxes[address] = mailbox
        addresses[mailbox.userID] = address
        changed.insert(address)
        forget(address)
    }

    mutating func setKind(_ kind: ExchangeTenant.MailboxKind, of address: String) {
        mailboxes[address]?.kind = kind
        changed.insert(address)
    }

    mutating func remove(_ address: String) {
        if let old = mailboxes.removeValue(forKey: address) { addresses[old.userID] = nil }
        changed.insert(address)
        forget(address)
    }

    /// What was recorded of a mailbox that is no more.
    private mutating func forget(_ address: String) {
        records.removeAll { $0.address.lowercased() == address }
    }

    /// What an app does in a mailbox.
    mutating func visit<Value>(
        _ name: String, _ body: (inout Mailbox) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        guard let address = address(of: name), let index = mailboxes.index(forKey: address) else {
            throw GraphError(404, "ErrorInvalidUser", "The requested user '\(name)' is invalid.")
        }
        switch mailboxes.values[index].kind {
        case .usable: break
        case .unlicensed:
            throw GraphError(
                404, "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
        case .outOfScope:
            throw GraphError(
                403, "ErrorAccessDenied",
                "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.")
        }
        defer { record(index) }
        return try body(&mailboxes.values[index])
    }

    /// What its user does in a mailbox, whatever its kind.
    mutating func visitAsUser<Value>(
        _ name: String, _ body: (inout Mailbox) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        guard let address = address(of: name), let index = mailboxes.index(forKey: address) else {
            throw GraphError(404, "ErrorInvalidUser", "There is no mailbox '\(name)'.")
        }
        defer { record(index) }
        return try body(&mailboxes.values[index])
    }

    // MARK: Records

    private mutating func record(_ index: Dictionary<String, Mailbox>.Index) {
        let changes = mailboxes.values[index].takeChanged()
        guard isRecorded, !changes.isEmpty else { return }
        let mailbox = mailboxes.values[index]
        for change in changes { records.append(MailboxRecord(change, in: mailbox)) }
    }

    /// Everything that changed since this was last asked, oldest first.
    mutating func takeRecords() -> [MailboxRecord] {
        defer {
            records = []
            changed = []
        }
        return changed.sorted().map { MailboxRecord(of: $0, mailboxes[$0]) } + records
    }

    /// Everything there is.
    var allRecords: [MailboxRecord] {
        mailboxes.sorted { $0.key < $1.key }.flatMap { address, mailbox in
            [MailboxRecord(of: address, mailbox)]
                + mailbox.folders.keys.sorted().map { MailboxRecord(.folder($0), in: mailbox) }
                + mailbox.contacts.keys.sorted().map { MailboxRecord(.contact($0), in: mailbox) }
        }
    }

    mutating func apply(_ record: MailboxRecord) {
        let key = record.address.lowercased()
        if record.isGone {
            remove(key)
        } else if let userID = record.userID, let kind = record.kind {
            if mailboxes[key]?.userID == userID {
                setKind(kind, of: key)
            } else {
                add(Mailbox(userID: userID, address: record.address, kind: kind))
            }
        } else if let index = mailboxes.index(forKey: key) {
            if let folder = record.folder { mailboxes.values[index].put(folder) }
            if let contact = record.contact { mailboxes.values[index].put(contact) }
            if let number = record.goneFolder { mailboxes.values[index].dropFolder(number) }
            if let number = record.goneContact { mailboxes.values[index].purge(number) }
            _ = mailboxes.values[index].takeChanged()
        }
    }
}
