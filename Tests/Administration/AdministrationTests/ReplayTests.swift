import Administration
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Replay of a topic: its contacts are checked and asked for anew")
struct ReplayTests {
    private static let topic = "ln.contact-changes"

    private func record(_ id: ContactLinkID, offset: Int64) throws -> ConsumerRecord {
        try EventRecord.changed(id, offset + 1, .named("Ann", "Lee"), offset: offset).record
    }

    /// Contacts `numbers` of a user in a partition, from offset 10 on.
    private func write(
        _ user: SyncUser, _ numbers: [Int], to partition: Int32, _ topics: WrittenTopics
    ) throws {
        let records = try numbers.enumerated().map { place, number in
            try record(ContactLinkID(user, "C\(number)"), offset: Int64(10 + place))
        }
        topics.write(records, to: TopicPartition(Self.topic, partition))
    }

    private func reapply(
        _ bed: AdministrationBed, _ topics: WrittenTopics, fromOffset: Int64? = nil, key: String? = nil
    ) async throws -> (report: ReplayReport, progress: [[Int64]]) {
        var progress: [[Int64]] = []
        let replay = Replay(bed.administration, topics)
        let plan = try await replay.begin(
            .reapply,
            ReplayExtent(
                topic: .contactChanges, group: ConsumerGroup.contactWorker,
                span: fromOffset.map { .offset($0) } ?? .whole, key: key))
        let report = try await replay.reapply(plan, bed.producer) { progress.append([$0, $1]) }
        #expect(try await replay.unfinished(.contactChanges, ConsumerGroup.contactWorker) == nil)
        return (report, progress)
    }

