import Foundation
import HTTPClient
import HTTPTypes
import Kafka
import KafkaTesting
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry

/// The pipeline as real processes, part by part: the embedded broker and the two stand-ins run, the test starts the programs, breaks
/// what they rest on, and looks at what an administrator would see.
final class Pipeline: Sendable {
    static let company = Company(1300)
    static let names = TopicNames(prefix: "test.")
    static let partitions: Int32 = 2
    /// A machine that does other things too.
    static let patience: Duration = .seconds(90)

    let folder: String
    let store: String
    /// Where the broker is, or is going to be.
    let kafkaAddress: String
    /// A real one in the place of the embedded broker; `close()` leaves it.
    private let realKafka: OwnKafka?
    private let deadlines: String
    let ln: String
    let exchange: String
    let client: HTTPClient
    private let standIns: [ChildProcess]
    private let state = Mutex(State())

    private struct State {
        var kafka: ChildProcess?
        var programs: [String: ChildProcess] = [:]
        var healthPorts: [String: UInt16] = [:]
    }

    /// - Parameters:
    ///   - users: the active ones.
    ///   - startsKafka: else `startKafka()` does.
    ///   - realKafka: runs, and takes the embedded broker's place; `lnsync topics apply` makes the topics.
    ///   - deadlines: `standard`: those of a real installation.
    ///   - ln: options of LN's stand-in.
    ///   - store: `nil`: in the pipeline's own folder.
    init(
        contacts: Int = 12, users: Int = 2, startsKafka: Bool = true, realKafka: OwnKafka? = nil,
        deadlines: String = "tenth", ln options: [String] = [], store: String? = nil
    ) async throws {
        self.realKafka = realKafka
        self.deadlines = deadlines
        let folder = Programs.temporary("pipeline")
        self.folder = folder
        self.store = store ?? folder + "/store.sqlite"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        client = try HTTPClient(log: .silent)
        let shop = folder + "/shop.json"
        _ = try await Programs.run(
            "sandbox", ["generate", "--contacts", "\(contacts)", "--users", "\(users)", "--out", shop])
        let lnProcess = try await Self.start("sandbox", as: "ln", folder, ["ln", "--data", shop] + options)
        ln = try await Self.address("ln", folder)
        let rows = try await client.send(.get, ln + "/sandbox/data/SyncUsers")
        let emails = try JSONDecoder().decode([SyncUserRow].self, from: rows).map(\.Email)
        try emails.joined(separator: "\n").write(toFile: folder + "/mailboxes", atomically: true, encoding: .utf8)
        let exchangeProcess = try await Self.start(
            "sandbox", as: "exchange", folder,
            ["exchange", "--app", "app=secret", "--mailboxes", folder + "/mailboxes"])
        exchange = try await Self.address("exchange", folder)
        kafkaAddress = try realKafka?.bootstrapServers ?? "127.0.0.1:\(Self.freePort())"
        standIns = [lnProcess, exchangeProcess]
        try writeSecret(try await client.send(.get, ln + "/sandbox/ionapi"), to: ionapi)
        try writeSecret(Data("secret".utf8), to: clientSecret)
        if startsKafka { try await startKafka() }
    }

    func startKafka() async throws {
        if realKafka != nil {
            let made = try await lnsync("topics", "apply")
            guard made.status == 0 else { throw ProgramTestError(made.output) }
            return
        }
        let topics = Topic.all.flatMap { topic in
            [Self.names.name(of: topic)] + topic.groups.map { Self.names.deadLetters(of: topic, group: $0) }
        }
        let port = kafkaAddress.split(separator: ":").last.map(String.init) ?? ""
        let process = try await Self.start(
            "embedded-kafka", folder,
            ["--port", port, "--topics", topics.map { "\($0):\(Self.partitions)" }.joined(separator: ",")])
        state.withLock { $0.kafka = process }
        _ = try await Self.address("embedded-kafka", folder)
    }

    /// `SIGSTOP`: the broker answers nothing any more, `SIGCONT`: it does again.
    func signalKafka(_ number: Int32) { state.withLock { $0.kafka }?.signal(number) }

    struct SyncUserRow: Decodable {
        let User: String
        let Email: String
        let Active: String
    }

    var ionapi: String { folder + "/ln.ionapi" }
    var clientSecret: String { folder + "/client-secret" }

    /// Puts a file in another's place at one go, as an administrator's tools do.
    func writeSecret(_ data: Data, to path: String) throws {
        try data.write(to: URL(filePath: path), options: .atomic)
        chmod(path, 0o600)
    }

    // MARK: Programs

