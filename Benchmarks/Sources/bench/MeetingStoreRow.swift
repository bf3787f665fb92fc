import Foundation
import KafkaWorker
import Runtime
import SyncStore
import Telemetry

/// calendar-worker's intake on the store: from the bytes of a record to the commit, ten partitions at a time.
enum MeetingStoreRow {
    private static let names = (
        merge: "merge meetings of 1 KiB into SQLite: new", older: "merge meetings: not newer",
        edited: "merge meetings: edited, rows in step"
    )
    private static let limit = 5000.0
    private static let partitions = 10

    static var all: [Row] {
        [
            Row(name: "\(names.merge); \(names.older); \(names.edited)") { session in
                let rounds = try await session.repeated(3) { try await measured(in: session.folder) }
                return [names.merge, names.older, names.edited].enumerated().map { pass, name in
                    let walls = rounds.map { $0[pass] }
                    return Figure(
                        name, walls.map { Double(partitions * MeetingLane.count) / $0 }, .atLeast, limit,
                        unit: "records/s", wall: walls)
                }
            }
        ]
    }

    /// Seconds of each pass, on a store of its own.
    private static func measured(in folder: String) async throws -> [Double] {
        let file = folder + "/store-\(UInt32.random(in: 0...UInt32.max))"
        let store = try await SQLiteStore.open(file)
        let users = StartedStore.users(partitions)
        try await StartedStore.fill(store, users)
        let watch = StoreWatch(store, time: SystemTime(), log: .silent)
        try await watch.refresh()
        let lanes = try users.enumerated().map { try MeetingLane(Int32($0), $1, store, watch) }
        for lane in lanes { try await lane.lane.begin() }
        let all = lanes.map(\.lane)
        let merge = try await Lane.seconds(all, 0) { $0.merged }
        let older = try await Lane.seconds(all, 1) { $0.passedOverOlder }
        for lane in lanes { try await lane.settle(store) }
        let edited = try await Lane.seconds(all, 2) { $0.merged }
        await store.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        return [merge, older, edited]
    }
}
