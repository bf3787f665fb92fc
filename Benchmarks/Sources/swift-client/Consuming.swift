import Kafka
import Telemetry

/// Reads all partitions from their start. A record owns its key, value and headers from the moment in which it is delivered.
enum Consuming {
    static func run(_ task: ClientTask) async throws {
        let consumer = try KafkaConsumer(withoutGroup: task.configuration, logger: .silent)
        // The connection is there before the clock starts.
        _ = try await consumer.partitions(of: task.topic)
        let stopwatch = Stopwatch()
        try await consumer.assign(
            Dictionary(
                uniqueKeysWithValues: (0..<task.partitions).map { (TopicPartition(task.topic, $0), .logStart) }))
        var (count, bytes) = (0, 0)
        while count < task.count {
            switch try await consumer.next() {
            case .records(let batches)?:
                for batch in batches {
                    count += batch.records.count
                    for record in batch.records {
                        guard let key = record.key, let value = record.value else { throw Failure("a record is empty") }
                        bytes += key.count + value.count + value.withUnsafeBytes { Int($0[0]) }
                    }
                }
            case .outOfRange(let partition)?: throw Failure("\(partition) has lost records")
            case nil: throw Failure("the consumer has ended")
            default: break
            }
        }
        guard bytes > 0 else { throw Failure("the records are empty") }
        stopwatch.print(records: count)
        await consumer.close(within: .seconds(5))
    }
}
