import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import CalendarSync

@Suite("What invitation-worker is asked for is sent in order, until it is acknowledged")
struct OutboxTests {
    private let time = ManualTime()
    private let producer = KeptRecords()

    private func outbox(_ store: any SyncStore, holding held: Set<Int32>) -> InvitationOutbox {
        InvitationOutbox(
            store: store, producer: producer, topic: "invitation.requests", held: { held }, time: time,
            interval: .seconds(1), log: .silent)
    }

    private func draft(_ revision: Int64, partition: Int32) -> Mutation {
        .outbox(
            OutboxDraft(
                meeting: MeetingID(UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))),
                revision: revision, partition: partition, key: "key", data: Data("{\"revision\":\(revision)}".utf8)))
    }

    @Test("Of the partitions that are held, in order, once, by partition and with the envelope")
    func inOrder() async throws {
        let store = try await SQLiteStore.inMemory(time: time)
        #expect(
            try await store.commit([draft(1, partition: 3), draft(2, partition: 4), draft(3, partition: 3)])
                == .committed)
        let outbox = outbox(store, holding: [3])
        #expect(try await !outbox.relay())
        #expect(try await !outbox.relay())
        #expect(
            producer.records.map { String(decoding: $0.value ?? [], as: UTF8.self) } == [
                "{\"revision\":1}", "{\"revision\":3}",
            ])
        #expect(producer.records.allSatisfy { $0.partition == 3 && $0.topic == "invitation.requests" })
        let envelope = try Envelope { name in
            producer.records.first?.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(envelope.type == .invitationRequest)
        #expect(try await store.outbox([3, 4], limit: 10).map(\.draft.revision) == [2])
    }

    @Test("What is not acknowledged stays, and so does all behind it")
    func unacknowledged() async throws {
        let store = try await SQLiteStore.inMemory(time: time)
        #expect(try await store.commit([draft(1, partition: 3), draft(2, partition: 3)]) == .committed)
        producer.setWritable(false)
        let outbox = outbox(store, holding: [3])
        await #expect(throws: KafkaError.self) { try await outbox.relay() }
        #expect(try await store.outbox([3], limit: 10).count == 2)
        producer.setWritable(true)
        _ = try await outbox.relay()
        #expect(try await store.outbox([3], limit: 10).isEmpty)
        #expect(producer.records.count == 2)
    }
}
