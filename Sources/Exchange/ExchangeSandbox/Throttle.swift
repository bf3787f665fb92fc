/// Graph's limits for one app in one mailbox: requests in flight, and requests in ten minutes.
struct Throttle: Sendable {
    struct Key: Sendable, Hashable {
        let app: String
        /// The mailbox's address in lower case.
        let mailbox: String
    }

    private struct Account {
        var inFlight = 0
        /// When each request of the window came; those before `first` are out of it.
        var times: [Duration] = []
        var first = 0

        var count: Int { times.count - first }

        mutating func forget(before time: Duration) {
            while first < times.count, times[first] < time { first += 1 }
            guard first > 1000, first * 2 > times.count else { return }
            times.removeFirst(first)
            first = 0
        }
    }

    private static let window: Duration = .seconds(600)

    private var accounts: [Key: Account] = [:]
    /// The most that were ever in flight at once for one app in one mailbox.
    private(set) var mostInFlight = 0

    mutating func resetMost() {
        mostInFlight = accounts.values.map(\.inFlight).max() ?? 0
    }

    /// Takes a request in, or says why not. A refused request counts among those of the ten minutes too.
    mutating func enter(_ key: Key, _ tenant: ExchangeTenant, uptime: Duration) -> GraphError? {
        var account = accounts.removeValue(forKey: key) ?? Account()
        defer { accounts[key] = account }
        account.forget(before: uptime - Self.window)
        account.times.append(uptime)
        guard account.count <= tenant.maximumInTenMinutes else {
            // Until so many have left the window that one more fits.
            let leaving = account.times[account.first + account.count - tenant.maximumInTenMinutes - 1]
            let wait = (leaving + Self.window - uptime).components.seconds + 1
            return GraphError(
                429, "ApplicationThrottled", "Application is over its MailboxRequests limit.", retryAfter: Int(wait))
        }
        guard account.inFlight < tenant.maximumInFlight else {
            return GraphError(
                429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", retryAfter: 1)
        }
        account.inFlight += 1
        mostInFlight = max(mostInFlight, account.inFlight)
        return nil
    }

    mutating func leave(_ key: Key) {
        accounts[key]?.inFlight -= 1
    }
}
