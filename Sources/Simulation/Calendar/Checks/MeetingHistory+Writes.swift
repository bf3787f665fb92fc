import Foundation
import HTTPTypes
import Synchronization

/// I14: what we write, counted at the wire.
extension MeetingHistory {
    private static let flags: Set<String> = ["Synchronized", "SentToSynchronizer", "AttendanceStatus"]

    /// Of content, keys and flags.
    var writes: Int { state.withLock { $0.writes + $0.keyWrites + $0.flagWrites.values.reduce(0, +) } }

    /// A request of ours that was done.
    func wrote(_ request: HTTPRequest, to scene: Scene) {
        let path = request.path
        let members =
            (try? JSONSerialization.jsonObject(with: request.body) as? [String: Any]).map { Set($0.keys) } ?? []
        state.withLock { state in
            switch scene {
            case .ln:
                let set = path.split(separator: "/").last.map(String.init) ?? ""
                if set.hasPrefix("Activities") {
                    // The meeting key is nobody's content.
                    if members == ["ExchangeId"] { state.keyWrites += 1 } else { state.writes += 1 }
                }
                guard set.hasPrefix("Attendees"), request.method == .patch, !members.isEmpty,
                    members.isSubset(of: ["Synchronized", "SentToSynchronizer"])
                else { return }
                for member in members { state.flagWrites["\(member) of \(set)", default: 0] += 1 }
            case .mailbox:
                guard path.contains("/events") || path.contains("/calendar") else { return }
                // Our property is nobody's content.
                if members != ["singleValueExtendedProperties"] { state.writes += 1 }
            }
        }
    }

    /// - Parameter disturbances: how often a write may have happened without a process knowing.
    func writeViolations(_ disturbances: Int) -> [String] {
        state.withLock { state in
            var violations: [String] = []
            let allowed = state.edits + disturbances + 2 * state.decisions.count
            if state.writes > allowed {
                violations.append(
                    Invariant.writes.violated(
                        "\(state.writes) writes of content after \(state.edits) edits, \(disturbances) disturbances and "
                            + "\(state.decisions.count) decisions"))
            }
            // Each flag is turned on once; a lost answer, or a row of the same number, can bring one more.
            let flags = state.flagWrites.values.reduce(0) { $0 + max(0, $1 - 1) }
            if flags > disturbances {
                violations.append(
                    Invariant.writes.violated("\(flags) flags were written again, after \(disturbances) disturbances"))
            }
            return violations
        }
    }
}
