import KafkaWorker
import SyncStore

/// Merges new contacts as fast as the store takes them.
struct MergingLoad {
    private static let lanesAtOnce = 8
    private static let rounds = 10

    /// Made before the clock starts.
    private let lanes: [[ContactLane]]

    init(_ store: SQLiteStore) async throws {
        lanes = try (0..<Self.rounds).map { round in
            try (0..<Self.lanesAtOnce).map { try ContactLane(Int32(round * Self.lanesAtOnce + $0), store) }
        }
        for lane in lanes.joined() { try await lane.lane.begin() }
    }

    /// Goes on as long as it is wanted.
    func run(while isWanted: () -> Bool) async throws {
        for lanes in lanes where isWanted() {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in lanes { group.addTask { try await lane.lane.run(0) { $0.merged } } }
                try await group.waitForAll()
            }
        }
        if isWanted() { throw Failure("all was merged before the others had ended") }
    }
}
