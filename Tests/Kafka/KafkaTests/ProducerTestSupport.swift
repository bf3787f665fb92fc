import Foundation
import Kafka
import KafkaTesting
import Telemetry

extension KafkaProducer {
    /// A producer with deadlines for a busy machine.
    convenience init(
        testing broker: TestBroker, deliveryTimeout: Duration = .seconds(60), properties: [String: String] = [:]
    ) throws(KafkaError) {
        try self.init(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers, properties: properties),
            deliveryTimeout: deliveryTimeout, logger: .silent)
    }
}

extension Result where Failure == KafkaError {
    var error: KafkaError? {
        if case .failure(let error) = self { error } else { nil }
    }

    var code: KafkaError.Code? { error?.code }
}

/// What `eventually` throws.
struct NotYet: Error {}

/// Returns once the condition holds, looking again and again for up to 60 s.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        if ContinuousClock.now > deadline { throw NotYet() }
        try await Task.sleep(for: .milliseconds(5))
    }
}
