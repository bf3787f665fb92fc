import Foundation
import Kafka
import KafkaTesting
import KafkaWorker
import Runtime
import Synchronization
import Telemetry
import Testing

/// The intake's runtime on the real consumer and producer, on every broker there is.
@Suite struct IntakeOnKafkaTests {
    /// A worker as a process has it, with a consumer of its own.
    private struct Worker {
        let intake: IntakeWorker
        let consumer: KafkaConsumer
        let holder = NotedPartitions()
        let running: Task<KafkaError?, Never>

        init(
            on broker: TestBroker, _ merger: MemoryMerger, topics: [String], deadLetters: KafkaProducer? = nil
        ) throws {
            var properties = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "500"]
            if broker.embedded != nil {
                properties = ["session.timeout.ms": "4000", "heartbeat.interval.ms": "200", "fetch.wait.max.ms": "10"]
            }
            let group = broker.name("g")
            consumer = try KafkaConsumer(
                KafkaConfiguration(bootstrapServers: broker.bootstrapServers, properties: properties), group: group,
                topics: Set(topics.map(broker.name)), requestTimeout: .seconds(30), logger: .silent)
            var configuration = IntakeWorker.Configuration(
                topics: Dictionary(uniqueKeysWithValues: topics.map { (broker.name($0), false) }))
            configuration.commitInterval = .milliseconds(50)
            configuration.firstPause = .milliseconds(20)
            configuration.longestPause = .milliseconds(200)
            let sink: any DeadLetterSink =
                if let deadLetters { DeadLetterTopic(producer: deadLetters, group: group) } else { NoDeadLetters() }
            let intake = IntakeWorker(
                configuration, consumer: consumer, merger: merger, deadLetters: sink, partitions: holder,
                time: SystemTime(), randomness: SystemRandomness(), log: .silent, metrics: Metrics())
            self.intake = intake
            running = Task {
                do throws(KafkaError) {
                    try await intake.run()
                    return nil
                } catch {
                    return error
                }
            }
        }

        func drain() async -> KafkaError? {
            await intake.drain(within: .seconds(20))
            return await running.value
        }

