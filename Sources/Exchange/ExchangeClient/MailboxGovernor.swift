public import Runtime
public import SyncModel
import Synchronization

/// Keeps what goes to one mailbox within what Exchange allows: so many requests at a time, the others waiting in the order they
/// came, and none while Exchange asked for rest. Requests made then would count against the app, and be refused all the same.
public final class MailboxGovernor: Sendable {
    private typealias Waiter = CheckedContinuation<Bool, Never>

    private struct Mailbox {
        var inFlight = 0
        /// Empty unless `inFlight` is at the limit: a slot that becomes free is handed over.
        var waiters: [(number: Int, waiter: Waiter)] = []
        /// By the time source's uptime.
        var restsUntil: Duration?
    }

    private struct State {
        var mailboxes: [String: Mailbox] = [:]
        var nextNumber = 0
    }

    private let limit: Int
    private let time: any TimeSource
    private let state = Mutex(State())

    /// - Parameter limit: requests in flight per mailbox. Graph allows an app 4, which its roles share.
    public init(limit: Int = 1, _ time: any TimeSource) {
        self.limit = max(1, limit)
        self.time = time
    }

    /// Returns once a request may go to the mailbox; `release` must follow.
    /// - Throws: `.throttled` where the mailbox rests, `.transient` where the task was cancelled; nothing was sent.
    public func acquire(_ mailbox: EmailAddress) async throws(ExchangeError) {
        let key = mailbox.folded
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        let mayGo = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let outcome: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    guard state.mailboxes[key, default: Mailbox()].inFlight >= limit else {
                        state.mailboxes[key, default: Mailbox()].inFlight += 1
                        return true
                    }
                    state.mailboxes[key]?.waiters.append((number, waiter))
                    return nil
                }
                if let outcome { waiter.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.mailboxes[key]?.waiters.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return state.mailboxes[key]?.waiters.remove(at: index).waiter
            }
            waiter?.resume(returning: false)
        }
        guard mayGo else { throw ExchangeError(.transient, "the request was cancelled before it was sent") }
        // Looked at last: whoever waited learns what the one before him was told.
        if let rest = rest(of: key) {
            release(mailbox)
            throw ExchangeError(
                .throttled(retryAfter: rest), "Exchange asked for rest for this mailbox; \(rest) of it are left")
        }
    }

    /// The request has ended.
    public func release(_ mailbox: EmailAddress) {
        let waiter = state.withLock { state -> Waiter? in
            guard var entry = state.mailboxes.removeValue(forKey: mailbox.folded) else { return nil }
            defer {
                // A mailbox that nobody uses and that need not rest is forgotten.
                if entry.inFlight > 0 || entry.restsUntil != nil { state.mailboxes[mailbox.folded] = entry }
            }
            if !entry.waiters.isEmpty { return entry.waiters.removeFirst().waiter }
            entry.inFlight -= 1
            return nil
        }
        waiter?.resume(returning: true)
    }

    /// Exchange asked for rest: nothing goes to the mailbox before it is over.
    public func rest(_ mailbox: EmailAddress, for duration: Duration) {
        let end = time.uptime + duration
        state.withLock { state in
            let known = state.mailboxes[mailbox.folded, default: Mailbox()].restsUntil ?? end
            state.mailboxes[mailbox.folded, default: Mailbox()].restsUntil = max(known, end)
        }
    }

    private func rest(of key: String) -> Duration? {
        let now = time.uptime
        return state.withLock { state in
            guard let end = state.mailboxes[key]?.restsUntil else { return nil }
            if end > now { return end - now }
            state.mailboxes[key]?.restsUntil = nil
            return nil
        }
    }
}
