/// Why Exchange did not do what was asked: a closed set, the same for Graph and EWS.
public struct ExchangeError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The mailbox, or the app in it, asks too much; nothing goes to it before the time is over.
        case throttled(retryAfter: Duration)
        /// Nobody knows better than to try again later: timeouts, broken connections, 5xx.
        case transient
        /// The token was refused; a new one was asked for once already.
        case authExpired
        /// The app registration is wrong (secret, tenant, permission): nothing works until a person mends it.
        case authConfig
        /// The mailbox is outside what the app may see.
        case forbiddenMailbox
        /// No such mailbox, or none that can be used: not licensed, on premises.
        case mailboxMissing
        /// No such item or folder, while the mailbox answers.
        case notFound
        /// The event is there, in another calendar of the mailbox than the default one, which alone is kept in step (CAL-4).
        case inAnotherCalendar
        /// Another version than the one named.
        case conflict
        /// A folder of that name is there, or what an earlier request with the same transaction id made.
        case alreadyExists
        /// Exchange refuses the content for good, or what it answers of one item can't be read.
        case invalid
        /// The mailbox is full.
        case quota
        /// The place in a calendar's changes is not known any more: a new round is read (410).
        case syncStateLost
    }

    public let kind: Kind
    /// What happened, with Exchange's code and request id where there are such, and what to do.
    public let message: String
    /// Whether a write may have been done all the same.
    public let isOutcomeUnknown: Bool
    /// Of `alreadyExists`: what is there, as far as Exchange says.
    public let existing: String?

    public init(_ kind: Kind, _ message: String, isOutcomeUnknown: Bool = false, existing: String? = nil) {
        self.kind = kind
        self.message = message
        self.isOutcomeUnknown = isOutcomeUnknown
        self.existing = existing
    }

    public var description: String { "Exchange: \(message)" }
}
