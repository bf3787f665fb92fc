import Foundation
import Kafka
import KafkaEmbedded
import Telemetry
import Testing

@Suite struct EmbeddedKafkaTests {
    @Test("Topics are there from the start, with their partitions")
    func topics() throws {
        let broker = try EmbeddedKafka(topics: ["a": 24, "b": 1])
        defer { broker.close() }
        try broker.createTopic("c", partitions: 3)
        #expect(BrokerFacts(of: broker.bootstrapServers)?.topics == ["a": 24, "b": 1, "c": 3])
    }

    @Test("Every start is another cluster, in one process and on one port too")
    func clusterIDs() throws {
        var port: UInt16?
        var seen: Set<String> = []
        for _ in 1...5 {
            let broker = try EmbeddedKafka(port: port)
            defer { broker.close() }
            port = broker.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) }
            let id = try #require(BrokerFacts(of: broker.bootstrapServers)?.clusterID)
            #expect(seen.insert(id).inserted, "the cluster id \(id) again")
        }
    }

    @Test("A broker is where it was asked to be; another can't be there at the same time")
    func fixedPort() throws {
        let first = try EmbeddedKafka()
        defer { first.close() }
        let port = try #require(first.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(first.bootstrapServers == "127.0.0.1:\(port)")
        let error = #expect(throws: KafkaError.self) { try EmbeddedKafka(port: port) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("port \(port): Address already in use") == true)
    }

    @Test("Whoever waits for a broker finds it with all its topics: none is made by asking for it too early")
    func waitingClients() async throws {
        let topics = Dictionary(uniqueKeysWithValues: (100..<400).map { ("t\($0)", Int32(2)) })
        let any = try EmbeddedKafka()
        let port = try #require(any.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
        any.close()
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:\(port)",
            properties: ["reconnect.backoff.ms": "1", "reconnect.backoff.max.ms": "2"])
        for _ in 1...10 {
            let clients = try (1...4).map { _ in try KafkaConsumer(withoutGroup: configuration, logger: .silent) }
            async let seen = withThrowingTaskGroup(of: Int.self) { group in
                for client in clients { group.addTask { try await client.partitions(of: "t399").count } }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            // They wait for it.
            try await Task.sleep(for: .milliseconds(200))
            let broker = try EmbeddedKafka(port: port, topics: topics)
            defer { broker.close() }
            #expect(try await seen == [2])
            for client in clients { await client.close(within: .seconds(3)) }
        }
    }

    @Test("A broker is set down though a process that is being started has its listener for a moment")
    func inheritedListener() async throws {
        let any = try EmbeddedKafka()
        let port = try #require(any.bootstrapServers.split(separator: ":").last.flatMap { UInt16($0) })
        any.close()
        let broker = try EmbeddedKafka(port: port, topics: ["a": 1])
        defer { broker.close() }
        // As a fork has it until its exec.
        let inherited = dup(try #require(Self.listener(on: port)))
        let exec = Task {
            try await Task.sleep(for: .milliseconds(300))
            Glibc.close(inherited)
        }
        try broker.setDown(true)
        try await exec.value
        try broker.setDown(false)
        #expect(BrokerFacts(of: broker.bootstrapServers)?.topics == ["a": 1])
    }

    /// The descriptor in this process that is bound to the port.
    private static func listener(on port: UInt16) -> Int32? {
        (0..<1024).first { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            var isListening: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size)
            return result == 0 && address.sin_port == port.bigEndian && isListening == 1
        }
    }

    @Test("A topic twice, no partitions, an unknown error: each says what is wrong")
    func refusals() throws {
        let broker = try EmbeddedKafka(topics: ["a": 1])
        defer { broker.close() }
        let refused: [(String, says: String)] = [
            ("topic a 2", "already exists"), ("topic b 0", "0 partitions"), ("topic b x", "a number of partitions"),
            ("fail produce NO_SUCH", "NOT_LEADER_FOR_PARTITION"), ("fail dance _TRANSPORT", "expected one of produce"),
            ("fail produce _TRANSPORT 0", "1 to 100000"), ("latency -5", "milliseconds"), ("", "expected one of down"),
            ("up up", "expected one of down"),
        ]
        for (line, words) in refused {
            let error = #expect(throws: KafkaError.self) { try broker.perform(command: line) }
            #expect(error?.message.contains(words) == true, "\(line): \(error?.message ?? "")")
        }
    }

    @Test("After close every call says so, and close does nothing more")
    func closed() throws {
        let broker = try EmbeddedKafka()
        broker.close()
        broker.close()
        let error = #expect(throws: KafkaError.self) { try broker.setDown(true) }
        #expect(error?.code == .closed)
    }
}
