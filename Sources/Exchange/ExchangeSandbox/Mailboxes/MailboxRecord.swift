/// One change of a mailbox, as a line of a `MailboxLog` has it: what is there afterwards, so that a line read twice does no harm.
struct MailboxRecord: Sendable, Codable {
    let address: String
    var userID: String?
    var kind: ExchangeTenant.MailboxKind?
    var folder: ContactFolder?
    var contact: ContactItem?
    var goneFolder: Int?
    var goneContact: Int?
    var isGone = false

    /// A mailbox, without what is in it.
    init(of address: String, _ mailbox: Mailbox?) {
        self.address = mailbox?.address ?? address
        userID = mailbox?.userID
        kind = mailbox?.kind
        isGone = mailbox == nil
    }

    init(_ change: Mailbox.Change, in mailbox: Mailbox) {
        address = mailbox.address
        switch change {
        case .contact(let number):
            contact = mailbox.contacts[number]
            if contact == nil { goneContact = number }
        case .folder(let number):
            folder = mailbox.folders[number]
            if folder == nil { goneFolder = number }
        }
    }
}
