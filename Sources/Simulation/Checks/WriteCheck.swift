import HTTPTypes
import Synchronization

/// I14: content is written to an item again only where the write before was not known to have happened: its answer was lost, its commit
/// failed, or its process was disturbed. (That what LN changes is written at most once follows: equal content is never written twice.)
final class WriteCheck: Sendable {
    private struct State {
        /// What was last written, by the item's path.
        var written: [String: [UInt8]] = [:]
        var repeated = 0
        var disturbances = 0
    }

    private let state = Mutex(State())

    /// So many writes may have happened without a process knowing.
    func disturbed(by count: Int = 1) {
        state.withLock { $0.disturbances += count }
    }

    var disturbances: Int { state.withLock { $0.disturbances } }

    /// The item has other content than what was written.
    func changed(_ item: String) {
        state.withLock { state in
            for path in state.written.keys where path.hasSuffix(item) { state.written[path] = nil }
        }
    }

    func answered(_ request: HTTPRequest, _ response: HTTPResponse) {
        guard request.method == .patch, (200..<300).contains(response.status) else { return }
        let body = Array(request.body)
        state.withLock { state in
            let path = String(request.path)
            if state.written[path] == body { state.repeated += 1 }
            state.written[path] = body
        }
    }

    /// - Parameter others: disturbances that others counted.
    func violations(besides others: Int) -> [String] {
        state.withLock { state in
            guard state.repeated > state.disturbances + others else { return [] }
            return [
                Invariant.writes.violated(
                    "\(state.repeated) writes repeat the one before, after \(state.disturbances + others) disturbances")
            ]
        }
    }
}
