import Foundation
import SyncModel
import SyncStore

/// One of several processes on a store: so many commits a second, each due at its own moment, whether the one before was late or not.
///
/// `store-client FILE RATE SECONDS` ends with a line of JSON: milliseconds from when a commit was due until it was durable, and how
/// many ended in an error.
@main
enum StoreClient {
    static func main() async {
        do {
            let arguments = CommandLine.arguments
            guard arguments.count == 4, let rate = Double(arguments[2]), let seconds = Double(arguments[3]) else {
                throw Failure("store-client FILE RATE SECONDS")
            }
            let outcome = try await committed(to: arguments[1], Int(rate * seconds), every: .seconds(1 / rate))
            print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
        } catch {
            FileHandle.standardError.write(Data("store-client: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func committed(to file: String, _ count: Int, every pause: Duration) async throws -> Outcome {
        let store = try await SQLiteStore.open(file)
        let start = ContinuousClock.now
        let name = "\(getpid())"
        let outcome = await withTaskGroup(of: Double?.self) { group in
            for number in 0..<count {
                let due = start + pause * number
                group.addTask {
                    try? await Task.sleep(until: due)
                    let entry = JournalDraft(item: "\(name)/\(number)", rule: "bench", action: "committed", detail: "")
                    guard (try? await store.commit([.journal(entry)])) == .committed else { return nil }
                    return due.duration(to: .now) / .milliseconds(1)
                }
            }
            var outcome = Outcome()
            for await latency in group {
                if let latency { outcome.latencies.append(latency) } else { outcome.failures += 1 }
            }
            return outcome
        }
        await store.close()
        return outcome
    }
}

struct Outcome: Codable {
    var latencies: [Double] = []
    var failures = 0
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
