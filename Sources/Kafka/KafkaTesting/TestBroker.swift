import Foundation
import Kafka
public import KafkaEmbedded
import Telemetry

/// The brokers that a test runs on: `@Test(arguments: BrokerKind.available)`.
public enum BrokerKind: String, Sendable, CaseIterable {
    /// An `EmbeddedKafka` of the test's own.
    case embedded
    /// The `RealKafka` that all tests share.
    case real

    /// The embedded one, and the real one where there is one.
    public static var available: [BrokerKind] { RealKafka.isAvailable ? [.embedded, .real] : [.embedded] }
}

/// A broker with topics that no other test uses.
public struct TestBroker: Sendable {
    public let bootstrapServers: String
    /// For faults; `nil` on the real one.
    public let embedded: EmbeddedKafka?
    private let suffix: String

    /// Starts or finds the broker and makes the topics, with their numbers of partitions.
    public init(_ kind: BrokerKind, topics: [String: Int32]) async throws {
        let suffix = "-" + UUID().uuidString.lowercased()
        self.suffix = suffix
        let named = Dictionary(uniqueKeysWithValues: topics.map { ($0.key + suffix, $0.value) })
        switch kind {
        case .embedded:
            let broker = try EmbeddedKafka.onPortOfItsOwn(topics: named)
            embedded = broker
            bootstrapServers = broker.bootstrapServers
        case .real:
            let servers = try await RealKafka.bootstrapServers()
            embedded = nil
            bootstrapServers = servers
            let admin = KafkaAdmin(
                KafkaConfiguration(bootstrapServers: servers), timeout: .seconds(60), logger: .silent)
            try await admin.createTopics(named.map { NewTopic($0.key, partitions: $0.value) })
        }
    }

    /// A name that no other test uses: of a topic given at the start, or of a group.
    public func name(_ name: String) -> String { name + suffix }

    /// Ends an embedded broker.
    public func close() { embedded?.close() }
}

extension EmbeddedKafka {
    /// On a port below those that the kernel gives to connections: nobody takes it while the broker is down, or until the next one has it.
    public static func onPortOfItsOwn(topics: [String: Int32]) throws -> EmbeddedKafka {
        for _ in 1..<20 {
            do {
                return try EmbeddedKafka(port: port(), topics: topics)
            } catch {
                // Another's.
                continue
            }
        }
        return try EmbeddedKafka(port: port(), topics: topics)
    }

    private static func port() -> UInt16 { .random(in: 20_000..<32_000) }
}
