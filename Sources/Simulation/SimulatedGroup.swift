import Kafka
import Runtime
import Synchronization

/// A consumer group: who is a member, and who reads what.
struct SimulatedGroup {
    var topics: Set<String>
    /// Consumers by number, in the order in which they joined.
    var members: [Int] = []
    var generation = 0
    /// While the group rebalances: those who have not given back their partitions yet.
    var unreleased: Set<Int>?
    var committed: [TopicPartition: Int64] = [:]
}

extension SimulatedCluster {
    /// How long a member may be silent before it is out of the group.
    static let sessionTimeout: Duration = .seconds(10)

    func join(_ consumer: SimulatedConsumer, _ group: String, _ topics: Set<String>) {
        state.withLock { state in
            state.groups[group, default: SimulatedGroup(topics: topics)].members.append(consumer.number)
        }
        time.schedule(after: latency()) { self.rebalance(group) }
    }

    /// A member is gone: at once where it left, after the session's time where it crashed.
    func leave(_ consumer: SimulatedConsumer, _ group: String, isCrash: Bool) {
        time.schedule(after: isCrash ? Self.sessionTimeout : .zero) {
            self.state.withLock { state in
                state.groups[group]?.members.removeAll { $0 == consumer.number }
                state.groups[group]?.unreleased?.remove(consumer.number)
                state.consumers[consumer.number] = nil
            }
            self.rebalance(group)
        }
    }

    /// The group takes a member for dead that is not: others get its partitions at once, it hears of it later.
    func loseAssignment(of consumer: SimulatedConsumer, _ group: String) {
        let isMember = state.withLock { state in
            guard let place = state.groups[group]?.members.firstIndex(of: consumer.number) else { return false }
            state.groups[group]?.members.remove(at: place)
            state.groups[group]?.unreleased?.remove(consumer.number)
            return true
        }
        guard isMember else { return }
        rebalance(group)
        time.schedule(after: latency(5000)) {
            consumer.loseAssignment()
            self.state.withLock { state in
                // It may have left for good meanwhile.
                guard state.consumers[consumer.number] != nil else { return }
                state.groups[group]?.members.append(consumer.number)
            }
            self.rebalance(group)
        }
    }

    func loseAllMembers(of group: String) {
        let members = state.withLock { state in
            state.groups[group]?.unreleased = nil
            return (state.groups[group]?.members ?? []).compactMap { state.consumers[$0] }
        }
        for member in members { member.loseAssignment() }
        time.schedule(after: latency()) { self.rebalance(group) }
    }

    /// All members give back what they have; then it is dealt out anew.
    func rebalance(_ group: String) {
        let members: [SimulatedConsumer] = state.withLock { state in
            guard state.groups[group]?.unreleased == nil else { return [] }
            let members = (state.groups[group]?.members ?? []).compactMap { state.consumers[$0] }
            state.groups[group]?.unreleased = Set(members.filter(\.isAssigned).map(\.number))
            return members
        }
        for member in members { member.askBack() }
        let generation = state.withLock { $0.groups[group]?.generation ?? 0 }
        time.schedule(after: Self.sessionTimeout) {
            let silent: [SimulatedConsumer] = self.state.withLock { state in
                guard state.groups[group]?.generation == generation, let silent = state.groups[group]?.unreleased else {
                    return []
                }
                state.groups[group]?.unreleased = []
                return silent.sorted().compactMap { state.consumers[$0] }
            }
            for member in silent { member.loseAssignment() }
            self.dealOut(group)
        }
        dealOut(group)
    }

    func released(_ consumer: SimulatedConsumer, _ group: String) {
        state.withLock { _ = $0.groups[group]?.unreleased?.remove(consumer.number) }
        dealOut(group)
    }

    /// Deals partitions out, once everything is given back: each topic's in ranges, so that equal numbers go together.
    private func dealOut(_ group: String) {
        let assignments: [(SimulatedConsumer, [TopicPartition], Int)] = state.withLock { state in
            guard let unreleased = state.groups[group]?.unreleased, unreleased.isEmpty else { return [] }
            state.groups[group]?.unreleased = nil
            state.groups[group]?.generation += 1
            guard let current = state.groups[group], !current.members.isEmpty else { return [] }
            var assignments: [(SimulatedConsumer, [TopicPartition], Int)] = []
            let members = current.members.sorted()
            for (place, number) in members.enumerated() {
                guard let consumer = state.consumers[number] else { continue }
                let count = Int(partitionCount)
                let (each, rest) = (count / members.count, count % members.count)
                let first = place * each + min(place, rest)
                let mine = first..<(first + each + (place < rest ? 1 : 0))
                let partitions = current.topics.sorted().flatMap { topic in
                    mine.map { TopicPartition(topic, Int32($0)) }
                }
                assignments.append((consumer, partitions, current.generation))
            }
            return assignments
        }
        for (consumer, partitions, generation) in assignments { consumer.take(partitions, generation) }
    }

    func commit(
        _ offsets: [TopicPartition: Int64], _ group: String, generation: Int
    ) throws(KafkaError) {
        let isMember = state.withLock { state in
            guard !state.isDown, state.groups[group]?.generation == generation else { return false }
            state.groups[group]?.committed.merge(offsets) { _, new in new }
            return true
        }
        guard isMember else { throw KafkaError(.notAssigned, "the group has moved on", isRetriable: true) }
    }
}
