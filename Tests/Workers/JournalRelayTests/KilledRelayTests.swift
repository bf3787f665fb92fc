import Foundation
import Processes
import RuntimeTesting
import SyncEvents
import SyncStore
import Testing

@Suite("A relay that is killed", .timeLimit(.minutes(3)))
struct KilledRelayTests {
    @Test("Killed at any moment while others write, it loses no entry, and passes none that is committed later")
    func killed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "relay-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "store.db").path()
        let topic = folder.appending(path: "topic").path()
        #expect(FileManager.default.createFile(atPath: topic, contents: nil))

        // Two processes' worth of writers: each store has a connection of its own.
        let stop = Shared(false)
        let stores = [try await SQLiteStore.open(path), try await SQLiteStore.open(path)]
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for (number, store) in stores.enumerated() {
                group.addTask {
                    var count = 0
                    while !stop.value {
                        let draft = JournalDraft(item: "\(number)", rule: "test", action: "written", detail: "\(count)")
                        guard try await store.commit([.journal(draft), .journal(draft)]) == .committed else { continue }
                        count += 2
                    }
                    return count
                }
            }
            var relayed = 0
            for round in 1...6 {
                let child = try await relay(path, topic, round)
                let goal = relayed + 40 * round
                #expect(try await eventually { try numbers(topic).count >= goal || child.status != nil })
                child.signal(SIGKILL)
                #expect(await child.wait() == 128 + SIGKILL)
                relayed = try numbers(topic).count
            }
            stop.update { $0 = true }
            return try await group.reduce(0, +)
        }
        let child = try await relay(path, topic, 7)
        let last = Int64(written)
        #expect(try await eventually { try Set(numbers(topic)).count >= written || child.status != nil })
        child.signal(SIGKILL)
        _ = await child.wait()
        for store in stores { await store.close() }

        var seen: Set<Int64> = []
        let firsts = try numbers(topic).filter { seen.insert($0).inserted }
        #expect(firsts == Array(1...last))
    }

    private func relay(_ store: String, _ topic: String, _ round: Int) async throws -> ChildProcess {
        try await ChildProcess.start(
            Self.relayer, [store, topic, "relayer-\(round)"], environment: ProcessInfo.processInfo.environment,
            output: "\(topic).\(round).log")
    }

    /// Of the records in the topic, in their order; one that a kill has torn was not acknowledged.
    private func numbers(_ topic: String) throws -> [Int64] {
        try Data(contentsOf: URL(filePath: topic)).split(separator: 0x0A).compactMap {
            try? EventData.decode(JournalEvent.self, from: $0).number
        }
    }

    /// The program `journal-relayer`, which lies beside the tests.
    private static var relayer: String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "journal-relayer").path()
    }
}
