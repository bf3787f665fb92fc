package import Kafka
import Synchronization

/// Topics that keep what is sent to them, and can be unwritable.
package final class KeptRecords: RecordProducer {
    private struct State {
        var records: [ProducerRecord] = []
        var isWritable = true
    }

    private let state = Mutex(State())

    package init() {}

    package var records: [ProducerRecord] { state.withLock { $0.records } }

    package func setWritable(_ isWritable: Bool) {
        state.withLock { $0.isWritable = isWritable }
    }

    package func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        state.withLock { state in
            records.map { record in
                guard state.isWritable else {
                    return .failure(KafkaError(.timedOut, "the topic can't be written", isRetriable: true))
                }
                state.records.append(record)
                return .success(
                    RecordPosition(
                        TopicPartition(record.topic, record.partition ?? 0), offset: Int64(state.records.count - 1)))
            }
        }
    }
}
