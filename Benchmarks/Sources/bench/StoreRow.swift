import ContactSync
import Foundation
import Kafka
import KafkaWorker
import StoreIntake
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Intake on the store: from the bytes of a record to the commit, JSON and envelope included, eight partitions at a time.
enum StoreRow {
    private static let names = (
        merge: "merge contacts of 1 KiB into SQLite", older: "pass over: not newer", equal: "pass over: newer and equal"
    )

    static var all: [Row] {
        [
            Row(name: "\(names.merge); \(names.older); \(names.equal)") { session in
                let rounds = try await session.repeated { try await Round.measured(in: session.folder) }
                func figure(_ name: String, _ limit: Double, _ wall: (Round) -> Double) -> Figure {
                    Figure(
                        name, rounds.map { Double(Round.count) / wall($0) }, .atLeast, limit, unit: "records/s",
                        wall: rounds.map(wall))
                }
                return [
                    figure(names.merge, 10_000) { $0.merge }, figure(names.older, 50_000) { $0.older },
                    figure(names.equal, 15_000) { $0.equal },
                ]
            }
        ]
    }

    /// Seconds for each of the three, on a store of its own.
    private struct Round {
        let merge: Double
        let older: Double
        let equal: Double

        static let partitions = 8
        static let batches = 12
        static let batchSize = 200
        static let count = partitions * batches * batchSize

        static func measured(in folder: String) async throws -> Round {
            let file = folder + "/store-\(UInt32.random(in: 0...UInt32.max))"
            let store = try await SQLiteStore.open(file)
            let lanes = try (0..<partitions).map { try Lane(Int32($0), store) }
            for lane in lanes { try await lane.begin() }
            let merge = try await timed(lanes, 0) { $0.merged }
            let older = try await timed(lanes, 1) { $0.passedOverOlder }
            for lane in lanes { try await lane.settle(store) }
            let equal = try await timed(lanes, 2) { $0.passedOverEqual }
            await store.close()
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            return Round(merge: merge, older: older, equal: equal)
        }

        private static func timed(
            _ lanes: [Lane], _ pass: Int, _ counted: @escaping @Sendable (MergeCounts) -> Int
        ) async throws -> Double {
            let duration = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for lane in lanes { group.addTask { try await lane.run(pass, counted) } }
                    try await group.waitForAll()
                }
            }
            return duration / .seconds(1)
        }
    }

    /// A partition with one mailbox's events, made before the clock starts.
    private struct Lane: Sendable {
        private let topicPartition: TopicPartition
        private let intake: StoreIntake<ContactIntake>
        /// Of the three passes, one after the other in the log: new, the same again, newer and equal.
        private let passes: [[IntakeBatch]]
        private let hashes: [ContactLinkID: ContentHash]

        init(_ partition: Int32, _ store: SQLiteStore) throws {
            topicPartition = TopicPartition("ln.contact-changes", partition)
            intake = StoreIntake(
                domain: ContactIntake(store: store, partition: { _ in partition }, onMerged: {}), store: store,
                group: "bench", backfillTopics: [], log: .silent)
            let user = SyncUserID(LNUserCode("user\(partition)"))
            let count = Round.batches * Round.batchSize
            let events = try [0, count].map { base in
                try (0..<count).map { try ContactEvents.event($0, revision: 0, counter: base + $0 + 1, of: user) }
            }
            hashes = Dictionary(events[0].map { ($0.id, $0.hash) }, uniquingKeysWith: { one, _ in one })
            passes = [events[0], events[0], events[1]].enumerated().map { [topicPartition] pass, events in
                stride(from: 0, to: count, by: Round.batchSize).map { first in
                    let from = pass * count + first
                    return IntakeBatch(
                        topicPartition: topicPartition,
                        records: (0..<Round.batchSize).map {
                            events[first + $0].consumerRecord(offset: Int64(from + $0))
                        },
                        from: Self.position(from), to: Self.position(from + Round.batchSize))
                }
            }
        }

        private static func position(_ next: Int) -> RecordedPosition {
            RecordedPosition(next: Int64(next), clusterID: "bench", lastEventID: nil)
        }

        func begin() async throws {
            let beginning = LogBeginning(
                topicPartition: topicPartition, reason: .firstTime, recorded: nil, position: Self.position(0))
            guard try await intake.begin(beginning) else { throw Failure("the position was not taken") }
        }

        func run(_ pass: Int, _ counted: (MergeCounts) -> Int) async throws {
            for batch in passes[pass] {
                guard case .merged(let counts) = try await intake.merge(batch, NoDeadLetters()),
                    counted(counts) == batch.records.count
                else { throw Failure("a batch was not merged as expected") }
            }
        }

        /// As if each row had been written to its mailbox.
        func settle(_ store: SQLiteStore) async throws {
            let ids = Array(hashes.keys)
            for first in stride(from: 0, to: ids.count, by: Round.batchSize) {
                let rows = try await store.contactLinks(Array(ids[first..<min(ids.count, first + Round.batchSize)]))
                let settled = rows.values.map { row in
                    var row = row
                    row.observed = nil
                    row.settled = hashes[row.id]
                    row.status.state = .settled
                    row.status.due = nil
                    return Mutation.contactLink(row)
                }
                guard try await store.commit(settled) == .committed else { throw Failure("rows were not settled") }
            }
        }
    }

    private struct NoDeadLetters: DeadLetterSink {
        func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
            throw IntakeError(.deadLetters, letters.first?.message ?? "")
        }
    }
}
