import Administration
import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Replay by time")
struct ReplayByTimeTests {
    private static let place = TopicPartition("ln.contact-changes", 0)
    private static let start = Date(timeIntervalSince1970: 1_767_225_600)

    /// Records of C0, C1 … dated so many seconds after the start.
    private func write(_ user: SyncUser, _ dates: [Double], _ topics: WrittenTopics) throws {
        let records = try dates.enumerated().map { number, seconds in
            var event = try EventRecord.changed(
                ContactLinkID(user, "C\(number)"), Int64(number), .named("Ann", "Lee"), offset: Int64(number))
            event.dated = Self.start + seconds
            return event.record
        }
        topics.write(records, to: Self.place)
    }

    private func reapply(
        _ bed: AdministrationBed, _ topics: WrittenTopics, since: Double? = nil, until: Double? = nil
    ) async throws -> (report: ReplayReport, asked: [String]) {
        let replay = Replay(bed.administration, topics)
        let plan = try await replay.begin(
            .reapply,
            ReplayExtent(
                topic: .contactChanges, group: ConsumerGroup.contactWorker,
                span: .time(since: since.map { Self.start + $0 }, until: until.map { Self.start + $0 })))
        let report = try await replay.reapply(plan, bed.producer) { _, _ in }
        return (report, try bed.hints().flatMap { ($0.contacts ?? []).map(\.rawValue) })
    }

    @Test("Records dated from a time on and before another are replayed, in whichever order they stand")
    func bounds() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [0, 100, 50, 200, 90, 8000, 150], topics)
        let (report, asked) = try await reapply(bed, topics, since: 90, until: 200)
        #expect(asked == ["C1", "C4"], "C6 stands more than an hour's difference of clocks behind")
        #expect(report.recordsRead == 2 && !report.isReadWhole)
        #expect(topics.assigned == [Self.place: .offset(1)])
    }

    @Test(
        "Where the broker can't look up by time, the log is read from its start and told by dates, and the report says so"
    )
    func withoutIndex() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        topics.dropTimeIndex()
        try write(bed.anna, [0, 100, 50, 200], topics)
        let (report, asked) = try await reapply(bed, topics, since: 90)
        #expect(asked == ["C1", "C3"])
        #expect(report.isReadWhole)
        #expect(topics.assigned == [Self.place: .offset(0)])
    }

    @Test("A time in which nothing was written reads nothing")
    func nothing() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [0, 100], topics)
        #expect(try await reapply(bed, topics, since: 1000).asked == [])
        #expect(try await reapply(bed, topics, until: -9000).asked == [])
    }
}
