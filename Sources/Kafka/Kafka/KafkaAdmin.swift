import CRDKafka
import CRuntime
import Foundation
public import Telemetry

/// Topics, their configuration, and the offsets of groups: for set-up, start checks and tools.
///
/// Every call connects anew on a thread of its own, and ends the connection: there is nothing to close. Calls throw
/// `.unreachable` where no broker answers, `.notSupported` at once where the broker is librdkafka's mock cluster and can't answer
/// that call, and `.timedOut` when the time is over.
public struct KafkaAdmin: Sendable {
    let configuration: KafkaConfiguration
    /// How long one call may take.
    let timeout: Duration
    let logger: Logger

    public init(_ configuration: KafkaConfiguration, timeout: Duration = .seconds(10), logger: Logger) {
        self.configuration = configuration
        self.timeout = timeout
        self.logger = logger
    }

    /// Returns as soon as a broker has answered.
    /// - Throws: `.unreachable` where none does in time.
    public func requireBroker() async throws(KafkaError) {
        try await connected { connection throws(KafkaError) in
            try connection.withMetadata(ofTopics: false) { _ in }
        }
    }

    /// Does blocking work with a connection of its own, on a thread of its own.
    func connected<Value: Sendable>(
        group: String? = nil, _ work: @escaping @Sendable (AdminConnection) throws(KafkaError) -> Value
    ) async throws(KafkaError) -> Value {
        let outcome: Result<Value, KafkaError> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                cruntime_name_thread("kafka-admin")
                continuation.resume(
                    returning: Result { () throws(KafkaError) in
                        let connection = try AdminConnection(configuration, group: group, timeout: timeout, logger)
                        defer { connection.close() }
                        return try work(connection)
                    })
            }
        }
        return try outcome.get()
    }
}
