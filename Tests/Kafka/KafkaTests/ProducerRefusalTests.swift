import Kafka
import KafkaTesting
import Telemetry
import Testing

@Suite struct ProducerRefusalTests {
    /// librdkafka 2.0.2 frees headers twice here where they are given one by one.
    @Test("A record with headers for a partition that does not exist is refused, again and again")
    func refusedWithHeaders() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let producer = try KafkaProducer(testing: broker)
        let record = ProducerRecord(
            topic: broker.name("a"), partition: 99, key: nil, value: [1],
            headers: [RecordHeader("one", "1"), RecordHeader("two", nil)])
        for _ in 0..<200 {
            for result in await producer.send([record, record]) { #expect(result.code == .unknownTopic) }
        }
        await producer.close(within: .seconds(10))
        broker.close()
    }
}
