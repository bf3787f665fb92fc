import Foundation
import Kafka
import KafkaTesting
import Processes
import Runtime
import Telemetry

/// What the rows share: brokers, a folder, and the time that is left.
final class Session {
    let folder: String
    private let end: ContinuousClock.Instant
    private var embedded: (process: ChildProcess, address: String)?

    init(limit: Duration) throws {
        end = .now + limit
        let url = FileManager.default.temporaryDirectory.appending(path: "ln-exchange-sync-bench-\(getpid())")
        folder = url.path
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

    /// Whether there is time for one repetition more.
    var hasTime: Bool { .now < end }

    /// Calls `body` five times, or as often as there is time for, but once.
    func repeated<Value>(_ times: Int = 5, _ body: () async throws -> Value) async throws -> [Value] {
        guard hasTime else { throw Failure("the time was over") }
        var values: [Value] = []
        while values.count < times, values.isEmpty || hasTime { values.append(try await body()) }
        return values
    }

    /// A program that was built beside this one.
    static func program(_ name: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name).path
    }

    // MARK: Brokers

    /// `embedded-kafka`, a process of its own that ends with this one.
    func embeddedKafka() async throws -> String {
        if let embedded { return embedded.address }
        let file = folder + "/address"
        let process = try await ChildProcess.start(
            Self.program("embedded-kafka"),
            [
                "--topics", Topics.all.map { "\($0.name):\($0.partitions)" }.joined(separator: ","), "--address-file",
                file,
            ],
            environment: [:], output: folder + "/embedded-kafka.log")
        let deadline = ContinuousClock.now + .seconds(20)
        while .now < deadline, process.status == nil {
            if let text = try? String(contentsOfFile: file, encoding: .utf8) {
                let address = text.trimmingCharacters(in: .whitespacesAndNewlines)
                embedded = (process, address)
                return address
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure("embedded-kafka did not start: see \(folder)/embedded-kafka.log")
    }

    /// A real Kafka with the topics.
    func realKafka() async throws -> String {
        let servers = try await RealKafka.bootstrapServers()
        let admin = KafkaAdmin(
            KafkaConfiguration(bootstrapServers: servers), timeout: .seconds(60), logger: .silent)
        try await admin.createTopics(
            Topics.all.map {
                NewTopic($0.name, partitions: Int32($0.partitions), configuration: ["retention.ms": "3600000"])
            })
        return servers
    }
}

/// The topics of the rows; each run has its own, as a real Kafka may outlive it.
enum Topics {
    struct Topic {
        let name: String
        let partitions: Int
    }

    private static let run = "bench-\(UInt32.random(in: 0...UInt32.max))"

    static let written = Topic(name: "\(run)-written", partitions: 12)
    /// So many that the embedded broker's 5 MiB a partition hold them.
    static let read = Topic(name: "\(run)-read", partitions: 64)
    static let awaited = Topic(name: "\(run)-awaited", partitions: 1)
    static let all = [written, read, awaited]
}