    /// Starts one of the pipeline's programs.
    /// - Parameter settings: beside those of the installation, or in their place.
    @discardableResult
    func start(
        _ program: String, as name: String? = nil, _ settings: [String: String] = [:]
    ) async throws -> ChildProcess {
        let name = name ?? program
        let port = try Self.freePort()
        let process = try await ChildProcess.start(
            Programs.path(program), [],
            environment: environment.merging([
                "LNSYNC_INSTANCE": name, "LNSYNC_HEALTH_PORT": "\(port)",
            ]) { _, new in new }.merging(settings) { _, new in new }, output: log(of: name))
        state.withLock { state in
            state.programs[name] = process
            state.healthPorts[name] = port
        }
        return process
    }

    /// Ends a process, and returns its exit status, or 128 and the signal.
    @discardableResult
    func end(_ name: String, by number: Int32 = SIGKILL) async -> Int32 {
        guard let process = state.withLock({ $0.programs[name] }) else { return 0 }
        process.signal(number)
        return await process.wait()
    }

    func isRunning(_ name: String) -> Bool {
        state.withLock { $0.programs[name] }.map { $0.status == nil } ?? false
    }

    func log(of name: String) -> String { "\(folder)/\(name).log" }

    func text(of name: String) -> String { (try? String(contentsOfFile: log(of: name), encoding: .utf8)) ?? "" }

    /// What `/readyz` answers: `ready`, or why not; `nil` where nothing answers.
    func readiness(of name: String) async -> String? {
        guard let port = state.withLock({ $0.healthPorts[name] }),
            let request = HTTPRequest(method: .get, url: "http://127.0.0.1:\(port)/readyz"),
            let response = try? await client.send(request, timeout: .seconds(20))
        else { return nil }
        return String(decoding: response.body, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    func metrics(of name: String) async throws -> String {
        let port = state.withLock { $0.healthPorts[name] } ?? 0
        return String(decoding: try await client.send(.get, "http://127.0.0.1:\(port)/metrics"), as: UTF8.self)
    }

    func lnsync(_ arguments: String...) async throws -> (status: Int32, output: String) {
        try await lnsync(arguments)
    }

    /// In the pipeline's folder.
    func lnsync(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await Programs.run("lnsync", arguments, environment: environment, in: folder)
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "LNSYNC_STORE": store, "LNSYNC_KAFKA_BOOTSTRAP": kafkaAddress,
            "LNSYNC_KAFKA_PREFIX": Self.names.prefix, "LNSYNC_KAFKA_EMBEDDED": realKafka == nil ? "true" : "false",
            "LNSYNC_DEADLINES": deadlines,
            "LNSYNC_LN_IONAPI_FILE": ionapi, "LNSYNC_LN_COMPANY": "1300", "LNSYNC_GRAPH_TENANT": "sandbox.example",
            "LNSYNC_GRAPH_CLIENT_ID": "app", "LNSYNC_GRAPH_CLIENT_SECRET_FILE": clientSecret,
            "LNSYNC_GRAPH_URL": exchange + "/v1.0", "LNSYNC_GRAPH_LOGIN_URL": exchange, "LNSYNC_GRAPH_SLOTS": "4",
        ]
    }

    /// Starts reader and worker and lets the first sync come to its end.
    func startAll() async throws {
        try await start("ln-producer")
        try await start("contact-worker")
        try await begin()
    }

    /// `lnsync start`, once the programs have made the store.
    func begin() async throws {
        try await eventually("lnsync start succeeds") { try await self.lnsync("start", "--no-wait").status == 0 }
    }

    func close() async {
        let programs = state.withLock { Array($0.programs.values) + [$0.kafka].compactMap(\.self) } + standIns
        for program in programs {
            program.signal(SIGKILL)
            _ = await program.wait()
        }
        await client.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func start(
        _ program: String, as name: String? = nil, _ folder: String, _ arguments: [String]
    ) async throws -> ChildProcess {
        let name = name ?? program
        return try await ChildProcess.start(
            Programs.path(program), arguments + ["--address-file", "\(folder)/\(name).address"],
            environment: ["PATH": "/usr/bin:/bin"], output: "\(folder)/\(name).log")
    }

    private static func address(_ name: String, _ folder: String) async throws -> String {
        let file = "\(folder)/\(name).address"
        try await eventually("\(name) listens") { FileManager.default.fileExists(atPath: file) }
        return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    private static let givenPorts = Mutex(Set<UInt16>())

    /// A port that nobody listens on, below those that the kernel gives to connections: none takes it until its program does.
    private static func freePort() throws -> UInt16 {
        for _ in 1...1000 {
            let port = UInt16.random(in: 20_000..<32_000)
            guard givenPorts.withLock({ $0.insert(port).inserted }) else { continue }
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { Glibc.close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return port }
        }
        throw ProgramTestError("no port is free")
    }
}

struct ProgramTestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Asks until the condition holds.
/// - Throws: where it does not hold in time.
func eventually(
    _ what: String, within patience: Duration = Pipeline.patience, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw ProgramTestError("not within \(patience): \(what)") }
        try await Task.sleep(for: .milliseconds(50))
    }
}
