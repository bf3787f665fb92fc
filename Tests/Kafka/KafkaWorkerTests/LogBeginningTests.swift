import Kafka
import KafkaWorker
import Testing

@Suite("Where reading of a log begins")
struct LogBeginningTests {
    private let partition = TopicPartition("ln.contact-changes", 3)
    private let facts = LogFacts(clusterID: "one", start: 100, end: 200, committed: 150)

    private func decide(_ recorded: RecordedPosition?, refuted: Bool = false) -> LogBeginning? {
        LogBeginning.decide(partition, recorded: recorded, facts: facts, isWitnessRefuted: refuted)
    }

    private func recorded(_ next: Int64, cluster: String = "one") -> RecordedPosition {
        RecordedPosition(next: next, clusterID: cluster, lastEventID: "event")
    }

    @Test("Nothing recorded: the log's start, with the cluster's id")
    func firstTime() {
        let facts = LogFacts(clusterID: "one", start: 100, end: 200, committed: nil)
        let beginning = LogBeginning.decide(partition, recorded: nil, facts: facts)
        #expect(beginning?.reason == .firstTime)
        #expect(beginning?.position == RecordedPosition(next: 100, clusterID: "one", lastEventID: nil))
    }

    @Test("A recorded position within the log is simply read on", arguments: [150, 160, 200] as [Int64])
    func readOn(next: Int64) {
        #expect(decide(recorded(next)) == nil)
    }

    @Test("Another cluster is another log, though the offset would fit")
    func anotherCluster() {
        #expect(decide(recorded(150, cluster: "two"))?.reason == .anotherLog)
        #expect(decide(recorded(150, cluster: "two"))?.position.next == 100)
    }

    @Test("Another record before the position is another log, though cluster and offset fit")
    func refutedWitness() {
        #expect(decide(recorded(150), refuted: true)?.reason == .anotherLog)
    }

    @Test("Older than the log's start: the records between are gone")
    func recordsGone() {
        #expect(decide(recorded(60))?.reason == .recordsGone(40))
        #expect(decide(recorded(60))?.position.next == 100)
    }

    @Test("Behind the log's end: the log's start")
    func beyondEnd() {
        #expect(decide(recorded(201))?.reason == .beyondEnd)
    }

    @Test("Kafka's copy is beyond the record: the store was restored; the record counts")
    func restored() {
        let beginning = decide(recorded(149))
        #expect(beginning?.reason == .storeRestored(committed: 150))
        #expect(beginning?.position == recorded(149))
    }

    @Test("Nothing recorded, but Kafka's copy is there: the store was restored to before the first read")
    func restoredToTheBeginning() {
        let beginning = decide(nil)
        #expect(beginning?.reason == .storeRestored(committed: 150))
        #expect(beginning?.position == RecordedPosition(next: 100, clusterID: "one", lastEventID: nil))
    }
}
