import Kafka
import Testing

@testable import KafkaWorker

@Suite("Which batch is merged next")
struct IntakeScheduleTests {
    private let live = TopicPartition("live", 0)
    private let backfill = TopicPartition("backfill", 0)

    private func record(_ offset: Int64, id: String? = nil, size: Int = 10) -> ConsumerRecord {
        ConsumerRecord(
            offset: offset, timestamp: nil, key: nil, value: Array(repeating: 0, count: size),
            headers: id.map { [RecordHeader("ce_id", $0)] } ?? [])
    }

    private func records(_ offsets: some Sequence<Int>, size: Int = 10) -> [ConsumerRecord] {
        offsets.map { record(Int64($0), id: "\($0)", size: size) }
    }

    private func position(_ next: Int64, lastEventID: String? = nil) -> RecordedPosition {
        RecordedPosition(next: next, clusterID: "c", lastEventID: lastEventID)
    }

    /// A schedule with these partitions assigned and read from offset 0.
    private func reading(
        _ partitions: [TopicPartition: Bool], _ limits: IntakeSchedule.Limits = .init()
    ) -> IntakeSchedule {
        var schedule = IntakeSchedule(limits: limits)
        schedule.assigned(partitions, now: .zero)
        for partition in schedule.takePositionless(now: .zero).keys { schedule.positioned(partition, at: position(0)) }
        return schedule
    }

    private func next(_ schedule: inout IntakeSchedule) throws -> IntakeBatch {
        let batch = schedule.nextBatch()
        return try #require(batch)
    }

    @Test("Nothing is merged before the position is known")
    func unpositioned() {
        var schedule = IntakeSchedule()
        schedule.assigned([live: false], now: .zero)
        let reception = schedule.received(RecordBatch(live, records(0..<5)))
        #expect(reception == .taken)
        #expect(schedule.nextBatch() == nil)
        #expect(schedule.takePositionless(now: .zero).keys.sorted() == [live])
        #expect(schedule.takePositionless(now: .zero).isEmpty, "a partition is told of once")
    }

    @Test("A batch holds what came, and says from where to where")
    func batch() throws {
        var schedule = reading([live: false])
        _ = schedule.received(RecordBatch(live, records(0..<5)))
        let batch = try next(&schedule)
        #expect(batch.records.map(\.offset) == [0, 1, 2, 3, 4])
        #expect(batch.from == position(0))
        #expect(batch.to == position(5, lastEventID: "4"))
        #expect(schedule.nextBatch() == nil)
    }

    @Test("A batch is bounded in records and in bytes, and never empty")
    func bounds() throws {
        var schedule = reading([live: false], .init(batchRecords: 3, batchBytes: 100))
        _ = schedule.received(RecordBatch(live, records(0..<4) + [record(4, size: 500)]))
        for expected in [[0, 1, 2], [3], [4]] as [[Int64]] {
            let batch = try next(&schedule)
            #expect(batch.records.map(\.offset) == expected)
            schedule.finished(live, at: batch.to)
        }
    }

    @Test("Two batches of one partition number are never merged at the same time")
    func oneAtATime() throws {
        var schedule = reading([live: false, backfill: true, TopicPartition("live", 1): false])
        _ = schedule.received(RecordBatch(live, records(0..<2)))
        _ = schedule.received(RecordBatch(backfill, records(0..<2)))
        _ = schedule.received(RecordBatch(TopicPartition("live", 1), records(0..<2)))
        let first = try next(&schedule)
        let second = try next(&schedule)
        #expect(Set([first.topicPartition.partition, second.topicPartition.partition]) == [0, 1])
        #expect(schedule.nextBatch() == nil)
    }

