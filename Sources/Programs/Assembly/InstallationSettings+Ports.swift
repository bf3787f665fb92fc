import Configuration
import Foundation
public import Kafka
public import Runtime
import SyncModel
public import SyncStore
public import Telemetry

/// The real ports behind the settings.
extension InstallationSettings {
    /// Opens the store, and makes it where it is missing.
    /// - Throws: `ConfigurationError` where the path is none for a store, `StoreError` where the store is not well.
    public func openStore() async throws -> SQLiteStore {
        do {
            return try await SQLiteStore.open(storePath)
        } catch {
            guard error.code == .cannotOpen || error.code == .readOnly else { throw error }
            throw ConfigurationError(problems: ["LNSYNC_STORE: \(error.message)"])
        }
    }

    /// How Kafka is reached.
    public var kafka: KafkaConfiguration {
        KafkaConfiguration(bootstrapServers: kafkaBootstrap, clientID: instance, properties: kafkaProperties)
    }

    public func makeProducer(log: Logger, time: any TimeSource) throws(KafkaError) -> KafkaProducer {
        try KafkaProducer(kafka, deliveryTimeout: deadlines.deliveryTimeout, logger: log, time: time)
    }

    /// A member of a group.
    public func makeConsumer(group: String, topics: Set<String>, log: Logger) throws(KafkaError) -> KafkaConsumer {
        try KafkaConsumer(kafka, group: group, topics: topics, requestTimeout: deadlines.kafkaRequest, logger: log)
    }

    /// A consumer without a group.
    public func makeConsumer(log: Logger) throws(KafkaError) -> KafkaConsumer {
        try KafkaConsumer(withoutGroup: kafka, requestTimeout: deadlines.kafkaRequest, logger: log)
    }

    public func makeAdmin(log: Logger) -> KafkaAdmin {
        KafkaAdmin(kafka, timeout: deadlines.kafkaRequest, logger: log)
    }
}
