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
        /// So many of them, the last ones, are active for the first time during the run, or never.
        var newcomers = 1
        var partitions: Int32 = 4
        /// Processes of each program.
        var processes = 2
        /// How many seconds each clock may be wrong: the processes', LN's, Exchange's, the store's (I9).
        var skew = 600
        /// Calendars are kept in step, not contacts.
        var isCalendar = false
        /// The programs that take part.
        var programs: [ProcessKind] = [.reader, .worker]

        init() {}

        /// A world of calendars.
        init(calendarSeed seed: UInt64) {
            contacts = 2
            isCalendar = true
            programs = [.reader, .eventReader, .calendarWorker]
        }

        /// In every fifth world there are so many contacts that the guard can withhold removals (CON-6), and more users who become active
        /// meanwhile.
        init(seed: UInt64) {
            guard seed % 5 == 0 else { return }
            contacts = 13
            newcomers = 2
        }
    }

    static let company = Company(1300)
    static let names = TopicNames(prefix: "sim.")

    let time: VirtualTime
    let randomness: SeededRandomness
    let faults: Faults
    let trace: Trace
    let cluster: SimulatedCluster
    let checks: CommitChecks
    let removals: RemovalCheck
    let writes: WriteCheck
    let oblivion = Oblivion()
    let history: MeetingHistory
    let store: BackedUpStore
    let size: Size
    let ln: LNSide
    let exchange: ExchangeSide
    let scenes: MeetingScenes
    /// For planted faults alone.
    let rumours = MisledCalendar.Rumours()
    let returns = UnsentReturns()
    private let acts = Mutex<[OutlookAct]>([])
    private let vanished = Mutex<[String: Duration]>([:])
    private let restored = Mutex(0)

    /// - Parameter rates: of faults, of 1,000 each.
    init(seed: UInt64, _ size: Size, faults rates: [Faults.Place: Int], keepsTrace: Bool) throws {
        time = VirtualTime()
        writes = WriteCheck(time)
        randomness = SeededRandomness(seed: seed)
        trace = Trace(time, isKept: keepsTrace)
        faults = Faults(randomness: SeededRandomness(seed: seed ^ 0xFA17), rates: rates)
        let names = Self.names
        let topics =
            Topic.all.map { names.name(of: $0) }
            + Topic.all.flatMap { topic in topic.groups.map { names.deadLetters(of: topic, group: $0) } }
        cluster = SimulatedCluster(
            topics: topics, partitionCount: size.partitions, time: time,
            randomness: SeededRandomness(seed: seed ^ 0x10C), trace: trace)
        let states = Set(Topic.all.filter { !$0.groups.isEmpty }.map { names.name(of: $0) })
        checks = CommitChecks(cluster, topics: states, isCalendar: size.isCalendar)
        removals = RemovalCheck(time, topics: states)
        cluster.observe { [removals] in removals.appended($0) }
        self.size = size
        let clocks = SeededRandomness(seed: seed ^ 0xC10C)
        func skew() -> Duration { .seconds(clocks.next(in: -size.skew...size.skew)) }
        store = try BackedUpStore(time, skew: skew())
        ln = try LNSide(size, time: time, skew: skew(), seed: seed)
        let users = (0..<size.users).map(LNSide.address)
        exchange = ExchangeSide(
            users + (size.isCalendar ? [LNSide.colleague] : []), time: time, skew: skew(), seed: seed)
        scenes = MeetingScenes(ln, exchange, users: users)
        history = MeetingHistory(time, trace)
    }

    // MARK: What is looked at from outside

    /// The addresses of all sync users.
    var users: [String] { (0..<size.users).map(LNSide.address) }

    /// How often the store was restored.
    var restorations: Int { restored.withLock { $0 } }

    func noteRestoration() { restored.withLock { $0 += 1 } }

    /// What users did in Outlook, in order.
    var outlookActs: [OutlookAct] { acts.withLock { $0 } }

    /// When users deleted our folders.
    var vanishedFolders: [String: Duration] { vanished.withLock { $0 } }

    func folderVanished(of user: String) { vanished.withLock { $0[user] = time.uptime } }

    /// A user did something in Outlook.
    func did(_ act: OutlookAct?) throws {
        guard var act else { return }
        let (company, address, code) = (
            Self.company, act.user, act.contact.split(separator: "/").last.map(String.init) ?? ""
        )
        let rows = try Self.ask { [store] in
            let user = try await store.users().first { $0.email.rawValue.lowercased() == address }
            let id = user.map { ContactLinkID(user: $0.id, company: company, contact: ContactCode(code)) }
            return try await store.contactLinks([id].compactMap(\.self))
        }
        if let row = rows.values.first, case .made(let id, _) = row.item, row.status.state == .settled {
            act.isKnown = id.rawValue == act.item
        }
        act.restorations = restorations
        writes.changed(act.item)
        acts.withLock { $0.append(act) }
    }

    /// Whether nothing waits: no record, no row, no baseline, no hint, no approval.
    /// - Parameter left: users whose rows may wait.
    func isAtRest(without left: Set<String> = []) -> Bool { (try? unrest(without: left)) == "" }

    /// What still waits, in words; empty where nothing does.
    func unrest(without left: Set<String> = []) throws -> String {
        let names = Self.names
        let (groups, isCalendar) = (groups, size.isCalendar)
        return try Self.ask { [store, cluster] in
            var reasons: [String] = []
            for (name, topics) in groups {
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
            let ignored = Set(users.filter { left.contains($0.email.rawValue.lowercased()) }.map(\.id))
            if isCalendar {
                return (reasons + (try await Self.unrest(store, users, without: ignored))).sorted().joined(
                    separator: ", ")
            }
            for user in users where user.isActive && user.baseline != .done {
                reasons.append("the baseline of \(user.code)")
            }
            for hold in try await store.holds(.approved) where hold.kind == Hold.removals && !hold.keys.isEmpty {
                reasons.append("\(hold.keys.count) approved removals")
            }
            for (user, rows) in try await store.contactBacklog() where rows[.due] > 0 && !ignored.contains(user) {
                reasons.append("\(rows[.due]) rows of \(user)")
            }
            return reasons.sorted().joined(separator: ", ")
        }
    }

    /// The groups whose records have to be read, by their names in the store.
    private var groups: [(String, [Topic])] {
        func intake(_ group: String) -> (String, [Topic]) {
            (Self.names.name(ofGroup: group), Topic.all.filter { $0.groups.contains(group) })
        }
        guard size.isCalendar else {
            return [intake(ConsumerGroup.contactWorker), ("reader/\(Self.company)/contact", [Topic.lnNotifications])]
        }
        return [
            intake(ConsumerGroup.calendarWorker), intake(ConsumerGroup.exchangeReader),
            ("reader/\(Self.company)/activity", [Topic.lnNotifications]),
        ]
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
