import Foundation
import HTTPTypes
import SyncModel
import SyncStore
import Synchronization

/// I14: content is written to an item again only where the write before was not known to have happened: its answer was lost, its commit
/// failed, or its process was disturbed. (That what LN changes is written at most once follows: equal content is never written twice.)
///
/// What a row was committed with as settled is known, whatever goes wrong: such a write is not made again once no request from before can
/// be on its way. Of those of which that can't be said, no more are made again than there were disturbances.
final class WriteCheck: Sendable {
    /// What was last written to an item.
    fileprivate struct Write {
        let body: [UInt8]
        /// The item's version since.
        let etag: String?
        /// When a row was first committed that has the item in that version, as settled.
        var knownSince: Duration?
    }

    fileprivate struct State {
        /// By the items' ids.
        var written: [String: Write] = [:]
        var repeated = 0
        var disturbances = 0
        var violations: [String] = []
    }

    /// Of an item that was written.
    private struct Answer: Decodable {
        let etag: String

        enum CodingKeys: String, CodingKey {
            case etag = "@odata.etag"
        }
    }

    private let time: VirtualTime
    private let state = Mutex(State())

    /// So long a request that was begun before may still be on its way, of a process whose place another has taken.
    private static let longestRequest: Duration = .seconds(60)

    /// More say nothing new.
    fileprivate static let mostViolations = 10

    init(_ time: VirtualTime) {
        self.time = time
    }

    /// So many writes may have happened without a process knowing.
    func disturbed(by count: Int = 1) {
        state.withLock { $0.disturbances += count }
    }

    var disturbances: Int { state.withLock { $0.disturbances } }

    /// The item has other content than what was written.
    func changed(_ item: String) {
        state.withLock { $0.written[item] = nil }
    }

    /// The store is as it was: what its rows had of writes since is forgotten.
    func restored() {
        state.withLock { state in
            for item in state.written.keys { state.written[item]?.knownSince = nil }
        }
    }

    /// These were committed together.
    func committed(_ mutations: [Mutation]) {
        for case .contactLink(let row) in mutations {
            guard row.status.state == .settled, case .made(let item, let etag) = row.item else { continue }
            state.withLock { state in
                guard let last = state.written[item.rawValue], last.etag == etag.rawValue, last.knownSince == nil
                else { return }
                state.written[item.rawValue]?.knownSince = time.uptime
            }
        }
    }

    func answered(_ request: HTTPRequest, _ response: HTTPResponse) {
        guard request.method == .patch, (200..<300).contains(response.status),
            let item = request.path.split(separator: "/").last.flatMap({ String($0).removingPercentEncoding })
        else { return }
        let body = Array(request.body)
        let etag = try? JSONDecoder().decode(Answer.self, from: response.body).etag
        state.withLock { state in
            if let last = state.written[item], last.body == body {
                if let since = last.knownSince, time.uptime - since > Self.longestRequest {
                    state.note("the same is written to \(item) again, though its row was settled with it")
                } else {
                    state.repeated += 1
                }
            }
            state.written[item] = Write(body: body, etag: etag)
        }
    }

    /// - Parameter others: disturbances that others counted.
    func violations(besides others: Int) -> [String] {
        state.withLock { state in
            guard state.repeated > state.disturbances + others else { return state.violations }
            return state.violations + [
                Invariant.writes.violated(
                    "\(state.repeated) writes repeat the one before, after \(state.disturbances + others) disturbances")
            ]
        }
    }
}

extension WriteCheck.State {
    fileprivate mutating func note(_ words: String) {
        guard violations.count < WriteCheck.mostViolations else { return }
        violations.append(Invariant.writes.violated(words))
    }
}
