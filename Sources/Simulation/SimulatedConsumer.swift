import Kafka
import Runtime
import Synchronization

/// One process's consumer, in a group or by its own assignment.
final class SimulatedConsumer: RecordConsumer {
    private struct State {
        var events: [ConsumerEvent] = []
        var waiter: (@Sendable (ConsumerEvent?) -> Void)?
        var isClosed = false
        /// What the group gave, before and while it is read.
        var assigned: [TopicPartition] = []
        var generation = 0
        var positions: [TopicPartition: Int64] = [:]
        var paused: Set<TopicPartition> = []
        var isPumping = false
    }

    let number: Int
    private let cluster: SimulatedCluster
    private let fate: ProcessFate
    let group: String?
    private let state = Mutex(State())

    /// - Parameter group: and the topics it reads; `nil`: no group.
    init(_ cluster: SimulatedCluster, _ fate: ProcessFate, group: (name: String, topics: Set<String>)?) {
        self.cluster = cluster
        self.fate = fate
        self.group = group?.name
        number = cluster.state.withLock { state in
            state.nextConsumer += 1
            return state.nextConsumer
        }
        cluster.state.withLock { $0.consumers[number] = self }
        if let group { cluster.join(self, group.name, group.topics) }
    }

    // MARK: What the cluster does to it

    var isAssigned: Bool { state.withLock { !$0.assigned.isEmpty } }

    func take(_ partitions: [TopicPartition], _ generation: Int) {
        state.withLock { state in
            state.assigned = partitions
            state.generation = generation
        }
        deliver(.assigned(partitions))
    }

    func askBack() {
        let partitions = state.withLock { $0.assigned }
        if !partitions.isEmpty { deliver(.revoked(partitions, lost: false)) }
    }

    func loseAssignment() {
        let partitions = state.withLock { state in
            defer { state.assigned = [] }
            return state.assigned
        }
        if !partitions.isEmpty { deliver(.revoked(partitions, lost: true)) }
    }

    /// Fetches what there is, some time from now.
    func pump() {
        let isDue = state.withLock { state in
            guard !state.isPumping, !state.isClosed, !state.positions.isEmpty, state.events.count < 8 else {
                return false
            }
            state.isPumping = true
            return true
        }
        guard isDue else { return }
        cluster.time.schedule(after: cluster.latency()) { self.fetch() }
    }

    private func fetch() {
        let wanted = state.withLock { state in
            state.isPumping = false
            return state.positions.filter { !state.paused.contains($0.key) }.sorted { $0.key < $1.key }
        }
        guard !fate.isCrashed else { return }
        let limit = cluster.randomness.next(in: 1...20)
        let fetched: [(TopicPartition, Int64, [ConsumerRecord]?)] = cluster.state.withLock { state in
            guard !state.isDown else { return [] }
            return wanted.compactMap { partition, offset in
                guard let log = state.logs[partition] else { return nil }
                let records = log.records(from: offset, limit: limit).map(Array.init)
                guard let held = state.held[partition.topic] else { return (partition, offset, records) }
                return (partition, offset, records?.filter { $0.offset < held })
            }
        }
        var batches: [RecordBatch] = []
        for (partition, offset, records) in fetched {
            guard let records else {
                state.withLock { _ = $0.positions.removeValue(forKey: partition) }
                deliver(.outOfRange(partition))
                continue
            }
            guard let last = records.last else { continue }
            let isCurrent = state.withLock { state in
                guard state.positions[partition] == offset else { return false }
                state.positions[partition] = last.offset + 1
                return true
            }
            if isCurrent { batches.append(RecordBatch(partition, records)) }
        }
        if !batches.isEmpty {
            deliver(.records(batches))
            pump()
        }
    }

    private func deliver(_ event: ConsumerEvent) {
        let waiter: (@Sendable (ConsumerEvent?) -> Void)? = state.withLock { state in
            guard !state.isClosed else { return nil }
            guard let waiter = state.waiter.take() else {
                state.events.append(event)
                return nil
            }
            return waiter
        }
        waiter?(event)
    }

    // MARK: RecordConsumer

    func next() async throws(KafkaError) -> ConsumerEvent? {
        do {
            return try await fate.wait { resume in
                let event: ConsumerEvent?? = state.withLock { state in
                    if !state.events.isEmpty { return state.events.removeFirst() }
                    if state.isClosed { return .some(nil) }
                    state.waiter = resume
                    return nil
                }
                if let event { resume(event) }
                pump()
                return 0
            } abandon: { _ in
                self.state.withLock { $0.waiter = nil }
            }
        } catch {
            throw KafkaError(.closed, "\(error)")
        }
    }

    func assign(_ positions: [TopicPartition: StartPosition]) async throws(KafkaError) {
        try await reachBroker()
        let offsets = try resolved(positions)
        state.withLock { state in
            state.positions = offsets
            state.paused = []
        }
        pump()
    }

    func release() async throws(KafkaError) {
        state.withLock { state in
            state.positions = [:]
            state.paused = []
            state.assigned = []
        }
        if let group { cluster.released(self, group) }
    }

    func seek(_ topicPartition: TopicPartition, to position: StartPosition) async throws(KafkaError) {
        try await reachBroker()
        let offsets = try resolved([topicPartition: position])
        state.withLock { $0.positions.merge(offsets) { _, new in new } }
        pump()
    }

    func pause(_ partitions: Set<TopicPartition>) async throws(KafkaError) {
        state.withLock { $0.paused.formUnion(partitions) }
    }

    func resume(_ partitions: Set<TopicPartition>) async throws(KafkaError) {
        state.withLock { $0.paused.subtract(partitions) }
        pump()
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws(KafkaError) {
        guard let group else { return }
        try await reachBroker()
        try cluster.commit(offsets, group, generation: state.withLock { $0.generation })
    }

    func facts(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: LogFacts] {
        try await reachBroker()
        return try cluster.facts(of: partitions, group: group)
    }

    func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
        try await reachBroker()
        return cluster.partitions(of: topic)
    }

    func close(within timeout: Duration) async {
        let waiter = state.withLock { state in
            state.isClosed = true
            state.events = []
            state.positions = [:]
            return state.waiter.take()
        }
        waiter?(nil)
        if let group {
            cluster.leave(self, group, isCrash: false)
        } else {
            cluster.state.withLock { $0.consumers[number] = nil }
        }
    }

    /// The process crashed: the group hears of it when the session's time is over.
    func crashed() {
        state.withLock { state in
            state.isClosed = true
            state.positions = [:]
            state.waiter = nil
        }
        if let group {
            cluster.leave(self, group, isCrash: true)
        } else {
            cluster.state.withLock { $0.consumers[number] = nil }
        }
    }

    private func reachBroker() async throws(KafkaError) {
        do {
            let _: Void = try await fate.wait { resume in
                cluster.time.schedule(after: cluster.latency(10)) { resume(()) }
            } abandon: { [cluster] number in
                cluster.time.cancel(number)
            }
        } catch {
            throw KafkaError(.closed, "\(error)")
        }
    }

    private func resolved(
        _ positions: [TopicPartition: StartPosition]
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let facts = try cluster.facts(of: Array(positions.keys), group: nil)
        var offsets: [TopicPartition: Int64] = [:]
        for (partition, position) in positions {
            switch position {
            case .offset(let offset): offsets[partition] = offset
            case .logStart: offsets[partition] = facts[partition]?.start
            case .logEnd: offsets[partition] = facts[partition]?.end
            }
        }
        return offsets
    }
}
