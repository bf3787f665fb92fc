import Foundation
import Kafka
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import JournalRelay

@Suite("The journal is relayed to its topic", .timeLimit(.minutes(1)))
struct JournalRelayTests {
    private let time = ManualTime()
    private let topic = KeptRecords()

    private func relay(_ store: any SyncStore, _ owner: String) -> JournalRelay {
        let leases = LeaseKeeper(
            store, owner: owner, time: time, duration: .seconds(13), interval: .seconds(1))
        return JournalRelay(store, topic, leases, names: TopicNames(prefix: "acme."), time: time, log: .silent)
    }

    private func write(_ items: [String], _ store: any SyncStore) async throws {
        let drafts = items.map { JournalDraft(item: $0, rule: "CON-1", action: "created", detail: "") }
        #expect(try await store.commit(drafts.map(Mutation.journal)) == .committed)
    }

    private var items: [String] {
        get throws { try topic.records.map { try String(decoding: #require($0.key), as: UTF8.self) } }
    }

    @Test("A record is the one of the contract's example, byte for byte of its members")
    func golden() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../schemas/events/sync.journal.entry/v1/examples/valid/created.json")
        let example = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let value = try #require(example["value"] as? [String: Any])
        let entry = JournalEntry(
            number: 57,
            time: try Date(
                "2026-11-24T10:00:00.250Z",
                strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true)),
            draft: JournalDraft(
                user: SyncUserID(LNUserCode("hsato")), item: "contact/1300/C00000123", rule: "CON-1",
                action: "created", detail: try #require(value["detail"] as? String)))
        let record = try entry.record(for: "sync.journal")
        #expect(record.topic == "sync.journal" && record.partition == nil)
        #expect(record.key == Array("contact/1300/C00000123".utf8))
        #expect(
            try record.headers.map { "\($0.name): \(String(decoding: try #require($0.value), as: UTF8.self))" }.sorted()
                == #require(example["headers"] as? [String: String]).map { "\($0.key): \($0.value)" }.sorted())
        let json = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        #expect(record.value == Array(json))
    }

    @Test("A detail that is too long is cut: no record is too large for the topic")
    func longDetail() throws {
        let entry = JournalEntry(
            number: 1, time: time.now,
            draft: JournalDraft(
                item: "i", rule: "r", action: "a", detail: String(repeating: "é", count: 2_000_000)))
        let event = try EventData.decode(
            JournalEvent.self, from: Data(try #require(try entry.record(for: "t").value)))
        #expect(event.detail.unicodeScalars.count == 8000)
    }

    @Test("Every entry comes in its order, in pages, and the place moves behind them")
    func order() async throws {
        let store = try await SQLiteStore.inMemory(time: time)
        let lease = try #require(try await store.acquireLease(JournalRelay.lease, owner: "a", for: .seconds(13)))
        let all = (1...1203).map { "item \($0)" }
        try await write(all, store)
        #expect(try await relay(store, "a").relayPage(lease) == 500)
        #expect(try await relay(store, "a").relayPage(lease) == 500)
        #expect(try await relay(store, "b").relayPage(lease) == 203)
        #expect(try await relay(store, "a").relayPage(lease) == 0)
        #expect(try items == all)
        #expect(topic.records.allSatisfy { $0.topic == "acme.sync.journal" })
        try await write(["one more"], store)
        #expect(try await relay(store, "a").relayPage(lease) == 1)
        #expect(try items.last == "one more")
        await store.close()
    }

    @Test("What the topic does not take is sent again, and so is what another holder of the lease does not know of")
    func atLeastOnce() async throws {
        let store = try await SQLiteStore.inMemory(time: time)
        let first = try #require(try await store.acquireLease(JournalRelay.lease, owner: "a", for: .seconds(13)))
        try await write(["1", "2"], store)
        topic.setWritable(false)
        await #expect(throws: KafkaError.self) { try await relay(store, "a").relayPage(first) }
        topic.setWritable(true)
        time.advance(by: .seconds(14))
        let second = try #require(try await store.acquireLease(JournalRelay.lease, owner: "b", for: .seconds(13)))
        // A holder that has lost the lease without knowing moves no place.
        #expect(try await relay(store, "a").relayPage(first) == 2)
        #expect(try await relay(store, "b").relayPage(second) == 2)
        #expect(try await relay(store, "b").relayPage(second) == 0)
        #expect(try items == ["1", "2", "1", "2"])
        let ids = topic.records.map { record in record.headers.first { $0.name == "ce_id" }?.value }
        #expect(ids[0] == ids[2] && ids[1] == ids[3] && ids[0] != ids[1])
        await store.close()
    }

    @Test("One relays; another takes over when it ends, and none is left out; trouble with the topic passes")
    func standby() async throws {
        let store = try await SQLiteStore.inMemory(time: time)
        func holder() async throws -> String? {
            let now = time.now
            return try await store.leases().first { $0.lease.name == JournalRelay.lease && $0.expires > now }?.lease
                .owner
        }
        /// Time goes on once everybody waits: a lease is renewed in time.
        func soon(_ condition: () async throws -> Bool) async throws -> Bool {
            try await eventually {
                let waiting = try await holder() == nil ? 1 : 2
                if time.sleepers >= waiting { time.advance(by: .seconds(1)) }
                return try await condition()
            }
        }
        let first = Task { await relay(store, "a").run() }
        #expect(try await soon { try await holder() == "a" })
        let second = Task { await relay(store, "b").run() }
        topic.setWritable(false)
        try await write(["1"], store)
        let start = time.now
        #expect(try await soon { time.now > start + 20 })
        topic.setWritable(true)
        #expect(try await soon { try items == ["1"] })
        #expect(try await holder() == "a")
        first.cancel()
        await first.value
        try await write(["2", "3"], store)
        #expect(try await soon { try items == ["1", "2", "3"] })
        #expect(try await soon { try await holder() == "b" })
        second.cancel()
        await second.value
        await store.close()
    }

    @Test("A restored store gives numbers anew: its entries have other ids")
    func restored() throws {
        let draft = JournalDraft(item: "i", rule: "r", action: "a", detail: "")
        let ids = try [0, 1].map { later in
            try JournalEntry(number: 5, time: time.now + later, draft: draft).record(for: "t").headers
                .first { $0.name == "ce_id" }?.value
        }
        #expect(ids[0] != ids[1])
    }
}
