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
        /// Of so many reads of a contact, one finds its etag changed though nothing else is; 0: none does.
        public var etagChangesOnReads = 0

        public init() {}
    }

    public init(name: String, apps: [String: String], mailboxes: [String: MailboxKind]) {
        self.name = name
        self.apps = apps
        self.mailboxes = mailboxes
    }
}