        /// What kill -9 leaves: nothing is drained, no position copied.
        func kill() async {
            await consumer.close(within: .seconds(20))
            _ = await running.value
        }
    }

    private struct NoDeadLetters: DeadLetterSink {
        func send(_ letters: [DeadLetter], from topicPartition: TopicPartition) async throws(IntakeError) {
            throw IntakeError(.deadLetters, "there is no dead-letter topic")
        }
    }

    private func send(_ values: [String], to topic: String, _ partition: Int32, on broker: TestBroker) async throws {
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), deliveryTimeout: .seconds(60),
            logger: .silent)
        let records = values.enumerated().map { index, value in
            ProducerRecord(
                topic: broker.name(topic), partition: partition, key: Array("k".utf8), value: Array(value.utf8),
                headers: [RecordHeader("ce_id", "\(topic)/\(partition)/\(value)")])
        }
        for result in await producer.send(records) { _ = try result.get() }
        await producer.close(within: .seconds(10))
    }

    private func numbers(_ range: Range<Int>) -> [String] { range.map(String.init) }

    @Test(
        "All is merged once and in order; positions are copied to Kafka; a drain ends it",
        arguments: BrokerKind.available)
    func merging(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let partitions = (0..<2).map { TopicPartition(broker.name("a"), $0) }
        for partition: Int32 in 0..<2 { try await send(numbers(0..<3000), to: "a", partition, on: broker) }
        let merger = MemoryMerger()
        let worker = try Worker(on: broker, merger, topics: ["a"])
        try await eventually { merger.count == 6000 }
        for partition in partitions { #expect(merger.merged(partition) == numbers(0..<3000)) }
        #expect(worker.holder.partitions == [0, 1])
        #expect(worker.intake.status.notReady == nil)
        try await eventually {
            try await worker.consumer.facts(of: partitions).values.map(\.committed) == [3000, 3000]
        }
        #expect(merger.state.withLock { $0.beginnings.map(\.reason) } == [.firstTime, .firstTime])
        #expect(await worker.drain() == nil)
        #expect(try await worker.consumer.next() == nil)
        broker.close()
    }

    @Test(
        "A worker that is killed and one that comes after it merge all, nothing twice", arguments: BrokerKind.available)
    func killAndRestart(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let partition = TopicPartition(broker.name("a"), 0)
        try await send(numbers(0..<2000), to: "a", 0, on: broker)
        let merger = MemoryMerger()
        let first = try Worker(on: broker, merger, topics: ["a"])
        try await eventually { merger.count >= 200 }
        await first.kill()
        try await send(numbers(2000..<3000), to: "a", 0, on: broker)
        let second = try Worker(on: broker, merger, topics: ["a"])
        try await eventually { merger.count >= 3000 }
        #expect(merger.merged(partition) == numbers(0..<3000))
        #expect(merger.state.withLock { $0.beginnings.count } == 1)
        #expect(await second.drain() == nil)
        broker.close()
    }

    @Test(
        "Two workers share the partitions while records come, and nothing is merged twice",
        arguments: BrokerKind.available)
    func sharing(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 4])
        let partitions = (0..<4).map { TopicPartition(broker.name("a"), $0) }
        let merger = MemoryMerger()
        for partition: Int32 in 0..<4 { try await send(numbers(0..<500), to: "a", partition, on: broker) }
        let first = try Worker(on: broker, merger, topics: ["a"])
        try await eventually { merger.count >= 500 }
        let second = try Worker(on: broker, merger, topics: ["a"])
        for partition: Int32 in 0..<4 { try await send(numbers(500..<1000), to: "a", partition, on: broker) }
        try await eventually { first.holder.partitions.count == 2 && second.holder.partitions.count == 2 }
        for partition: Int32 in 0..<4 { try await send(numbers(1000..<1100), to: "a", partition, on: broker) }
        try await eventually { merger.count >= 4400 }
        #expect(await first.drain() == nil)
        try await eventually { second.holder.partitions == [0, 1, 2, 3] }
        for partition: Int32 in 0..<4 { try await send(numbers(1100..<1200), to: "a", partition, on: broker) }
        try await eventually { merger.count >= 4800 }
        for partition in partitions { #expect(merger.merged(partition) == numbers(0..<1200)) }
        #expect(await second.drain() == nil)
        broker.close()
    }

    @Test(
        "What can't be merged is in the dead-letter topic, untouched, before its batch is committed",
        arguments: BrokerKind.available)
    func deadLetters(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 1])
        let partition = TopicPartition(broker.name("a"), 0)
        let deadTopic = DeadLetterTopic.name(of: broker.name("a"), group: broker.name("g"))
        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: broker.bootstrapServers), deliveryTimeout: .seconds(4), logger: .silent
        )
        try await send(["0", "!bad", "2"], to: "a", 0, on: broker)
        let merger = MemoryMerger()
        let worker = try Worker(on: broker, merger, topics: ["a"], deadLetters: producer)
        if kind == .real {
            // Nothing is passed over while the topic for it is not there.
            try await eventually { worker.intake.status.stopped[partition] != nil }
            #expect(merger.count == 0)
            let admin = KafkaAdmin(
                KafkaConfiguration(bootstrapServers: broker.bootstrapServers), timeout: .seconds(60), logger: .silent)
            #expect(try await admin.createTopics([NewTopic(deadTopic, partitions: 1)]) == [deadTopic])
        }
        try await eventually { merger.count == 2 }
        #expect(merger.merged(partition) == ["0", "2"])
        let reader = try KafkaConsumer(
            withoutGroup: KafkaConfiguration(bootstrapServers: broker.bootstrapServers), requestTimeout: .seconds(30),
            logger: .silent)
        let dead = try await reader.partitions(of: deadTopic)
        try await reader.assign(Dictionary(uniqueKeysWithValues: dead.map { ($0, .logStart) }))
        let letter = try await withTimeout(.seconds(60), SystemTime()) {
            while let event = try await reader.next() {
                if case .records(let batches) = event, let record = batches.first?.records.first { return record }
            }
            throw NotYet()
        }
        #expect(letter.key?.string == "k" && letter.value?.string == "!bad")
        #expect(letter.header("ce_id")?.string == "a/0/!bad")
        #expect(letter.header("x-dlq-topic")?.string == partition.topic)
        #expect(letter.header("x-dlq-offset")?.string == "1")
        #expect(letter.header("x-dlq-reason")?.string == "undecodable")
        await reader.close(within: .seconds(10))
        #expect(await worker.drain() == nil)
        await producer.close(within: .seconds(10))
        broker.close()
    }

    @Test(
        "A partition that can't be merged stands still alone, and goes on once it can", arguments: BrokerKind.available)
    func brokenPartition(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        let partitions = (0..<2).map { TopicPartition(broker.name("a"), $0) }
        for partition: Int32 in 0..<2 { try await send(numbers(0..<300), to: "a", partition, on: broker) }
        let merger = MemoryMerger()
        merger.breakDown([partitions[0]])
        let worker = try Worker(on: broker, merger, topics: ["a"])
        try await eventually {
            merger.merged(partitions[1]).count == 300 && worker.intake.status.stopped[partitions[0]] != nil
        }
        #expect(merger.merged(partitions[0]).isEmpty)
        #expect(worker.intake.status.notReady?.contains("the store is broken") == true)
        try await send(numbers(300..<400), to: "a", 1, on: broker)
        try await eventually { merger.merged(partitions[1]).count == 400 }
        merger.breakDown([])
        try await eventually { merger.merged(partitions[0]).count == 300 }
        for (partition, count) in zip(partitions, [300, 400]) {
            #expect(merger.merged(partition) == numbers(0..<count))
        }
        #expect(await worker.drain() == nil)
        broker.close()
    }

    @Test("A drain lets batches under way end, begins none, and copies their positions")
    func draining() async throws {
        let broker = try await TestBroker(.embedded, topics: ["a": 1])
        let partition = TopicPartition(broker.name("a"), 0)
        try await send(numbers(0..<1000), to: "a", 0, on: broker)
        let merger = MemoryMerger()
        merger.hold(true)
        let worker = try Worker(on: broker, merger, topics: ["a"])
        try await eventually { merger.state.withLock { $0.begun == 1 } }
        async let ended = worker.drain()
        // Only the drain ends it.
        merger.hold(false)
        #expect(await ended == nil)
        let merged = merger.merged(partition)
        #expect(merged.count >= 200 && merged == numbers(0..<merged.count))
        #expect(merger.state.withLock { $0.positions[partition]?.next } == Int64(merged.count))
        broker.close()
    }
}

/// What `eventually` throws.
private struct NotYet: Error {}

/// Returns once the condition holds, looking again and again for up to a minute.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        if ContinuousClock.now > deadline { throw NotYet() }
        try await Task.sleep(for: .milliseconds(5))
    }
}
