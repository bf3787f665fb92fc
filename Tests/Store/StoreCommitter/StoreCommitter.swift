import CRuntime
import SyncModel
import SyncStore

/// Commits to a store without end, and says of each commit that it is durable: for the test that kills it.
@main
enum StoreCommitter {
    static func main() async throws {
        let store = try await SQLiteStore.open(CommandLine.arguments[1])
        let name = CursorName("committed")
        var number = Int64(try await store.cursors()[name] ?? "") ?? 0
        while true {
            number += 1
            let entry = JournalDraft(item: "\(number)", rule: "test", action: "committed", detail: "")
            guard try await store.commit([.cursor(name, "\(number)"), .journal(entry)]) == .committed else { continue }
            let line = Array("\(number)\n".utf8)
            _ = cruntime_write_all(1, line, line.count)
        }
    }
}
