import Assembly
import CommandLine
import Foundation
import Kafka
import Runtime
import SyncEvents
import SyncModel

/// Where everything of one demo lives: a folder of its own, its files, and what its programs are told.
struct Installation: Sendable {
    /// Holds all files; emptied at the start.
    let folder: String
    /// Where the programs are: beside this one.
    let programs: String

    static let company = Company(1300)
    static let names = TopicNames(prefix: "demo.")
    static let partitions = Topic.defaultPartitionCount
    static let tenant = "sandbox.example"
    /// Each program's own app registration: a role with one of its own takes all of a mailbox's four slots.
    static let apps = ["contact-worker", "exchange-producer", "calendar-worker"]

    static func secret(of app: String) -> String { "\(app)'s secret" }

    init(folder: String) throws {
        self.folder = folder
        programs =
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
            .path
        let manager = FileManager.default
        let marker = folder + "/.lnsync-demo"
        let content = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
        guard content.isEmpty || manager.fileExists(atPath: marker) else {
            throw UsageError("\(folder) holds files that no demo made: give --folder a folder that is empty or new")
        }
        if manager.fileExists(atPath: folder) { try manager.removeItem(atPath: folder) }
        try manager.createDirectory(atPath: folder + "/logs", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: marker))
    }

    /// Writes a file that its owner alone can read.
    func writeSecret(_ data: Data, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw DemoError("\(path) can't be written")
        }
    }

    var logs: String { folder + "/logs" }
    var shop: String { folder + "/shop.json" }
    var mailboxes: String { folder + "/mailboxes.log" }
    var store: String { folder + "/store.sqlite" }
    var ionapi: String { folder + "/ln.ionapi" }

    func clientSecretFile(of app: String) -> String { "\(folder)/graph-client-secret-\(app)" }

    func address(_ program: String) -> String { "\(folder)/\(program).address" }

    func executable(_ program: String) -> String { "\(programs)/\(program)" }

    /// What every program of the pipeline is told.
    /// - Parameter app: as whom it reads and writes Exchange, where it does.
    func environment(kafka: String, ln: String, exchange: String, app: String) -> [String: String] {
        base.merging([
            "LNSYNC_STORE": store,
            "LNSYNC_KAFKA_BOOTSTRAP": kafka,
            "LNSYNC_KAFKA_PREFIX": Self.names.prefix,
            "LNSYNC_KAFKA_EMBEDDED": "true",
            "LNSYNC_DEADLINES": DeadlineProfile.tenth.rawValue,
            "LNSYNC_LN_IONAPI_FILE": ionapi,
            "LNSYNC_LN_COMPANY": Self.company.description,
            "LNSYNC_GRAPH_TENANT": Self.tenant,
            "LNSYNC_GRAPH_CLIENT_ID": app,
            "LNSYNC_GRAPH_CLIENT_SECRET_FILE": clientSecretFile(of: app),
            "LNSYNC_GRAPH_URL": exchange + "/v1.0",
            "LNSYNC_GRAPH_LOGIN_URL": exchange,
            "LNSYNC_GRAPH_SLOTS": "4",
        ]) { _, new in new }
    }

    /// What the stand-ins and the broker need of our own environment.
    var base: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR", "LANG", "TZ"].contains($0.key) }
    }

    /// Every topic and its partitions, as embedded-kafka takes them.
    var topics: String {
        Topic.all.flatMap { topic in
            [Self.names.name(of: topic)] + topic.groups.map { Self.names.deadLetters(of: topic, group: $0) }
        }.map { "\($0):\(Self.partitions)" }.joined(separator: ",")
    }
}
