import Administration
import Foundation
import RuntimeTesting
import SyncEvents
import SyncModel
import SyncStore
import WorkerTesting

/// An installation in memory that a test administers.
struct Shop {
    let time = ManualTime()
    let store: SQLiteStore
    let topics = MemoryTopics()
    let administration: Administration

    init(_ users: SyncUser...) async throws {
        store = try await SQLiteStore.inMemory(time: time)
        administration = Administration(store: store, names: TopicNames(), by: "admin", time: time)
        try await commit(users.map(Mutation.user))
    }

    func commit(_ mutations: [Mutation]) async throws {
        _ = try await store.commit(mutations)
    }

    /// What the journal says was done of an item, the newest first.
    func actions(of item: String) async throws -> [String] {
        try await store.journal(JournalQuery(item: item)).map(\.draft.action)
    }
}
