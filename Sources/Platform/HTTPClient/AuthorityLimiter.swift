import HTTPTypes
import Synchronization

/// Lets so many requests at a time go to one server, and the others wait in the order they came.
///
/// It stands before libcurl, whose own limit would count the wait into a request's timeout.
final class AuthorityLimiter: Sendable {
    private typealias Waiter = CheckedContinuation<HTTPTransportError?, Never>

    private struct Gate {
        var inFlight = 0
        /// Empty unless `inFlight` is at the limit: a slot that becomes free is handed over.
        var waiters: [(number: Int, waiter: Waiter)] = []
    }

    private struct State {
        var gates: [String: Gate] = [:]
        var nextNumber = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Returns once the request may go; `release` must follow.
    func acquire(_ authority: String) async throws(HTTPTransportError) {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let outcome: HTTPTransportError?? = state.withLock { state in
                    if state.isClosed { return .some(.closed) }
                    if Task.isCancelled { return .some(.cancelledUnsent) }
                    if state.gates[authority, default: Gate()].inFlight < limit {
                        state.gates[authority, default: Gate()].inFlight += 1
                        return .some(nil)
                    }
                    state.gates[authority]?.waiters.append((number, waiter))
                    return nil
                }
                if let outcome { waiter.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.gates[authority]?.waiters.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return state.gates[authority]?.waiters.remove(at: index).waiter
            }
            waiter?.resume(returning: .cancelledUnsent)
        }
        if let refusal { throw refusal }
    }

    /// The request has ended: its slot goes to the one that has waited longest.
    func release(_ authority: String) {
        let waiter = state.withLock { state -> Waiter? in
            guard var gate = state.gates.removeValue(forKey: authority) else { return nil }
            // Authorities come and go: one that nobody uses is forgotten.
            defer { if gate.inFlight > 0 { state.gates[authority] = gate } }
            if !gate.waiters.isEmpty { return gate.waiters.removeFirst().waiter }
            gate.inFlight -= 1
            return nil
        }
        waiter?.resume(returning: nil)
    }

    /// Whoever waits, and whoever comes, is refused.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { for authority in state.gates.keys { state.gates[authority]?.waiters = [] } }
            return state.gates.values.flatMap(\.waiters)
        }
        for (_, waiter) in waiters { waiter.resume(returning: .closed) }
    }

    /// How many wait for that server.
    func waiting(for authority: String) -> Int {
        state.withLock { $0.gates[authority]?.waiters.count ?? 0 }
    }
}
