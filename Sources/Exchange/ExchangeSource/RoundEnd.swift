import ExchangeClient

/// Why a round is given up. What was acknowledged and committed stays; the rest is read again.
enum RoundEnd: Error, Sendable, Hashable {
    /// Another process holds the mailbox's lease now.
    case leaseLost
    /// Synchronisation was stopped, or the user was.
    case stopped
    /// Another mailbox stands behind the address (USR-1): all of it is read anew, by the next round.
    case begunAnew
    /// What was read before is not read yet by those it is for: the log has no more room.
    case noRoom
    /// The mailbox as a whole can't be used (USR-1, USR-3).
    case unusable(rule: String, String)
}

/// What an error of Exchange's means for a mailbox's reader.
enum MailboxFailure: Sendable, Hashable {
    /// Nothing goes to the mailbox for so long.
    case rests(Duration)
    /// Nobody's mailbox is read until a person has mended the app registration.
    case needsPerson
    /// This mailbox refuses the app, with a token that others take, until a person has mended that.
    case refused
    case unusable
    case later

    init(_ error: ExchangeError) {
        self =
            switch error.kind {
            case .throttled(let retryAfter): .rests(retryAfter)
            case .authConfig: .needsPerson
            case .authExpired: .refused
            case .forbiddenMailbox, .mailboxMissing: .unusable
            case .transient, .notFound, .inAnotherCalendar, .conflict, .alreadyExists, .invalid, .quota, .syncStateLost:
                .later
            }
    }
}
