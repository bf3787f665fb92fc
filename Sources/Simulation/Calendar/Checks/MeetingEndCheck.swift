import Synchronization

/// I7 of calendars: within an hour no more meetings are ended in a mailbox, or in LN, than the guard lets pass (CAL-14), unless a person decided so.
/// Seen at the wire: what the guard remembers is not asked.
struct MeetingEndCheck {
    let history: MeetingHistory

    /// The guard counts when the intent is committed, this when it lands.
    private static let window: Duration = .seconds(3600 - 120)

    func violations() -> [String] {
        history.state.withLock { state in
            state.passedEnds.sorted { $0.key < $1.key }.compactMap { place, ends in
                let scope = state.begun.keys.filter { ($0.isActivity ? "LN" : $0.mailbox) == place }.count
                for (number, end) in ends.enumerated() where number >= 9 {
                    let within = ends[...number].filter { end - $0 < Self.window }.count
                    guard within >= 10, within > 50 || within * 10 > scope, !state.isDecided(since: end - Self.window),
                        !state.restorations.contains(where: { end - $0 < Self.window })
                    else { continue }
                    return Invariant.removals.violated(
                        "\(within) meetings of \(place) were ended within an hour, of \(scope), without approval")
                }
                return nil
            }
        }
    }
}
