import Kafka
import Telemetry

/// Many tasks that each send batches, one after the acknowledgement of the other; together they keep the queue as full as C does.
enum Producing {
    private static let senders = 48

    static func run(_ task: ClientTask) async throws {
        let records = Workload.records(for: task.topic)
        let producer = try KafkaProducer(task.configuration, deliveryTimeout: .seconds(60), logger: .silent)
        try await warmUp(producer, records[0])
        let batches = task.count / records.count
        let stopwatch = Stopwatch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for _ in stride(from: sender, to: batches, by: senders) {
                        for result in await producer.send(records) { _ = try result.get() }
                    }
                }
            }
            try await group.waitForAll()
        }
        stopwatch.print(records: batches * records.count)
        await producer.close(within: .seconds(5))
    }
}

/// One record, one acknowledgement, the next one.
enum Awaiting {
    static func run(_ task: ClientTask) async throws {
        let records = Workload.records(for: task.topic)
        let producer = try KafkaProducer(task.configuration, deliveryTimeout: .seconds(60), logger: .silent)
        try await warmUp(producer, records[0])
        let clock = ContinuousClock()
        var times: [Duration] = []
        let stopwatch = Stopwatch()
        for number in 0..<task.count {
            let record = records[number % records.count]
            times.append(try await clock.measure { try await producer.send(record) })
        }
        stopwatch.print(records: task.count, p50: times.sorted()[times.count / 2])
        await producer.close(within: .seconds(5))
    }
}

/// The connection, the producer's id and the topic's leaders are there before the clock starts.
private func warmUp(_ producer: KafkaProducer, _ record: ProducerRecord) async throws {
    var record = record
    record.partition = 0
    try await producer.send(record)
}
