import Foundation
import HTTPClient
import HTTPTypes
import KafkaTesting
import Processes
import SyncEvents
import SyncModel
import Synchronization
import Telemetry

/// The pipeline as real processes, part by part: the embedded broker and the two stand-ins run, the test starts the programs, breaks
/// what they rest on, and looks at what an administrator would see.
final class Pipeline: Sendable {
    static let company = Company(1300)
    static let names = TopicNames(prefix: "test.")
    /// A machine that does other things too.
    static let patience: Duration = .seconds(90)

    let folder: String
    let store: String
    /// Where the broker is, or is going to be.
    let kafkaAddress: String
    /// A real one in the place of the embedded broker; `close()` leaves it.
    let realKafka: OwnKafka?
    private let deadlines: String
    let ln: String
    let exchange: String
    let client: HTTPClient
    let partitions: Int32
    let lnOptions: [String]
    let processes = Mutex<[String: Part]>([:])

    /// A process of the pipeline.
    struct Part {
        let process: ChildProcess
        /// `nil`: it answers no `/readyz`.
        var healthPort: UInt16?
        /// The test ends it, or has: else its end is a failure.
        var mayEnd = false
    }

    /// - Parameters:
    ///   - users: the active ones.
    ///   - calendars: *Synchronize Activities* is on; else nothing of them waits for programs that a test does not start.
    ///   - activities: so many, whose middle lies now; `nil`: those of the sample shop, which are over.
    ///   - startsKafka: else `startKafka()` does.
    ///   - realKafka: runs, and takes the embedded broker's place; `lnsync topics apply` makes the topics.
    ///   - deadlines: `standard`: those of a real installation.
    ///   - ln: options of LN's stand-in.
    ///   - store: `nil`: in the pipeline's own folder.
    ///   - partitions: of every topic.
    init(
        contacts: Int = 12, users: Int = 2, calendars: Bool = false, activities: Int? = nil, startsKafka: Bool = true,
        realKafka: OwnKafka? = nil,
        deadlines: String = "tenth", ln options: [String] = [], store: String? = nil, partitions: Int32 = 2
    ) async throws {
        self.realKafka = realKafka
        self.deadlines = deadlines
        let folder = Programs.temporary("pipeline")
        self.folder = folder
        self.store = store ?? folder + "/store.sqlite"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        client = try HTTPClient(log: .silent)
        let shop = folder + "/shop.json"
        let sample = activities.map { ["--activities", "\($0)", "--shift-to-now"] } ?? []
        _ = try await Programs.run(
            "sandbox", ["generate", "--contacts", "\(contacts)", "--users", "\(users)", "--out", shop] + sample)
        if !calendars { try Programs.switchOff("SynchronizeActivities", in: shop) }
        self.partitions = partitions
        lnOptions = options
        let ports = try (FreePort.take(), FreePort.take(), FreePort.take())
        ln = "http://127.0.0.1:\(ports.0)"
        exchange = "http://127.0.0.1:\(ports.1)"
        kafkaAddress = realKafka?.bootstrapServers ?? "127.0.0.1:\(ports.2)"
        try await startLN()
        let rows = try await client.send(.get, ln + "/sandbox/data/SyncUsers")
        let emails = try JSONDecoder().decode([SyncUserRow].self, from: rows).map(\.Email)
        try emails.joined(separator: "\n").write(toFile: folder + "/mailboxes", atomically: true, encoding: .utf8)
        try await startExchange()
        try writeSecret(try await client.send(.get, ln + "/sandbox/ionapi"), to: ionapi)
        try writeSecret(Data("secret".utf8), to: clientSecret)
        if startsKafka { try await startKafka() }
    }

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
