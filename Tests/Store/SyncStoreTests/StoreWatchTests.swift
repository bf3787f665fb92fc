import Foundation
import RuntimeTesting
import SyncModel
import Testing

@testable import SyncStore

@Suite("The watch over users and settings", .timeLimit(.minutes(1)))
struct StoreWatchTests {
    @Test("A new installation is stopped and knows nothing of LN")
    func new() async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            let watch = StoreWatch(store, time: bed.time)
            let snapshot = try await watch.refresh()
            #expect(!snapshot.isStarted)
            #expect(snapshot.users.isEmpty)
            #expect(snapshot.comParameters == nil)
            #expect(snapshot.syncSettings == nil)
        }
    }

    @Test("What changes is at hand after the next look")
    func changes() async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            let watch = StoreWatch(store, time: bed.time)
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask { await watch.run() }
                #expect(try await eventually { bed.time.sleepers == 1 })
                let parameters = ComParameters(synchronizeContacts: true, synchronizeActivities: false)
                try await store.put(
                    .user(syncUser(1)), .setting(.control, Control(isStarted: true), by: "ann"),
                    .setting(.comParameters, parameters, by: "ln"))
                #expect(!watch.snapshot.isStarted)
                bed.time.advance(by: .seconds(1))
                #expect(try await eventually { watch.snapshot.isStarted && bed.time.sleepers == 1 })
                #expect(watch.snapshot.users.keys.map(\.self) == [user(1)])
                #expect(watch.snapshot.comParameters == parameters)
                try await store.put(.setting(.control, Control(isStarted: false), by: "ann"))
                bed.time.advance(by: .seconds(1))
                #expect(try await eventually { !watch.snapshot.isStarted })
                group.cancelAll()
            }
        }
    }

    @Test("A store that can't be read leaves the last snapshot, and a reason")
    func failure() async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            let watch = StoreWatch(store, time: bed.time)
            try await store.put(.user(syncUser(1)))
            try await watch.refresh()
            #expect(watch.failure == nil)
            await store.close()
            await #expect(throws: StoreError.self) { try await watch.refresh() }
            #expect(watch.failure?.code == .closed)
            #expect(watch.snapshot.users.count == 1)
        }
    }
}
