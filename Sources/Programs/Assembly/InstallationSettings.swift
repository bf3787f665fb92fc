public import Configuration
import Foundation
public import SyncEvents
public import Telemetry

/// What every program of an installation is told: where the store and Kafka are, what it is called, how it logs.
public struct InstallationSettings: Sendable {
    public var storePath: String
    public var kafkaBootstrap: String
    public var kafkaProperties: [String: String]
    public var names: TopicNames
    public var instance: String
    public var logLevels: LogLevels
    public var deadlines: DeadlineProfile

    /// - Parameter program: `contact-worker`.
    public init(_ configuration: inout Configuration, program: String) {
        storePath = configuration.text(
            "store", "the SQLite file that all programs of this installation share, on a local disk")
        kafkaBootstrap = configuration.text("kafka.bootstrap", "Kafka's brokers: host:port, separated by commas")
        kafkaProperties = configuration.properties(
            "kafka.properties", "further properties of librdkafka: security.protocol=ssl;ssl.ca.location=…")
        names = TopicNames(
            prefix: configuration.text(
                "kafka.prefix", "put before every topic and group: one installation, one prefix", standard: ""))
        instance = configuration.text(
            "instance", "this process's name, different from every other's",
            standard: "\(program)-\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)")
        logLevels = configuration.parsed(
            "log.level", "what is logged: info, or info,Kafka=debug",
            expected: "trace, debug, info, notice, warning, error or critical, and Module=level after commas",
            standard: ("info", LogLevels()), { LogLevels($0) })
        deadlines = configuration.choice(
            "deadlines", "standard, or tenth: all deadlines and pauses at a tenth, for tests and the demo",
            standard: .standard)
    }

    /// The settings of all programs, for each to find others' in its environment.
    public static let allNames = [
        "store", "kafka.bootstrap", "kafka.properties", "kafka.prefix", "instance", "log.level", "deadlines",
        "health.host",
        "health.port", "ln.ionapi.file", "ln.company", "ln.language", "ln.identity", "ln.mapping", "ln.maker-identity",
        "hints.host", "hints.port",
        "hints.token.file", "time.zone",
        "language",
        "graph.tenant", "graph.client-id", "graph.client-secret.file", "graph.url", "graph.login-url", "graph.slots",
        "graph.folder", "http.ca-file", "kafka.embedded", "exchange.mailboxes",
    ]
}
