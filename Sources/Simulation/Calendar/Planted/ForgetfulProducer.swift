import Kafka

/// A producer that has acknowledged before the broker has: what does not arrive is taken for sent, and the cursor moves.
struct ForgetfulProducer: RecordProducer {
    let base: any RecordProducer

    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        let results = await base.send(records)
        return zip(records, results).map { record, result in
            if case .failure(let error) = result, error.code == .timedOut {
                return .success(RecordPosition(TopicPartition(record.topic, record.partition ?? 0), offset: 0))
            }
            return result
        }
    }
}
