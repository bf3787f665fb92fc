import Foundation
import Glibc
public import Kafka
import Runtime
import Synchronization

/// A real Kafka of one node that all tests of a process share.
///
/// It is the one that `KAFKA_TEST_BOOTSTRAP` names; else it is started once, in a temporary folder and only for as long as this
/// process lives, by the script that `KAFKA_CLUSTER` names, or by `../shared/kafka/bin/kafka-cluster` beside the checkout.
public enum RealKafka {
    /// Whether there is one to test on.
    public static var isAvailable: Bool { given != nil || script != nil }

    private static let starting = SingleFlight<String>()
    private static let running = NSLock()
    private static let started = Mutex<String?>(nil)

    /// Its address, started now where it does not run yet: 5 s, several times that on a busy machine.
    public static func bootstrapServers() async throws -> String {
        if let given { return given }
        return try await starting.run {
            if let servers = started.withLock({ $0 }) { return servers }
            guard let script else { throw TestBrokerError("no real Kafka: set KAFKA_TEST_BOOTSTRAP or KAFKA_CLUSTER") }
            let servers = try await onThread { try start(script) }
            started.withLock { $0 = servers }
            return servers
        }
    }

    private static var given: String? { setting("KAFKA_TEST_BOOTSTRAP") }

    private static var script: String? {
        if let named = setting("KAFKA_CLUSTER") { return named }
        var checkout = URL(filePath: #filePath)
        for _ in 1...4 { checkout.deleteLastPathComponent() }
        let beside = checkout.deletingLastPathComponent().appending(path: "shared/kafka/bin/kafka-cluster").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
    }

    private static func setting(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a test can have one of its own: there is a script to start it.
    public static var canStartOwn: Bool { script != nil }

    /// A Kafka of the test's own, for trouble that would disturb others.
    /// - Parameters:
    ///   - nodes: each topic has as many replicas, three at most, of which more than half have to have a record.
    ///   - settings: of the brokers, `broker.session.timeout.ms=9000`.
    public static func startOwn(nodes: Int = 1, settings: [String] = []) async throws -> OwnKafka {
        guard let script else { throw TestBrokerError("no script starts a Kafka: set KAFKA_CLUSTER") }
        return try await onThread {
            let folder = folder("-" + UUID().uuidString)
            let options = ["--nodes", "\(nodes)"] + settings.flatMap { ["--set", $0] }
            return OwnKafka(
                script: script, folder: folder, bootstrapServers: try start(script, in: folder, options))
        }
    }

    /// Deletes the records of a partition before an offset, as retention does. Needs the script, by Kafka's own tool.
    public static func deleteRecords(before offset: Int64, of topicPartition: TopicPartition) async throws {
        guard let script else { throw TestBrokerError("no script has Kafka's tools: set KAFKA_CLUSTER") }
        try await deleteRecords(before: [topicPartition: offset], at: try await bootstrapServers(), script)
    }

    static func deleteRecords(
        before offsets: [TopicPartition: Int64], at servers: String, _ script: String
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "delete-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let places = offsets.map { place, offset in
            #"{"topic":"\#(place.topic)","partition":\#(place.partition),"offset":\#(offset)}"#
        }
        try Data(#"{"version":1,"partitions":[\#(places.joined(separator: ","))]}"#.utf8).write(to: file)
        let arguments = ["tool", "delete-records", "--bootstrap-server", servers, "--offset-json-file", file.path]
        let (said, complaint) = try await onThread { try run(script, arguments) }
        guard said.components(separatedBy: "low_watermark: ").count - 1 == offsets.count else {
            throw TestBrokerError(said + complaint)
        }
    }

    private static func start(_ script: String) throws -> String {
        removeLeftovers()
        return try start(script, in: folder(""))
    }

    /// Up to three times: a port that the script has found free may be a connection's by the time a node listens on it.
    private static func start(_ script: String, in folder: URL, _ options: [String] = []) throws -> String {
        let process = ProcessInfo.processInfo.processIdentifier
        var complaint = ""
        for _ in 1...3 {
            let answer = try run(script, ["start", "--with", "\(process)"] + options + [folder.path])
            let servers = answer.said.trimmingCharacters(in: .whitespacesAndNewlines)
            if servers.contains(":") { return servers }
            complaint = answer.complaint
            _ = try run(script, ["stop", folder.path])
            try? FileManager.default.removeItem(at: folder)
        }
        throw TestBrokerError("\(script) could not start a Kafka: \(complaint)")
    }

    /// Runs the script and returns what it has said on its two outputs.
    ///
    /// One at a time: a broker that is started inherits the outputs of scripts that run beside it, which then seem never to end.
    static func run(_ script: String, _ arguments: [String]) throws -> (said: String, complaint: String) {
        running.lock()
        defer { running.unlock() }
        let output = Pipe()
        let errors = Pipe()
        let program = Process()
        program.executableURL = URL(filePath: script)
        program.arguments = arguments
        program.standardInput = FileHandle.nullDevice
        program.standardOutput = output
        program.standardError = errors
        try program.run()
        // Not waitUntilExit(): Foundation tells the end by a socket that the broker, left running, has inherited.
        return (text(from: output), text(from: errors))
    }

    private static func folder(_ suffix: String) -> URL {
        let process = ProcessInfo.processInfo.processIdentifier
        return FileManager.default.temporaryDirectory.appending(path: "\(folderPrefix)\(process)\(suffix)")
    }

    /// All that comes until the end. Not by FileHandle, which traps where a signal interrupts it.
    private static func text(from pipe: Pipe) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(pipe.fileHandleForReading.fileDescriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    private static let folderPrefix = "ln-exchange-sync-kafka-"

    /// Removes the folders of processes that have ended; their brokers ended with them.
    private static func removeLeftovers() {
        let temporary = FileManager.default.temporaryDirectory
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? [] {
            guard name.hasPrefix(folderPrefix), let process = Int32(name.dropFirst(folderPrefix.count)) else {
                continue
            }
            if kill(process, 0) != 0 && errno == ESRCH {
                try? FileManager.default.removeItem(at: temporary.appending(path: name))
            }
        }
    }
}

/// What went wrong with a broker for tests.
public struct TestBrokerError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}
