/// One change of a mailbox, as a line of a `MailboxLog` has it: what is there afterwards, so that a line read twice does no harm.
struct MailboxRecord: Sendable, Codable {
    let address: String
    var userID: String?
    var kind: ExchangeTenant.MailboxKind?
    var folder: ContactFolder?
    var contact: ContactItem?
    var goneFolder: Int?
    var goneContact: Int?
    var event: EventItem?
    var goneEvent: Int?
    var calendar: CalendarName?
    /// Numbers below it have been events' or calendars'.
    var nextEvent: Int?
    var mail: SentMail?
    /// All mails so far are forgotten.
    var forgetsMails: Bool?
    var isGone = false
    /// Who changed the mailbox, and how often so far.
    var app: String?
    var changes: Int?

    struct CalendarName: Sendable, Codable {
        let number: Int
        let name: String
    }

    /// A mailbox, without what is in it.
    init(of address: String, _ mailbox: Mailbox?) {
        self.address = mailbox?.address ?? address
        userID = mailbox?.userID
        kind = mailbox?.kind
        nextEvent = mailbox?.calendar.nextNumber
        isGone = mailbox == nil
    }

    init(_ mail: SentMail?) {
        address = mail?.from ?? ""
        self.mail = mail
        forgetsMails = mail == nil ? true : nil
    }

    /// A count, so that it goes on where the sandbox was killed.
    init(changes: Int, of key: Throttle.Key) {
        address = key.mailbox
        app = key.app
        self.changes = changes
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
        case .event(let number):
            event = mailbox.calendar.events[number]
            if event == nil { goneEvent = number }
        case .calendar(let number):
            calendar = mailbox.calendar.names[number].map { CalendarName(number: number, name: $0) }
        }
    }
}
