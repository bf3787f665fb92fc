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
    /// Mails about meetings that mailboxes have sent, oldest first.
    private(set) var outbox: [SentMail] = []

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
        records.removeAll { $0.address.lowercased() == address && $0.mail == nil }
    }

    /// What an app does in a mailbox. Mails that the mailbox writes then are the app's.
    mutating func visit<Value>(
        _ name: String, app: String, _ body: (inout Mailbox) throws(GraphError) -> Value
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
        defer { finish(index, app: app) }
        return try body(&mailboxes.values[index])
    }

    /// What its user does in a mailbox, whatever its kind.
    mutating func visitAsUser<Value>(
        _ name: String, _ body: (inout Mailbox) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        guard let address = address(of: name), let index = mailboxes.index(forKey: address) else {
            throw GraphError(404, "ErrorInvalidUser", "There is no mailbox '\(name)'.")
        }
        defer { finish(index, app: nil) }
        return try body(&mailboxes.values[index])
    }

    // MARK: The post

    /// Brings what a mailbox has written to those that it is for, and records what has changed.
    private mutating func finish(_ index: Dictionary<String, Mailbox>.Index, app: String?) {
        for message in mailboxes.values[index].calendar.takeUnsent() {
            let id = ItemID.event(message.event).text(in: mailboxes.values[index].seed)
            send(message, SentMail(message, app: app, eventID: id))
        }
        record(index)
    }

    private mutating func send(_ message: MeetingMessage, _ mail: SentMail) {
        outbox.append(mail)
        if isRecorded { records.append(MailboxRecord(mail)) }
        deliver(message)
    }

    /// A mail about a meeting comes to those of its recipients who have a mailbox here.
    mutating func deliver(_ message: MeetingMessage) {
        for recipient in message.to {
            guard let address = address(of: recipient), let index = mailboxes.index(forKey: address),
                mailboxes.values[index].kind != .unlicensed
            else { continue }
            mailboxes.values[index].calendar.receive(message)
            record(index)
        }
    }

    mutating func forgetMails() {
        outbox = []
        if isRecorded { records.append(MailboxRecord(nil)) }
    }

    // MARK: Records

    private mutating func record(_ index: Dictionary<String, Mailbox>.Index) {
        let changes = mailboxes.values[index].takeChanged()
        guard isRecorded, !changes.isEmpty else { return }
        let mailbox = mailboxes.values[index]
        for change in changes { records.append(MailboxRecord(change, in: mailbox)) }
    }

    mutating func record(changes: Int, of key: Throttle.Key) {
        if isRecorded { records.append(MailboxRecord(changes: changes, of: key)) }
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
        var all: [MailboxRecord] = []
        for (address, mailbox) in mailboxes.sorted(by: { $0.key < $1.key }) {
            all.append(MailboxRecord(of: address, mailbox))
            let changes =
                mailbox.folders.keys.sorted().map { Mailbox.Change.folder($0) }
                + mailbox.contacts.keys.sorted().map { Mailbox.Change.contact($0) }
                + mailbox.calendar.names.keys.sorted().map { Mailbox.Change.calendar($0) }
                + mailbox.calendar.events.keys.sorted().map { Mailbox.Change.event($0) }
            all += changes.map { MailboxRecord($0, in: mailbox) }
        }
        return all + outbox.map { MailboxRecord($0) }
    }

    mutating func apply(_ record: MailboxRecord) {
        let key = record.address.lowercased()
        if let mail = record.mail {
            outbox.append(mail)
        } else if record.forgetsMails == true {
            outbox = []
        } else if record.isGone {
            remove(key)
        } else if let userID = record.userID, let kind = record.kind {
            if mailboxes[key]?.userID == userID {
                setKind(kind, of: key)
            } else {
                add(Mailbox(userID: userID, address: record.address, kind: kind))
            }
            if let next = record.nextEvent { mailboxes[key]?.calendar.reserve(next - 1) }
        } else if let index = mailboxes.index(forKey: key) {
            if let folder = record.folder { mailboxes.values[index].put(folder) }
            if let contact = record.contact { mailboxes.values[index].put(contact) }
            if let number = record.goneFolder { mailboxes.values[index].dropFolder(number) }
            if let number = record.goneContact { mailboxes.values[index].purge(number) }
            if let event = record.event { mailboxes.values[index].calendar.put(event) }
            if let number = record.goneEvent { mailboxes.values[index].calendar.purge(number) }
            if let calendar = record.calendar {
                mailboxes.values[index].calendar.put(calendar: calendar.number, calendar.name)
            }
            _ = mailboxes.values[index].takeChanged()
        }
    }
}
