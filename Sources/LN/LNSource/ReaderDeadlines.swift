import LNClient
import Runtime

/// The reader's bounds, which belong together: a piece's send is over before the lease can be another's.
public struct ReaderDeadlines: Sendable, Hashable {
    /// A piece is begun only with more of the lease left; more than the producer's delivery timeout.
    public var leaseLeft: Duration = .seconds(8)
    /// Records of a piece.
    public var pieceSize = 500
    /// Mutations of a commit.
    public var commitSize = 200
    /// Contacts of a page.
    public var pageSize = 200
    /// Between two reads of settings and users from LN.
    public var settingsInterval: Duration = .seconds(60)
    /// Between two looks at what is to be done, without a wake-up.
    public var pollInterval: Duration = .seconds(1)
    /// After a failed read; doubled with each further one, up to `longestPause`.
    public var firstPause: Duration = .seconds(1)
    public var longestPause: Duration = .seconds(60)
    /// A changed row may show up in LN so much later than its modification time says.
    public var overlap: Duration = .seconds(300)

    public init() {}

    /// How long nothing is begun after the given number of failures in a row.
    func pause(after failures: Int, _ error: LNError?, _ randomness: any Randomness) -> Duration {
        if let error, !error.isRetriable { return longestPause }
        let pause = randomness.jittered(min(firstPause * (1 << min(max(failures - 1, 0), 16)), longestPause))
        return max(pause, error?.retryAfter ?? .zero)
    }
}
