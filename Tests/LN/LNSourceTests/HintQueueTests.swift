import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing

@testable import LNSource

@Suite("Hints and their positions")
struct HintQueueTests {
    private let partition = TopicPartition("ln.notifications", 1)

    private func queue() -> HintQueue {
        HintQueue([partition: IntakePosition(next: 5, clusterID: "c", lastEventID: nil)])
    }

    private func entry(_ offset: Int64, _ action: Hint.Action?) -> HintQueue.Entry {
        HintQueue.Entry(
            offset: offset, eventID: "e\(offset)",
            hint: action.map { Hint(company: Company(1), action: $0, by: "test") })
    }

    @Test("A position moves behind what is done, never behind what is not")
    func positions() {
        var queue = queue()
        queue.append(entry(4, .pull), partition)
        queue.append(entry(5, nil), partition)
        queue.append(entry(6, .fullPull), partition)
        queue.append(entry(7, .pull), partition)
        #expect(
            queue.moves()[partition]?.to.next == 6, "another's hint is passed over; one read before is not taken again")
        let pulls = queue.waiting(for: .pull)
        #expect(pulls.count == 2)
        queue.done(pulls, .pull)
        #expect(queue.moves()[partition]?.to.next == 6, "all keys are still to be compared")
        queue.done(queue.waiting(for: .comparison), .comparison)
        let move = queue.moves()[partition]
        #expect(move?.from.next == 5)
        #expect(move?.to == IntakePosition(next: 8, clusterID: "c", lastEventID: "e7"))
        queue.moved([partition: IntakePosition(next: 8, clusterID: "c", lastEventID: "e7")])
        #expect(queue.moves().isEmpty)
    }

    @Test("What is recorded of another log, or outside this one, begins anew")
    func beginnings() {
        let facts = LogFacts(clusterID: "c", start: 10, end: 20, committed: nil)
        func position(_ next: Int64, _ cluster: String = "c") -> IntakePosition {
            IntakePosition(next: next, clusterID: cluster, lastEventID: nil)
        }
        #expect(HintBeginning.decide(nil, facts) == .firstTime(position(10)))
        #expect(HintBeginning.decide(position(20), facts) == .recorded(position(20)))
        for recorded in [position(12, "other"), position(9), position(21)] {
            guard case .gap(let start, _) = HintBeginning.decide(recorded, facts) else {
                Issue.record("\(recorded) is taken as it is")
                continue
            }
            #expect(start == position(10))
        }
        guard case .gap = HintBeginning.decide(position(12), facts, isWitnessRefuted: true) else {
            Issue.record("a refuted witness is taken")
            return
        }
    }
}
