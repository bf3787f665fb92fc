/// A tenant as it is when the sandbox starts.
public struct ExchangeTenant: Sendable, Hashable {
    public enum MailboxKind: String, Sendable, Hashable, CaseIterable, Codable {
        case usable
        /// The user has no mailbox in the cloud that can be used: no licence, or on premises.
        case unlicensed
        /// The app's access policy leaves it out.
        case outOfScope
    }

    /// The tenant's id or domain, as the token's URL has it.
    public var name: String
    /// App registrations: client id to secret. Each role may have one of its own.
    public var apps: [String: String]
    /// Mailboxes by their address, in the case in which Exchange has it.
    public var mailboxes: [String: MailboxKind]
    /// How long a token is taken.
    public var tokenLifetime: Duration = .seconds(3599)
    /// Requests in flight of one app for one mailbox; one more is answered with 429.
    public var maximumInFlight = 4
    /// Requests of one app for one mailbox in ten minutes; one more is answered with 429.
    public var maximumInTenMinutes = 10_000
    /// Rows of a page where the request has no `$top` and no preference; Graph's documented default.
    public var defaultPage = 10
    public var vices = Vices()

    /// What Exchange does that a client has to bear.
    public struct Vices: Sendable, Hashable {
        /// Of so many reads of a contact or an event, one finds its etag changed though nothing else is; 0: none does.
        public var etagChangesOnReads = 0
        /// Of so many pages of `calendarView/delta`, one is empty and another one follows; 0: none is.
        public var emptyPages = 0
        /// Of so many pages of `calendarView/delta`, one says of an event that is there that it was removed; 0: none does.
        public var falseRemovals = 0
        /// Of so many pages of `calendarView/delta`, one has a row twice, or one that was told before; 0: none has.
        public var repeatedRows = 0
        /// Of so many pages of `calendarView/delta`, one has its rows in another order; 0: none has.
        public var reorderedRows = 0
        /// Of so many pages of `calendarView/delta`, one does not know yet of the latest change, which the next round tells; 0: all do.
        public var lateChanges = 0
        /// How long a delta or skip token of a calendar view is good, in seconds; 0: until Exchange forgets them all.
        public var deltaTokenSeconds = 0
        /// What an event's creation with a transaction id that has been used is answered with: 400, 409, or 201 with the event that is
        /// there, as it has been seen.
        public var usedTransactionStatus = 400
        /// Whether that refusal names the event that is there.
        public var namesExistingEvent = true
        /// Whether an event in Deleted Items is still found by its immutable id.
        public var findsDeletedEvents = false

        public init() {}
    }

    public init(name: String, apps: [String: String], mailboxes: [String: MailboxKind]) {
        self.name = name
        self.apps = apps
        self.mailboxes = mailboxes
    }
}
