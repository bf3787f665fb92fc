import Foundation
import RuntimeTesting
import SyncModel
import Synchronization
import Telemetry
import Testing

@testable import SyncStore

@Suite("The watch over users and settings", .timeLimit(.minutes(1)))
struct StoreWatchTests {
    @Test("A new installation is stopped and knows nothing of LN")
    func new() async throws {
        try await StoreBed.run(.sqliteInMemory) { bed, store async throws in
            let watch = StoreWatch(store, time: bed.time, log: .silent)
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
            let watch = StoreWatch(store, time: bed.time, log: .silent)
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
            let watch = StoreWatch(store, time: bed.time, log: .silent)
            try await store.put(.user(syncUser(1)))
            try await watch.refresh()
            #expect(watch.failure == nil)
            await store.close()
            await #expect(throws: StoreError.self) { try await watch.refresh() }
            #expect(watch.failure?.code == .closed)
            #expect(watch.snapshot.users.count == 1)
        }
    }

    @Test(
        "A store file that is moved away or replaced is noticed, said once, and nothing is written to either; put back it goes on"
    )
    func replaced() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replaced-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (path, elsewhere) = (folder.path + "/store.sqlite", folder.path + "/elsewhere.sqlite")
        let store = try await SQLiteStore.open(path)
        let said = Said()
        let watch = StoreWatch(store, time: ManualTime(), log: Logger(label: "", sink: said))
        try await watch.refresh()
        try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
        let draft = JournalDraft(item: "i", rule: "r", action: "a", detail: "")
        for text in ["was moved away or deleted", "is another file"] {
            for _ in 1...2 {
                await #expect(throws: StoreError.self) { try await watch.refresh() }
                #expect(watch.failure?.message.contains(text) == true)
            }
            await #expect(throws: StoreError.self) { try await store.commit([.journal(draft)]) }
            if text == "was moved away or deleted" {
                #expect(FileManager.default.createFile(atPath: path, contents: nil))
            }
        }
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 0)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
        try await watch.refresh()
        #expect(try await store.journal(JournalQuery()).isEmpty)
        #expect(said.errors.map { $0?.contains("moved or replaced") } == [true, true, nil])
        await store.close()
    }
}

/// The errors that were logged; `nil` where none is.
private final class Said: LogSink {
    private let lines = Mutex<[String?]>([])

    var errors: [String?] { lines.withLock { $0 } }

    func wants(_ level: LogLevel, from label: String) -> Bool { true }

    func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
        lines.withLock { $0.append(metadata["error"]) }
    }
}
