import Foundation
import HTTPTypes
import Kafka
import LNSandbox
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization

/// Everything that a run needs beside the product's own code: LN, Exchange, the log and the store that all processes share, in one
/// virtual time, and what happens to them.
final class World: Sendable {
    /// How big a world is. Small: a rule that breaks, breaks for two contacts.
    struct Size: Sendable, Hashable {
        var contacts = 6
        var users = 3
        var partitions: Int32 = 4
        /// Processes of each program.
        var processes = 2
        /// How many seconds a process's clock may be wrong.
        var skew = 600
    }

    static let company = Company(1300)
    static let names = TopicNames(prefix: "sim.")

    let time: VirtualTime
    let randomness: SeededRandomness
    let faults: Faults
    let trace: Trace
    let cluster: SimulatedCluster
    let checks: CommitChecks
    let store: any SyncStore
    let size: Size
    let ln: LNSide
    let exchange: ExchangeSide

    init(seed: UInt64, size: Size, keepsTrace: Bool) throws {
        time = VirtualTime()
        randomness = SeededRandomness(seed: seed)
        trace = Trace(time, isKept: keepsTrace)
        faults = Faults(
            randomness: SeededRandomness(seed: seed ^ 0xFA17), rates: [.produce: 15, .request: 30, .commit: 10])
        let names = Self.names
        let topics =
            Topic.all.map { names.name(of: $0) }
            + Topic.all.flatMap { topic in topic.groups.map { names.deadLetters(of: topic, group: $0) } }
        cluster = SimulatedCluster(
            topics: topics, partitionCount: size.partitions, time: time,
            randomness: SeededRandomness(seed: seed ^ 0x10C), trace: trace)
        checks = CommitChecks(cluster, topics: Set(Topic.all.filter { !$0.groups.isEmpty }.map { names.name(of: $0) }))
        self.size = size
        store = try Self.ask { [time] in try await SQLiteStore.inMemory(time: TrueClock(time: time)) }
        ln = try LNSide(size, time: time, seed: seed)
        exchange = ExchangeSide((0..<size.users).map(LNSide.address), time: time, seed: seed)
    }

    // MARK: What an administrator does

    /// A new installation is stopped until somebody starts it.
    func begin() throws {
        try Self.ask { [store] in
            _ = try await store.commit([try .setting(.control, Control(isStarted: true), by: "admin")])
        }
    }

    /// `lnsync sync now`.
    func hint(full: Bool) {
        send(Hint(company: Self.company, action: full ? .fullPull : .pull, by: "admin"))
    }

    /// Marks every row as not to be trusted, as a replay does.
    func distrustEverything() throws {
        let contacts = ln.everyContact
        try Self.ask { [store] in
            let ids = try await store.users().flatMap { user in
                contacts.map { ContactLinkID(user: user.id, company: Self.company, contact: $0) }
            }
            _ = try await store.commit([.checkContactLinks(ids)])
        }
    }

    /// Asks for every contact anew, as a replay does.
    func reapply() {
        send(Hint(company: Self.company, action: .contacts, contacts: ln.everyContact, by: "admin"))
    }

    private func send(_ hint: Hint) {
        let envelope = Envelope(
            id: String(randomness.next(), radix: 36), source: "lnsync", type: .hint, time: time.now, subject: hint.key)
        let value = (try? EventData.encode(hint)) ?? Data()
        _ = cluster.append(
            ProducerRecord(
                topic: Self.names.name(of: .lnNotifications), key: Array(hint.key.utf8), value: Array(value),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) }))
    }

    // MARK: What is looked at from outside

    /// Whether nothing waits: no record, no row, no baseline, no hint.
    var isAtRest: Bool { (try? unrest()) == "" }

    /// What still waits, in words; empty where nothing does.
    func unrest() throws -> String {
        let names = Self.names
        return try Self.ask { [store, cluster] in
            var reasons: [String] = []
            let group = names.name(ofGroup: ConsumerGroup.contactWorker)
            for (name, topics) in [
                (group, Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }),
                ("reader/\(Self.company)/contact", [Topic.lnNotifications]),
            ] {
                let recorded = try await store.intakePositions(group: name)
                for topic in topics {
                    let partitions = cluster.partitions(of: names.name(of: topic))
                    for (partition, facts) in try cluster.facts(of: partitions, group: nil) {
                        let position = recorded[
                            IntakePartition(topic: partition.topic, partition: partition.partition)]
                        let unread = facts.unread(next: position?.next, of: position?.clusterID)
                        if unread > 0 { reasons.append("\(unread) records of \(partition)") }
                    }
                }
            }
            let users = try await store.users()
            for user in users where user.isActive && user.baseline != .done {
                reasons.append("the baseline of \(user.code)")
            }
            for (user, rows) in try await store.contactBacklog() where rows[.due] > 0 {
                reasons.append("\(rows[.due]) rows of \(user)")
            }
            return reasons.sorted().joined(separator: ", ")
        }
    }

    /// Asks the store from outside of all processes: it answers at once.
    static func ask<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let executor = DeterministicExecutor(randomness: SeededRandomness(seed: 0))
        let box = AnswerBox<Value>()
        Task(executorPreference: executor) {
            do {
                let value = try await body()
                box.answer.withLock { $0 = .success(value) }
            } catch {
                box.answer.withLock { $0 = .failure(error) }
            }
        }
        while executor.runOne() {}
        guard let result = box.answer.withLock({ $0 }) else { throw NoAnswer() }
        return try result.get()
    }
}

private final class AnswerBox<Value: Sendable>: Sendable {
    let answer = Mutex<Result<Value, any Error>?>(nil)
}

/// The store did not answer at once.
private struct NoAnswer: Error {}

/// The true time, for what no process has: the store's clock, LN's and Exchange's. Nobody sleeps by it.
struct TrueClock: TimeSource {
    let time: VirtualTime

    var now: Date { time.now }
    var uptime: Duration { time.uptime }

    func sleep(for duration: Duration) async throws(CancellationError) {
        preconditionFailure("the world does not sleep")
    }
}
