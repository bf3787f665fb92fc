import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Testing

@testable import Simulation

@Suite("Checks of each commit")
struct CommitCheckTests {
    private static let topic = "sim.exchange.event-changes"
    private static let mailbox = SyncUserID(UUID())
    private static let place = IntakePartition(topic: topic, partition: 0)

    private let cluster: SimulatedCluster
    private let checks: CommitChecks

    init() {
        let time = VirtualTime()
        cluster = SimulatedCluster(
            topics: [Self.topic], partitionCount: 1, time: time, randomness: SeededRandomness(seed: 1),
            trace: Trace(time, isKept: false))
        checks = CommitChecks(cluster, topics: [Self.topic], isCalendar: true)
    }

    @Test("I12: a position that passes over a read which no row knows is noticed")
    func passedOver() throws {
        append("one", 1)
        append("one", 2)
        commit([Self.row("one", 1)], from: 0, to: 1)
        #expect(checks.violations == [])
        commit([], from: 1, to: 2)
        #expect(checks.violations.count == 1)
        #expect(checks.violations.first?.hasPrefix("I12: worker passes over read ") == true)
    }

    @Test("I12: that a row's event is gone is told and taken in together with the event that takes its place")
    func left() throws {
        append("one", 1)
        append("one", 2)
        append("other", 3)
        append("one", 4)
        commit([Self.row("one", 1)], from: 0, to: 1)
        commit([Self.row("other", 3)], from: 1, to: 3)
        #expect(checks.violations == [])
        commit([], from: 3, to: 4)
        #expect(checks.violations.count == 1, "what comes later of it is to be known")
    }

    private func append(_ uid: String, _ counter: Int64) {
        let envelope = Envelope(
            id: "\(counter)", source: "exchange", type: .eventChanged, time: VirtualTime.start,
            subject: MeetingSubject.event(ICalUID(uid), occurrence: "").description,
            sequence: ReadSequence(epoch: 1, counter: counter), contentHash: .removal)
        _ = cluster.append(
            ProducerRecord(
                topic: Self.topic, key: [], value: Array(#"{"user":"\#(Self.mailbox)"}"#.utf8),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    private func commit(_ rows: [MeetingRow], from: Int64, to: Int64) {
        func position(_ next: Int64) -> IntakePosition {
            IntakePosition(next: next, clusterID: "cluster-1", lastEventID: next == 0 ? nil : "\(next)")
        }
        checks.committed(
            rows.map { .meeting($0) } + [
                .intakePosition(group: "calendar-worker", Self.place, from: position(from), to: position(to))
            ], by: "worker")
    }

    /// One and the same row, with what it knows of its event.
    private static func row(_ uid: String, _ counter: Int64) -> MeetingRow {
        var meeting = Meeting(owner: .user(mailbox), birth: .exchange)
        meeting.event = EventKey(item: ItemID("item-\(uid)"), uid: ICalUID(uid))
        meeting.sequence.exchange = ReadSequence(epoch: 1, counter: counter)
        let status = RowStatus(partition: 0, sequence: ReadSequence(epoch: 1, counter: counter), priority: .live)
        return MeetingRow(
            id: Identity.meeting(ICalUID("one"), occurrence: ""), status: status, meeting: meeting, mailbox: mailbox)
    }
}
