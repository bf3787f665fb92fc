import Kafka
import KafkaTesting
import KafkaWorker
import Runtime
import Telemetry
import Testing

@Suite("A topic of dead letters")
struct DeadLetterTopicTests {
    @Test(
        "A record that is too large to be kept with its headers leaves its place and its size; those beside it are kept whole",
        arguments: [999_900, 3_000_000])
    func tooLarge(_ size: Int) async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 6])
        let configuration = KafkaConfiguration(bootstrapServers: broker.bootstrapServers)
        let producer = try KafkaProducer(configuration, deliveryTimeout: .seconds(60), logger: .silent)
        func letter(_ offset: Int64, _ size: Int) -> DeadLetter {
            DeadLetter(
                ConsumerRecord(
                    offset: offset, timestamp: nil, key: Array("k".utf8), value: [UInt8](repeating: 121, count: size),
                    headers: []), .undecodable, "it is no event")
        }
        try await DeadLetterTopic(producer: producer, group: "g").send(
            [letter(6, 10), letter(7, size), letter(8, 20)],
            from: TopicPartition(broker.name("a"), 5))
        await producer.close(within: .seconds(10))

        let consumer = try KafkaConsumer(withoutGroup: configuration, requestTimeout: .seconds(30), logger: .silent)
        // The embedded broker makes a topic that nobody has made, with four partitions.
        let place = TopicPartition(DeadLetterTopic.name(of: broker.name("a"), group: "g"), 0)
        try await consumer.assign(
            Dictionary(uniqueKeysWithValues: (0..<4).map { (TopicPartition(place.topic, $0), StartPosition.logStart) }))
        var kept: [String: Int] = [:]
        var messages: [String] = []
        while kept.count < 3, case .records(let batches)? = try await consumer.next() {
            for record in batches.flatMap(\.records) {
                kept[record.header("x-dlq-offset")?.string ?? ""] = record.value?.count ?? 0
                guard let leftOut = record.header("x-dlq-left-out")?.string else { continue }
                messages.append("\(leftOut): \(record.header("x-dlq-message")?.string ?? "")")
                #expect(record.key?.string == "k")
            }
        }
        #expect(kept == ["6": 10, "7": 0, "8": 20])
        #expect(
            messages.count == 1 && messages[0].hasPrefix("\(size): it is no event; its \(size) bytes"), "\(messages)")
        await consumer.close(within: .seconds(10))
        broker.close()
    }
}
