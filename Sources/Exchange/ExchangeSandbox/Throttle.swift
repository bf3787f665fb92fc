/// Graph's limits for one app in one mailbox: requests in flight, and requests in ten minutes.
struct Throttle: Sendable {
    struct Key: Sendable, Hashable {
        let app: String
        let mailbox: String
    }

    private static let window: Duration = .seconds(600)

    private var inFlight: [Key: Int] = [:]
    private var recent: [Key: [Duration]] = [:]
    /// The most that were ever in flight at once.
    private(set) var mostInFlight = 0

    /// Takes a request in, or says why not.
    mutating func enter(_ key: Key, _ tenant: ExchangeTenant, uptime: Duration) -> GraphError? {
        guard inFlight[key, default: 0] < tenant.maximumInFlight else {
            return GraphError(
                429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", retryAfter: 1)
        }
        var times = recent[key] ?? []
        if let first = times.first, uptime - first > Self.window {
            times.removeAll { uptime - $0 > Self.window }
        }
        guard times.count < tenant.maximumInTenMinutes else {
            recent[key] = times
            let left = Self.window - (uptime - (times.first ?? uptime))
            return GraphError(
                429, "TooManyRequests", "Too many requests.", retryAfter: max(1, Int(left.components.seconds)))
        }
        times.append(uptime)
        recent[key] = times
        inFlight[key, default: 0] += 1
        mostInFlight = max(mostInFlight, inFlight[key, default: 0])
        return nil
    }

    mutating func leave(_ key: Key) {
        inFlight[key, default: 1] -= 1
    }
}
