/// A tenant as it is when the sandbox starts.
public struct ExchangeTenant: Sendable, Hashable {
    public enum MailboxKind: String, Sendable, Hashable, CaseIterable {
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
    /// The most rows of one page; also what a request without `$top` gets at most.
    public var maximumPage = 1000

    public init(name: String, apps: [String: String], mailboxes: [String: MailboxKind]) {
        self.name = name
        self.apps = apps
        self.mailboxes = mailboxes
    }
}
