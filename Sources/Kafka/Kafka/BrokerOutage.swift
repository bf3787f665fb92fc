/// What a client says of a broker that can't be reached, as a value: its beginning, that it lasts once in a while, and its end.
///
/// librdkafka tries again several times a second and says so each time, for each of its connections.
struct BrokerOutage: Sendable {
    enum Word: Sendable, Hashable {
        case begins
        /// Since so long; so many lines were not written.
        case lasts(Duration, unsaid: Int)
    }

    /// Between two lines of one outage.
    static let interval: Duration = .seconds(30)

    private var began: ContinuousClock.Instant?
    private var said: ContinuousClock.Instant?
    private var unsaid = 0

    var isUnderWay: Bool { began != nil }

    /// A connection could not be made, or was lost. Returns what to write now; `nil`: nothing.
    mutating func trouble(_ now: ContinuousClock.Instant) -> Word? {
        let since = began ?? now
        began = since
        // An outage that comes back at once, of one broker of several, does not begin anew in the log.
        if let said, now - said < Self.interval {
            unsaid += 1
            return nil
        }
        defer { unsaid = 0 }
        said = now
        return since == now ? .begins : .lasts(now - since, unsaid: unsaid)
    }

    /// A broker has answered. Returns how long the outage was; `nil` where there was none, or its beginning was not written.
    mutating func end(_ now: ContinuousClock.Instant) -> Duration? {
        defer { began = nil }
        guard let began, let said, said >= began else { return nil }
        return now - began
    }
}
