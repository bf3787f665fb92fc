import Foundation
import Kafka
import Processes
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// An installation of real processes that lnsync administers: the embedded broker and a store in a file; LN and Exchange can't
/// be reached.
struct AdministeredShop {
    struct Answer {
        let status: Int32
        let output: String

        /// The last line, which is the result where `--json` was given.
        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            return try decoder.decode(type, from: Data((output.split(separator: "\n").last ?? "").utf8))
        }
    }

    static let names = TopicNames(prefix: "test.")
    let folder: String
    private let kafka: ChildProcess
    private let bootstrap: String

    init() async throws {
        folder = Programs.temporary("administered")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        chmod(folder + "/secret", 0o600)
        let address = folder + "/address"
        let topics = Topic.all.flatMap { topic in
            [Self.names.name(of: topic)] + topic.groups.map { Self.names.deadLetters(of: topic, group: $0) }
        }
        kafka = try await ChildProcess.start(
            Programs.path("embedded-kafka"),
            ["--topics", topics.map { "\($0):2" }.joined(separator: ","), "--address-file", address],
            environment: ["PATH": "/usr/bin:/bin"], output: folder + "/kafka.log")
        // As the pipeline's programs make it.
        await (try await SQLiteStore.open(folder + "/store.sqlite")).close()
        let deadline = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: address), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        bootstrap = try String(contentsOfFile: address, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Commits to the store, as ln-producer does that made it.
    func commit(_ mutations: [Mutation]) async throws {
        let store = try await SQLiteStore.open(folder + "/store.sqlite")
        _ = try await store.commit(mutations)
        await store.close()
    }

    func users() async throws -> [SyncUser] {
        let store = try await SQLiteStore.open(folder + "/store.sqlite")
        let users = try await store.users()
        await store.close()
        return users
    }

    /// Sends a record to a topic of the installation.
    func send(_ topic: Topic, key: String, _ value: String) async throws {
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: bootstrap), deliveryTimeout: .seconds(60), logger: .silent)
        try await producer.send(
            ProducerRecord(
                topic: Self.names.name(of: topic), partition: 1, key: Array(key.utf8), value: Array(value.utf8)))
        await producer.close(within: .seconds(10))
    }

    /// Records that contact-worker has read partition 1 of a topic up to there.
    func recordPosition(_ topic: Topic, next: Int64) async throws {
        let consumer = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: bootstrap), requestTimeout: .seconds(60), logger: .silent
        )
        let partition = TopicPartition(Self.names.name(of: topic), 1)
        let clusterID = try await consumer.facts(of: [partition])[partition]?.clusterID ?? ""
        await consumer.close(within: .seconds(10))
        try await commit([
            .intakePosition(
                group: Self.names.name(ofGroup: ConsumerGroup.contactWorker),
                IntakePartition(topic: partition.topic, partition: 1), from: nil,
                to: IntakePosition(next: next, clusterID: clusterID, lastEventID: "e"))
        ])
    }

    func startWorker() async throws -> ChildProcess {
        try await ChildProcess.start(
            Programs.path("contact-worker"), [],
            environment: environment.merging([
                "LNSYNC_KAFKA_EMBEDDED": "true", "LNSYNC_GRAPH_TENANT": "t", "LNSYNC_GRAPH_CLIENT_ID": "c",
                "LNSYNC_GRAPH_CLIENT_SECRET_FILE": folder + "/secret", "LNSYNC_GRAPH_URL": "http://127.0.0.1:1/v1.0",
                "LNSYNC_GRAPH_LOGIN_URL": "http://127.0.0.1:1",
            ]) { _, new in new }, output: folder + "/worker.log")
    }

    /// Runs lnsync in the installation's folder.
    func lnsync(_ arguments: String...) async throws -> Answer {
        try await lnsync(words: arguments)
    }

    func lnsync(words arguments: [String]) async throws -> Answer {
        let output = folder + "/\(UUID())"
        let status = try await ChildProcess.start(
            "/usr/bin/env", ["-C", folder, Programs.path("lnsync")] + arguments, environment: environment,
            output: output
        ).wait()
        return Answer(status: status, output: try String(contentsOfFile: output, encoding: .utf8))
    }

    /// What lnsync says on its standard output alone.
    func answer(_ arguments: String...) async throws -> String {
        let output = folder + "/\(UUID())"
        _ = try await ChildProcess.start(
            "/usr/bin/env",
            ["-C", folder, "/bin/sh", "-c", "exec \"$0\" \"$@\" 2>/dev/null", Programs.path("lnsync")] + arguments,
            environment: environment, output: output
        ).wait()
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// Repeats a command until it ends with that status and its output holds the text, for at most two minutes.
    func lnsync(_ arguments: String..., until status: Int32, _ text: String = "") async throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let answer = try await lnsync(words: arguments)
            let isThere = answer.status == status && (text.isEmpty || answer.output.contains(text))
            if isThere || ContinuousClock.now > deadline { return answer }
        }
    }

    func close() async {
        kafka.signal(SIGKILL)
        _ = await kafka.wait()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "LNSYNC_STORE": folder + "/store.sqlite", "LNSYNC_KAFKA_BOOTSTRAP": bootstrap,
            "LNSYNC_KAFKA_PREFIX": Self.names.prefix, "LNSYNC_DEADLINES": "tenth",
        ]
    }
}