    @Test("Every contact of the topic is checked, and the mailboxes that need the same ones are asked for at once")
    func whole() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [1, 2, 1], to: 0, topics)
        try write(bed.bea, [2, 1, 3], to: 1, topics)
        let known = [ContactLinkID(bed.anna, "C1"), ContactLinkID(bed.bea, "C3")]
        let untouched = ContactLinkID(bed.anna, "C9")
        for id in known + [untouched] { try await bed.put(id) }
        let (report, progress) = try await reapply(bed, topics)
        #expect(report.recordsRead == 6)
        #expect(report.items == 5)
        #expect(report.mailboxes == 2)
        #expect(report.unreadable == 0)
        #expect(progress.last == [6, 6])
        #expect(progress.map { $0[0] } == progress.map { $0[0] }.sorted())
        #expect(
            topics.assigned == [
                TopicPartition(Self.topic, 0): .offset(10), TopicPartition(Self.topic, 1): .offset(10),
            ])
        for id in known { #expect(try await bed.store.contactLink(id)?.status.check == true) }
        #expect(try await bed.store.contactLink(untouched)?.status.check == false)
        let hints = try bed.hints()
        #expect(hints.allSatisfy { $0.action == .contacts && $0.company == Company(1300) && $0.by == "smith" })
        let asked = Set(hints.map { [($0.contacts ?? []).map(\.rawValue), ($0.users ?? []).map(\.description)] })
        let both = [bed.anna.id, bed.bea.id].sorted().map(\.description)
        #expect(asked == [[["C1", "C2"], both], [["C3"], [bed.bea.id.description]]])
    }

    @Test("A hint asks for 200 contacts at most")
    func hintSize() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics(batchSize: 100)
        try write(bed.anna, Array(1...450), to: 0, topics)
        let report = try await reapply(bed, topics).report
        #expect(report.items == 450)
        let hints = try bed.hints()
        #expect(hints.map { $0.contacts?.count ?? 0 }.sorted() == [50, 200, 200])
        #expect(Set(hints.flatMap { $0.contacts ?? [] }).count == 450)
    }

    @Test("From an offset on, of one key alone")
    func extent() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [1, 2, 3], to: 0, topics)
        topics.write([try record(ContactLinkID(bed.bea, "C4"), offset: 13)], to: TopicPartition(Self.topic, 0))
        let (report, progress) = try await reapply(bed, topics, fromOffset: 11, key: bed.anna.id.description)
        #expect(report.recordsRead == 2)
        #expect(try bed.hints().map(\.contacts) == [[ContactCode("C2"), ContactCode("C3")]])
        #expect(topics.assigned == [TopicPartition(Self.topic, 0): .offset(11)])
        #expect(progress.last == [3, 3])
    }

    @Test("An offset that is gone begins at the log's start; one behind its end reads nothing")
    func extentBeyond() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [1], to: 0, topics)
        #expect(try await reapply(bed, topics, fromOffset: 3).report.recordsRead == 1)
        let (report, progress) = try await reapply(bed, topics, fromOffset: 50)
        #expect(report.recordsRead == 0 && report.items == 0)
        #expect(progress.isEmpty)
    }

    @Test("What is written while it runs is not read: ends are fixed at the start")
    func ends() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics(batchSize: 10)
        try write(bed.anna, [1, 2], to: 0, topics)
        topics.announce(
            .records([
                RecordBatch(
                    TopicPartition(Self.topic, 0),
                    try (10..<14).map { try record(ContactLinkID(bed.anna, "C\($0)"), offset: $0) })
            ]))
        let (report, progress) = try await reapply(bed, topics)
        #expect(report.recordsRead == 2)
        #expect(progress.last == [2, 2])
    }

    @Test("Records that name no item are counted, and the others replayed; trouble that passes is waited out")
    func unreadable() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        var noKey = try EventRecord.changed(ContactLinkID(bed.anna, "C1"), 1, .named("Ann", "Lee"), offset: 0)
        var noSubject = try EventRecord.changed(ContactLinkID(bed.anna, "C2"), 2, .named("Ann", "Lee"), offset: 1)
        (noKey.key, noSubject[header: "ce_subject"]) = (nil, nil)
        topics.write(
            [noKey.record, noSubject.record, try record(ContactLinkID(bed.anna, "C3"), offset: 2)],
            to: TopicPartition(Self.topic, 0))
        topics.announce(.trouble(KafkaError(.unreachable, "away for a moment")))
        let report = try await reapply(bed, topics).report
        #expect(report.recordsRead == 3)
        #expect(report.unreadable == 2)
        #expect(try bed.hints().map(\.contacts) == [[ContactCode("C3")]])
    }

    @Test(
        "A topic that loses its beginning meanwhile, or a reader that ends too soon, is an error, and nothing is asked for",
        arguments: [true, false])
    func incomplete(isLost: Bool) async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics(batchSize: 10)
        try write(bed.anna, [1, 2], to: 0, topics)
        let id = ContactLinkID(bed.anna, "C1")
        try await bed.put(id)
        if isLost {
            topics.announce(.outOfRange(TopicPartition(Self.topic, 0)))
        } else {
            topics.endAfterNextEvent()
            topics.announce(.records([RecordBatch(TopicPartition(Self.topic, 0), [try record(id, offset: 10)])]))
        }
        await #expect(throws: AdministrationError.self) { try await reapply(bed, topics) }
        #expect(bed.producer.records.isEmpty)
        #expect(try await bed.store.contactLink(id)?.status.check == false)
    }

    @Test(
        "A topic of calendars is not replayed, and it is said what brings anew what its records say",
        arguments: [
            (Topic.activityChanges, "Active off and on"), (.eventChanges, "lnsync sync now --calendars --full"),
        ])
    func calendars(topic: Topic, remedy: String) async throws {
        let bed = try await AdministrationBed()
        let extent = ReplayExtent(topic: topic, group: ConsumerGroup.calendarWorker, span: .whole)
        let error = await #expect(throws: AdministrationError.self) {
            _ = try await Replay(bed.administration, WrittenTopics()).begin(.reapply, extent)
        }
        #expect(error?.description.contains(remedy) == true)
    }

    @Test("Where a hint can't be sent the replay fails: it is started again")
    func unwritable() async throws {
        let bed = try await AdministrationBed()
        let topics = WrittenTopics()
        try write(bed.anna, [1], to: 0, topics)
        bed.producer.setWritable(false)
        await #expect(throws: KafkaError.self) { try await reapply(bed, topics) }
    }
}
