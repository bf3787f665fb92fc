import KafkaEmbedded
import KafkaTesting
import Synchronization
import Telemetry
import Testing

@testable import Kafka

@Suite("Brokers that can't be reached, in the log")
struct BrokerOutageTests {
    @Test("An outage is said once, then every 30 s, and its end once")
    func words() {
        var outage = BrokerOutage()
        let start = ContinuousClock.now
        #expect(outage.end(start) == nil)
        #expect(outage.trouble(start) == .begins)
        for second in 1..<30 { #expect(outage.trouble(start + .seconds(second)) == nil) }
        #expect(outage.trouble(start + .seconds(30)) == .lasts(.seconds(30), unsaid: 29))
        #expect(outage.trouble(start + .seconds(59)) == nil)
        #expect(outage.trouble(start + .seconds(60)) == .lasts(.seconds(60), unsaid: 1))
        #expect(outage.end(start + .seconds(70)) == .seconds(70))
        #expect(outage.end(start + .seconds(71)) == nil)
        #expect(outage.trouble(start + .seconds(100)) == .begins)
    }

    @Test("One broker of several that comes and goes does not fill the log")
    func flapping() {
        var outage = BrokerOutage()
        let start = ContinuousClock.now
        #expect(outage.trouble(start) == .begins)
        #expect(outage.end(start + .seconds(1)) == .seconds(1))
        for second in 2..<30 {
            #expect(outage.trouble(start + .seconds(second)) == nil)
            #expect(outage.end(start + .seconds(second)) == nil)
        }
    }

    private final class Lines: LogSink {
        private let lines = Mutex<[(LogLevel, String)]>([])
        var all: [(LogLevel, String)] { lines.withLock { $0 } }
        func wants(_ level: LogLevel, from label: String) -> Bool { level >= .notice }
        func write(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [String: String]) {
            lines.withLock { $0.append((level, message)) }
        }
        func count(_ text: String) -> Int { all.count { $0.1.contains(text) } }
    }

    @Test("A producer and a consumer say once that the broker is gone, and once that it is back")
    func outage() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let configuration = KafkaConfiguration(bootstrapServers: broker.bootstrapServers)
        let said = (producer: Lines(), consumer: Lines())
        let producer = try KafkaProducer(
            configuration, deliveryTimeout: .seconds(60), logger: Logger(label: "test", sink: said.producer))
        let consumer = try KafkaConsumer(
            withoutGroup: configuration, requestTimeout: .seconds(60),
            logger: Logger(label: "test", sink: said.consumer))
        let record = ProducerRecord(topic: broker.name("a"), key: nil, value: [1])
        try await producer.send(record)
        _ = try await consumer.partitions(of: broker.name("a"))
        try broker.embedded?.setDown(true)
        async let sent = producer.send([record])
        for lines in [said.producer, said.consumer] {
            try await eventually { lines.count("a broker can't be reached") == 1 }
        }
        try broker.embedded?.setDown(false)
        #expect(await sent.map(\.code) == [nil])
        for lines in [said.producer, said.consumer] {
            try await eventually { lines.count("the brokers answer again") == 1 }
            #expect(lines.all.count == 2, "\(lines.all)")
        }
        await producer.close(within: .seconds(10))
        await consumer.close(within: .seconds(10))
        broker.close()
    }

    @Test("A client closes while its broker is away")
    func closing() async throws {
        let lines = Lines()
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: "127.0.0.1:1"), deliveryTimeout: .seconds(1),
            logger: Logger(label: "test", sink: lines))
        #expect(await producer.send([ProducerRecord(topic: "a", key: nil, value: [1])]).map(\.code) == [.timedOut])
        await producer.close(within: .seconds(1))
        #expect(lines.all.map(\.1) == ["a broker can't be reached; it is tried until it can"])
    }
}
