import CRDKafka
import Foundation
import KafkaTesting
import Runtime
import Synchronization
import Testing

@testable import Kafka

/// What a member of a group promises, on every broker there is.
@Suite struct ConsumerGroupTests {
    @Test("Nothing is read before positions are given; then reading begins there", arguments: BrokerKind.available)
    func explicitStart(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2, "b": 2])
        for partition: Int32 in 0..<2 { try await broker.send(0..<10, to: "a", partition) }
        let consumer = try KafkaConsumer(testing: broker, group: "g", topics: ["a", "b"])
        let partitions = try await consumer.assignment()
        #expect(
            partitions
                == ["a", "b"].flatMap { topic in (0..<2).map { TopicPartition(broker.name(topic), $0) } }.sorted())
        let facts = try await consumer.facts(of: partitions)
        #expect(facts.count == 4 && facts.values.allSatisfy { $0.committed == nil })
        try await consumer.assign([partitions[0]: .offset(7), partitions[1]: .offset(9), partitions[2]: .logStart])
        #expect(Set(try await consumer.records(4).compactMap(\.value)) == ["7", "8", "9"])

        try await consumer.commit([partitions[0]: 10, partitions[1]: 9])
        let later = try await consumer.facts(of: partitions)
        #expect(partitions.map { later[$0]?.committed } == [10, 9, nil, nil])
        #expect(
            await kafkaError { try await consumer.assign([TopicPartition(broker.name("c"), 0): .logStart]) }?.code
                == .notAssigned)
        #expect(
            await kafkaError { try await consumer.commit([TopicPartition(broker.name("c"), 0): 1]) }?.code
                == .notAssigned)
        await consumer.close(within: .seconds(20))
        #expect(try await consumer.next() == nil)
        broker.close()
    }

    @Test("Two members share the partitions, and one takes over from the other", arguments: BrokerKind.available)
    func sharing(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 4])
        for partition: Int32 in 0..<4 { try await broker.send(0..<10, to: "a", partition) }
        let all = (0..<4).map { TopicPartition(broker.name("a"), $0) }
        let first = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        #expect(try await first.assignment() == all)
        try await first.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .logStart) }))
        #expect(try await first.records(40).count == 40)

        let second = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let revoked = try await first.revocation()
        #expect(revoked.partitions == all && !revoked.lost)
        // Between the revocation and its answer nothing comes and nothing can be begun, but positions can be committed.
        #expect(await kafkaError { try await first.assign([all[0]: .logStart]) }?.code == .notAssigned)
        #expect(await kafkaError { try await first.seek(all[0], to: .logStart) }?.code == .notAssigned)
        try await first.release()
        let (firstHalf, secondHalf) = try await halves(first, second, of: 2)
        #expect((firstHalf + secondHalf).sorted() == all)
        try await second.assign(Dictionary(uniqueKeysWithValues: secondHalf.map { ($0, .offset(5)) }))
        #expect(try await second.records(10).map(\.record.offset).sorted() == [5, 5, 6, 6, 7, 7, 8, 8, 9, 9])

        await first.close(within: .seconds(20))
        #expect(try await second.share(of: 4) == all)
        try await second.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .offset(9)) }))
        #expect(try await second.records(4).count == 4)
        await second.close(within: .seconds(20))
        broker.close()
    }

    @Test("A member that was paused in a rebalance begins without pauses", arguments: BrokerKind.available)
    func pauseAcrossRebalance(_ kind: BrokerKind) async throws {
        let broker = try await TestBroker(kind, topics: ["a": 2])
        // Enough for librdkafka's own pause.
        for partition: Int32 in 0..<2 { try await broker.send(0..<1000, to: "a", partition, size: 1000) }
        let first = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        let all = try await first.assignment()
        try await first.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .logStart) }))
        _ = try await first.records(1)
        try await first.pause(Set(all))
        let second = try KafkaConsumer(testing: broker, group: "g", topics: ["a"])
        _ = try await first.revocation()
        try await first.release()
        let half = try await first.assignment()
        try await first.assign(Dictionary(uniqueKeysWithValues: half.map { ($0, .offset(0)) }))
        #expect(try await first.records(1000).map(\.record.offset) == Array(0..<1000))
        await second.close(within: .seconds(20))
        await first.close(within: .seconds(20))
        broker.close()
    }
}

extension KafkaConsumer {
    /// What this member has once the group deals out so many partitions to it; until then it gives back what it is asked for. A
    /// broker that is slow to hear of a member deals out more than once.
    fileprivate func share(of count: Int) async throws -> [TopicPartition] {
        try await withTimeout(.seconds(120), SystemTime()) {
            while let event = try await self.next() {
                switch event {
                case .assigned(let partitions) where partitions.count == count: return partitions.sorted()
                case .revoked: try await self.release()
                case .assigned, .records, .outOfRange, .trouble: continue
                }
            }
            return []
        }
    }
}

/// What two members have once the group has dealt out so many partitions to each at the same time; until then both give back what they
/// are asked for. A broker that is slow to hear of one deals out more than once.
private func halves(
    _ first: KafkaConsumer, _ second: KafkaConsumer, of count: Int
) async throws -> ([TopicPartition], [TopicPartition]) {
    let shares = Shares()
    try await withTimeout(.seconds(120), SystemTime()) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, member) in [first, second].enumerated() {
                group.addTask {
                    while let event = try await member.next() {
                        switch event {
                        case .assigned(let partitions): shares.held.withLock { $0[index] = partitions.sorted() }
                        case .revoked:
                            shares.held.withLock { $0[index] = nil }
                            try await member.release()
                        case .records, .outOfRange, .trouble: continue
                        }
                        if shares.held.withLock({ $0.count == 2 && $0.values.allSatisfy { $0.count == count } }) {
                            return
                        }
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
    return shares.held.withLock { ($0[0] ?? [], $0[1] ?? []) }
}

private final class Shares: Sendable {
    let held = Mutex<[Int: [TopicPartition]]>([:])
}
