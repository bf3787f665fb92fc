import Foundation
import HTTPClient
import HTTPTypes
import Processes
import Runtime
import SyncEvents
import Telemetry

/// The programs as they run for a customer: a process each, with the deadlines as shipped, and a folder, a store and topics of their
/// own. For rows that look at a process from outside.
final class Installation {
    let names: TopicNames
    let kafka: String
    private let folder: String
    let client: HTTPClient
    private var environment: [String: String] = [:]
    private var processes: [String: ChildProcess] = [:]

    private static let patience: Duration = .seconds(60)

    /// - Parameter kafka: its address; where it is `nil`, an embedded broker of its own is started.
    init(_ session: Session, kafka: String? = nil) async throws {
        let run = "bench-\(UInt32.random(in: 0...UInt32.max))"
        names = TopicNames(prefix: "\(run).")
        folder = session.folder + "/\(run)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        client = try HTTPClient(log: .silent, time: SystemTime())
        if let kafka {
            self.kafka = kafka
        } else {
            let topics = Self.topics(names).map { "\($0):\(Topic.defaultPartitionCount)" }.joined(separator: ",")
            let file = folder + "/kafka.address"
            processes["embedded-kafka"] = try await ChildProcess.start(
                Session.program("embedded-kafka"), ["--topics", topics, "--address-file", file], environment: [:],
                output: folder + "/embedded-kafka.log")
            self.kafka = try await Self.address(in: file)
        }
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LNSYNC_STORE": store,
            "LNSYNC_KAFKA_BOOTSTRAP": self.kafka, "LNSYNC_KAFKA_PREFIX": names.prefix,
        ]
    }

    /// Every topic, dead letters included.
    static func topics(_ names: TopicNames) -> [String] {
        Topic.all.flatMap { topic in
            [names.name(of: topic)] + topic.groups.map { names.deadLetters(of: topic, group: $0) }
        }
    }

    var store: String { folder + "/store.sqlite" }

    /// By name: those that run, and were not ended.
    var running: [(name: String, process: ChildProcess)] {
        processes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Ends all, and removes what they have written.
    func close() async {
        for name in processes.keys where name != "embedded-kafka" { try? await end(name) }
        try? await end("embedded-kafka")
        await client.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Processes

    /// Starts a daemon of the pipeline.
    @discardableResult
    func start(_ program: String) async throws -> ChildProcess {
        let process = try await ChildProcess.start(
            Session.program(program), [], environment: environment, output: "\(folder)/\(program).log")
        processes[program] = process
        return process
    }

    func end(_ name: String) async throws {
        guard let process = processes.removeValue(forKey: name) else { return }
        process.signal(SIGTERM)
        let status = await process.wait()
        guard status == 0 else { throw Failure("\(name) ended with \(status)") }
    }

    /// What an administrator types.
    func lnsync(_ arguments: String...) async throws {
        let output = folder + "/lnsync.log"
        let status = try await ChildProcess.start(
            Session.program("lnsync"), arguments, environment: environment, output: output
        ).wait()
        guard status == 0 else {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw Failure("lnsync \(arguments.joined(separator: " ")) ended with \(status): \(text.suffix(300))")
        }
    }

    // MARK: The stand-ins

    private(set) var ln = ""
    private(set) var exchange = ""

    /// LN's, with the sample shop.
    func startLN() async throws {
        ln = try await startStandIn("ln", [])
        try writeSecret(try await client.ask(.get, "\(ln)/sandbox/ionapi"), as: "ln.ionapi")
        environment["LNSYNC_LN_IONAPI_FILE"] = folder + "/ln.ionapi"
        environment["LNSYNC_LN_COMPANY"] = "1300"
    }

    /// Exchange's, with mailboxes at these addresses.
    /// - Parameter latency: of each answer.
    func startExchange(_ mailboxes: [String], latency: Duration = .zero) async throws {
        let file = folder + "/mailboxes"
        try Data(mailboxes.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
        exchange = try await startStandIn("exchange", ["--app", "app=secret", "--mailboxes", file])
        try writeSecret(Data("secret".utf8), as: "graph-client-secret")
        environment.merge([
            "LNSYNC_GRAPH_TENANT": "sandbox.example", "LNSYNC_GRAPH_CLIENT_ID": "app",
            "LNSYNC_GRAPH_CLIENT_SECRET_FILE": folder + "/graph-client-secret",
            "LNSYNC_GRAPH_URL": exchange + "/v1.0", "LNSYNC_GRAPH_LOGIN_URL": exchange, "LNSYNC_GRAPH_SLOTS": "4",
        ]) { _, new in new }
        if latency > .zero { try await delayExchange(by: latency) }
    }

    /// From now on each of its answers takes so long.
    func delayExchange(by latency: Duration) async throws {
        let milliseconds = Int(latency / .milliseconds(1))
        _ = try await client.ask(
            .post, "\(exchange)/sandbox/faults",
            #"{"kind": "latency", "count": 1000000000, "delayMilliseconds": \#(milliseconds)}"#)
    }

    private func startStandIn(_ name: String, _ arguments: [String]) async throws -> String {
        let file = "\(folder)/\(name).address"
        processes["sandbox \(name)"] = try await ChildProcess.start(
            Session.program("sandbox"), [name, "--address-file", file] + arguments, environment: [:],
            output: "\(folder)/sandbox-\(name).log")
        return try await Self.address(in: file)
    }

    private static func address(in file: String) async throws -> String {
        let deadline = ContinuousClock.now + patience
        while .now < deadline {
            if let text = try? String(contentsOfFile: file, encoding: .utf8) {
                return text.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure("\(file) was not written")
    }

    private func writeSecret(_ data: Data, as name: String) throws {
        guard
            FileManager.default.createFile(
                atPath: "\(folder)/\(name)", contents: data, attributes: [.posixPermissions: 0o600])
        else { throw Failure("\(folder)/\(name) can't be written") }
    }
}
