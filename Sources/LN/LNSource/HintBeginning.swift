import Kafka
import SyncStore

/// Where reading of a partition of hints begins.
enum HintBeginning: Sendable, Hashable {
    /// Where it was left.
    case recorded(IntakePosition)
    /// Nothing is recorded yet: the log's start.
    case firstTime(IntakePosition)
    /// What is recorded is of another log, or outside this one: hints may be lost, so mailboxes are sent anew.
    case gap(IntakePosition, why: String)

    /// - Parameter isWitnessRefuted: the record before the position is another than the one that was done last.
    static func decide(
        _ recorded: IntakePosition?, _ facts: LogFacts, isWitnessRefuted: Bool = false
    ) -> HintBeginning {
        let start = IntakePosition(next: facts.start, clusterID: facts.clusterID, lastEventID: nil)
        guard let recorded else { return .firstTime(start) }
        if recorded.clusterID != facts.clusterID { return .gap(start, why: "the broker is another cluster") }
        if isWitnessRefuted { return .gap(start, why: "the topic is another one than before") }
        if recorded.next < facts.start { return .gap(start, why: "hints were deleted before they were read") }
        if recorded.next > facts.end { return .gap(start, why: "the recorded position is behind the log's end") }
        return .recorded(recorded)
    }

    /// Where reading goes on.
    var position: IntakePosition {
        switch self {
        case .recorded(let position), .firstTime(let position), .gap(let position, _): position
        }
    }

    /// Where the consumer is set to: the record before the position is read too where it tells whether the log is the same.
    func readFrom(_ facts: LogFacts) -> Int64 {
        let position = position
        return position.lastEventID != nil && position.next > facts.start ? position.next - 1 : position.next
    }
}