    @Test("Live goes before back-fill, and back-fill gets one batch in ten")
    func share() throws {
        var schedule = reading([live: false, backfill: true], .init(batchRecords: 1))
        _ = schedule.received(RecordBatch(live, records(0..<100)))
        _ = schedule.received(RecordBatch(backfill, records(0..<100)))
        var picks: [String] = []
        for _ in 0..<40 {
            let batch = try next(&schedule)
            picks.append(batch.topicPartition.topic)
            schedule.finished(batch.topicPartition, at: batch.to)
        }
        #expect(picks.first == "live")
        #expect(picks.count { $0 == "backfill" } == 4)
        for start in 0..<30 { #expect(picks[start..<start + 10].contains("backfill")) }
    }

    @Test("Back-fill alone is merged without waiting")
    func backfillAlone() {
        var schedule = reading([live: false, backfill: true])
        _ = schedule.received(RecordBatch(backfill, records(0..<1)))
        #expect(schedule.nextBatch()?.topicPartition == backfill)
    }

    @Test("Records that were taken before are not taken twice")
    func duplicates() throws {
        var schedule = reading([live: false])
        _ = schedule.received(RecordBatch(live, records(0..<5)))
        _ = schedule.received(RecordBatch(live, records(3..<7)))
        let batch = try next(&schedule)
        #expect(batch.records.map(\.offset) == Array(0..<7))
    }

    @Test("Records read from where the consumer was before leave no gap; one that the log has is passed over")
    func gap() throws {
        var schedule = reading([live: false])
        let first = schedule.received(RecordBatch(live, records(2..<5)))
        #expect(first == .gap)
        #expect(schedule.nextBatch() == nil)
        schedule.stop(live, until: .zero, why: "gap")
        _ = schedule.takePositionless(now: .zero)
        schedule.positioned(live, at: position(0))
        let second = schedule.received(RecordBatch(live, records(2..<5)))
        #expect(second == .taken)
        let batch = try next(&schedule)
        #expect(batch.records.map(\.offset) == [2, 3, 4])
    }

    @Test("The record before the position is read as witness, and not merged")
    func witness() throws {
        var schedule = IntakeSchedule()
        schedule.assigned([live: false], now: .zero)
        _ = schedule.takePositionless(now: .zero)
        schedule.positioned(live, at: position(5, lastEventID: "4"))
        #expect(schedule.readFrom == [live: .offset(4)])
        let reception = schedule.received(RecordBatch(live, records(4..<7)))
        #expect(reception == .taken)
        let batch = try next(&schedule)
        #expect(batch.records.map(\.offset) == [5, 6])
    }

    @Test("Another witness means another log, and nothing is taken")
    func otherWitness() {
        var schedule = IntakeSchedule()
        schedule.assigned([live: false], now: .zero)
        _ = schedule.takePositionless(now: .zero)
        schedule.positioned(live, at: position(5, lastEventID: "another"))
        let reception = schedule.received(RecordBatch(live, records(4..<7)))
        #expect(reception == .anotherLog)
        #expect(schedule.nextBatch() == nil)
        schedule.stop(live, until: .zero, why: "another log", isWitnessRefuted: true)
        #expect(schedule.takePositionless(now: .zero) == [live: true])
    }

    @Test("A witness that is no longer there refutes nothing")
    func goneWitness() throws {
        var schedule = IntakeSchedule()
        schedule.assigned([live: false], now: .zero)
        _ = schedule.takePositionless(now: .zero)
        schedule.positioned(live, at: position(5, lastEventID: "4"))
        let reception = schedule.received(RecordBatch(live, records(5..<7)))
        #expect(reception == .taken)
        let taken = try next(&schedule)
        #expect(taken.records.map(\.offset) == [5, 6])
    }

    @Test("Where retention has deleted all that was read, the witness is not asked for: it lies outside the log")
    func witnessBeforeLog() {
        var schedule = IntakeSchedule()
        schedule.assigned([live: false], now: .zero)
        _ = schedule.takePositionless(now: .zero)
        schedule.positioned(live, at: position(5, lastEventID: "4"), logStart: 5)
        #expect(schedule.readFrom == [live: .offset(5)])
        let reception = schedule.received(RecordBatch(live, records(5..<7)))
        #expect(reception == .taken)
    }

    @Test("A failure stops its own partition only, until its pause is over; then its position is read anew")
    func failure() throws {
        let other = TopicPartition("live", 1)
        var schedule = reading([live: false, other: false])
        _ = schedule.received(RecordBatch(live, records(0..<2)))
        let batch = try next(&schedule)
        schedule.finished(batch.topicPartition, at: nil)
        schedule.stop(live, until: .seconds(5), why: "the store is full")
        #expect(schedule.stopped == [live: "the store is full"])
        #expect(schedule.nextWake == .seconds(5))
        _ = schedule.received(RecordBatch(live, records(2..<4)))
        _ = schedule.received(RecordBatch(other, records(0..<2)))
        #expect(schedule.nextBatch()?.topicPartition == other)
        #expect(schedule.takePositionless(now: .seconds(4)).isEmpty)
        #expect(schedule.takePositionless(now: .seconds(5)) == [live: false])
        schedule.positioned(live, at: position(0))
        #expect(schedule.readFrom[live] == .offset(0))
        #expect(schedule.failures(of: live) == 1)
    }

    @Test("A partition is paused at its bound and resumed at half of it")
    func flow() throws {
        var schedule = reading([live: false], .init(batchRecords: 3, partitionRecords: 6))
        _ = schedule.received(RecordBatch(live, records(0..<7)))
        #expect(schedule.flow().pause == [live])
        #expect(schedule.flow() == ([], []))
        var batch = try next(&schedule)
        schedule.finished(live, at: batch.to)
        #expect(schedule.flow() == ([], []), "four of six still wait")
        batch = try next(&schedule)
        schedule.finished(live, at: batch.to)
        #expect(schedule.flow().resume == [live])
    }

    @Test("Bytes of all partitions are bounded too")
    func totalBytes() {
        var schedule = reading([live: false, backfill: true], .init(totalBytes: 1000))
        _ = schedule.received(RecordBatch(live, records(0..<60, size: 20)))
        #expect(schedule.flow().pause == [live])
        _ = schedule.received(RecordBatch(backfill, records(0..<1)))
        #expect(schedule.flow().pause == [backfill])
    }

    @Test("After a revocation nothing of it is left")
    func revoked() {
        var schedule = reading([live: false])
        _ = schedule.received(RecordBatch(live, records(0..<5)))
        schedule.revoked()
        #expect(schedule.nextBatch() == nil)
        #expect(schedule.waitingRecords == 0)
        #expect(schedule.positions.isEmpty)
        schedule.assigned([backfill: true], now: .zero)
        schedule.finished(live, at: position(5))
        #expect(schedule.positions.isEmpty, "the end of an old batch changes nothing")
    }
}
