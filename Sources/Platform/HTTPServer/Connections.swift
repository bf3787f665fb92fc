import CRuntime
import Glibc
import Synchronization

/// The open connections, what each is doing, and until when. Entered and left on libmicrohttpd's thread, watched from
/// the keeper's.
final class Connections: Sendable {
    enum Activity {
        /// No request has begun.
        case idle
        case receiving
        case handling
        case answering
    }

    /// What a sweep found to be done.
    struct Findings {
        var overdue: [Exchange] = []
        var abandoned: [Exchange] = []
    }

    private struct Entry {
        var activity = Activity.idle
        var deadline: ContinuousClock.Instant
        var exchange: Exchange?
    }

    private struct State {
        var entries: [Int32: Entry] = [:]
        var exchanges = 0
        var isStopping = false
    }

    private let timeouts: [Activity: Duration]
    private let state = Mutex(State())

    init(_ configuration: HTTPServer.Configuration) {
        timeouts = [
            .idle: configuration.idleTimeout, .receiving: configuration.transferTimeout,
            .handling: configuration.handlerTimeout, .answering: configuration.transferTimeout,
        ]
    }

    /// How often a sweep is due.
    var sweepInterval: Duration {
        let shortest = timeouts.values.min() ?? .seconds(1)
        return min(max(shortest / 4, .milliseconds(10)), .milliseconds(500))
    }

    func open(_ descriptor: Int32) {
        let deadline = deadline(of: .idle)
        state.withLock { $0.entries[descriptor] = Entry(deadline: deadline) }
    }

    func close(_ descriptor: Int32) {
        state.withLock { state in
            if state.entries.removeValue(forKey: descriptor)?.exchange != nil { state.exchanges -= 1 }
        }
    }

    /// A request begins on the connection.
    func begin(_ exchange: Exchange, on descriptor: Int32) {
        let deadline = deadline(of: .receiving)
        state.withLock { state in
            guard let entry = state.entries[descriptor] else { return }
            if entry.exchange == nil { state.exchanges += 1 }
            state.entries[descriptor] = Entry(activity: .receiving, deadline: deadline, exchange: exchange)
        }
    }

    func set(_ activity: Activity, on descriptor: Int32) {
        let deadline = deadline(of: activity)
        state.withLock { state in
            state.entries[descriptor]?.activity = activity
            state.entries[descriptor]?.deadline = deadline
        }
    }

    /// The answer is sent, or the request has failed.
    func end(on descriptor: Int32) {
        let deadline = deadline(of: .idle)
        state.withLock { state in
            guard let entry = state.entries[descriptor] else { return }
            if entry.exchange != nil { state.exchanges -= 1 }
            state.entries[descriptor] = Entry(deadline: deadline)
        }
    }

    /// Requests begun and not ended.
    var exchanges: Int { state.withLock { $0.exchanges } }

    /// No handler may be started any more.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// No handler is started from here on. Returns the requests under way.
    func stop() -> [Exchange] {
        state.withLock { state in
            state.isStopping = true
            return state.entries.values.compactMap(\.exchange)
        }
    }

    /// Cuts off who is too slow, and finds the handlers whose time is over or whose client has gone.
    ///
    /// The lock is held across `shutdown` and a `poll` that doesn't wait: a descriptor leaves the table, under the same lock,
    /// before libmicrohttpd closes it, so neither can hit another connection with the same number.
    func sweep() -> Findings {
        let now = ContinuousClock.now
        let closed = cruntime_poll_peer_closed()
        return state.withLock { state in
            var findings = Findings()
            var watched: [pollfd] = []
            for (descriptor, entry) in state.entries {
                if entry.activity == .handling {
                    if entry.deadline <= now, let exchange = entry.exchange { findings.overdue.append(exchange) }
                    watched.append(pollfd(fd: descriptor, events: closed, revents: 0))
                } else if entry.deadline <= now {
                    shutdown(descriptor, Int32(SHUT_RDWR))
                }
            }
            if !watched.isEmpty, poll(&watched, nfds_t(watched.count), 0) > 0 {
                for found in watched where found.revents != 0 {
                    if let exchange = state.entries[found.fd]?.exchange { findings.abandoned.append(exchange) }
                }
            }
            return findings
        }
    }

    private func deadline(of activity: Activity) -> ContinuousClock.Instant {
        ContinuousClock.now + (timeouts[activity] ?? .zero)
    }
}
