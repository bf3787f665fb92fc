import Foundation
import Processes
import SyncStore

/// What a commit takes while seven other processes commit a hundred times a second each and this one merges as fast as it can.
enum CommitRow {
    private static let name = "commit p99, 7 processes × 100/s while one merges"
    private static let limit = 60.0

    static var all: [Row] {
        [
            Row(name: name) { session in
                let start = ContinuousClock.now
                let rounds = try await session.repeated(3) { try await Round.measured(session) }
                let failures = rounds.reduce(0) { $0 + $1.failures }
                guard failures == 0 else { throw Failure("\(failures) commits ended in an error") }
                return [
                    Figure(
                        name, rounds.map(\.p99), .atMost, limit, unit: "ms",
                        wall: [start.duration(to: .now) / .seconds(1) / Double(rounds.count)])
                ]
            }
        ]
    }

    private struct Round {
        let p99: Double
        let failures: Int

        private struct Outcome: Decodable {
            let latencies: [Double]
            let failures: Int
        }

        static func measured(_ session: Session) async throws -> Round {
            let file = session.folder + "/store-\(UInt32.random(in: 0...UInt32.max))"
            let store = try await SQLiteStore.open(file)
            let load = try await MergingLoad(store)
            let outputs = (1...7).map { "\(file).client\($0)" }
            var children: [ChildProcess] = []
            for output in outputs {
                children.append(
                    try await ChildProcess.start(
                        Session.program("store-client"), [file, "100", "5"], environment: [:], output: output))
            }
            try await load.run { children.contains { $0.status == nil } }
            await store.close()
            let decoder = JSONDecoder()
            let outcomes = try outputs.map { output in
                let text = try Data(contentsOf: URL(fileURLWithPath: output))
                guard let outcome = try? decoder.decode(Outcome.self, from: text) else {
                    throw Failure("store-client: \(String(decoding: text.suffix(300), as: UTF8.self))")
                }
                return outcome
            }
            let latencies = outcomes.flatMap(\.latencies).sorted()
            return Round(
                p99: latencies[latencies.count * 99 / 100], failures: outcomes.reduce(0) { $0 + $1.failures })
        }
    }
}
