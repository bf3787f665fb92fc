import Runtime

/// The reader's bounds, which belong together: a piece's send is over before the lease can be another's.
public struct EventDeadlines: Sendable, Hashable {
    /// A piece is begun only with more of the lease left; more than the producer's delivery timeout.
    public var leaseLeft: Duration = .seconds(8)
    /// Records of a piece.
    public var pieceSize = 500
    /// Mutations of a commit.
    public var commitSize = 200
    /// Between two looks at what is to be done, without a wake-up.
    public var pollInterval: Duration = .seconds(1)
    /// Between two looks at what other processes have read, or have left to be read.
    public var lookInterval: Duration = .seconds(5)
    /// Between the beginnings of two rounds of one mailbox that hints ask for: those that come in between share one.
    public var hintInterval: Duration = .milliseconds(2500)
    /// After a mailbox's failed round; doubled with each further one, up to `longestPause`.
    public var firstPause: Duration = .seconds(1)
    public var longestPause: Duration = .seconds(900)
    /// A mailbox that can't be read is told of where it is left alone for longer, or fails once more.
    public var untoldPause: Duration = .seconds(5)
    /// While the app registration, or what lets it into a mailbox, waits for somebody to mend it.
    public var mendPause: Duration = .seconds(60)
    /// A mailbox that can't be used is tried again after these (USR-3); the last holds for all further ones.
    public var quarantinePauses: [Duration] = [.seconds(900), .seconds(3600), .seconds(4 * 3600), .seconds(86400)]
    /// Between two looks whose mailbox it is (USR-1).
    public var identityInterval: Duration = .seconds(86400)
    /// The window is moved so often, by a new round.
    public var windowInterval: Duration = .seconds(7 * 86400)
    /// So long an item that no row knows is looked for among the rows.
    public var passedOverLifetime: Duration = .seconds(86400)

    public init() {}

    /// How long a mailbox is left alone after the given number of failures in a row.
    func pause(after failures: Int, _ randomness: any Randomness) -> Duration {
        randomness.jittered(min(firstPause * (1 << min(max(failures - 1, 0), 16)), longestPause))
    }
}
