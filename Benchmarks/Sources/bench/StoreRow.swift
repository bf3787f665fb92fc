import Foundation
import KafkaWorker
import SyncStore

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
        static let count = partitions * ContactLane.count

        static func measured(in folder: String) async throws -> Round {
            let file = folder + "/store-\(UInt32.random(in: 0...UInt32.max))"
            let store = try await SQLiteStore.open(file)
            let lanes = try (0..<partitions).map { try ContactLane(Int32($0), store) }
            for lane in lanes { try await lane.lane.begin() }
            let all = lanes.map(\.lane)
            let merge = try await Lane.seconds(all, 0) { $0.merged }
            let older = try await Lane.seconds(all, 1) { $0.passedOverOlder }
            for lane in lanes { try await lane.settle(store) }
            let equal = try await Lane.seconds(all, 2) { $0.passedOverEqual }
            await store.close()
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            return Round(merge: merge, older: older, equal: equal)
        }
    }
}
