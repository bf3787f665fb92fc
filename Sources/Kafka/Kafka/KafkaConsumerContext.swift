import CRDKafka
import Telemetry

/// What librdkafka's callbacks say to a consumer. They run inside the consumer's own calls to librdkafka, on its thread: they
/// only note what happened, and the thread looks at it when the call has returned.
final class ConsumerContext: ClientContext {
    /// A rebalance, in librdkafka's words.
    struct Rebalance {
        let kind: rd_kafka_resp_err_t
        let partitions: [TopicPartition]
        let isLost: Bool
    }

    var rebalances: [Rebalance] = []
    var troubles: [KafkaError] = []

    static func register(in settings: borrowing ClientSettings) {
        rd_kafka_conf_set_rebalance_cb(settings.handle, noteRebalance)
        rd_kafka_conf_set_error_cb(settings.handle, noteTrouble)
    }

    fileprivate static func from(_ opaque: UnsafeMutableRawPointer) -> ConsumerContext? {
        Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue() as? ConsumerContext
    }
}

private func noteRebalance(
    _ client: OpaquePointer?, _ kind: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let client, let opaque, let context = ConsumerContext.from(opaque) else { return }
    context.rebalances.append(
        ConsumerContext.Rebalance(
            kind: kind, partitions: partitions.map { TopicPartitionList.entries(of: $0).map(\.topicPartition) } ?? [],
            isLost: rd_kafka_assignment_lost(client) != 0))
}

private func noteTrouble(
    _ client: OpaquePointer?, _ error: Int32, _ reason: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let opaque, let context = ConsumerContext.from(opaque) else { return }
    context.troubles.append(
        KafkaError(rd_kafka_resp_err_t(error), "the connection has trouble", detail: reason.map { String(cString: $0) })
    )
}
