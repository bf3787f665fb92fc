import Foundation
public import KafkaWorker
public import Runtime
import SyncModel
public import SyncStore
import Synchronization
public import Telemetry

/// Settles the due rows of the partitions that this process holds, mailbox by mailbox. It knows nothing of what a row is about.
///
/// `run()` once. Intake raises `wake()` when it has merged something; beside that the store is asked from time to time, for
/// others make rows due too.
public final class Settler<Domain: SettlingDomain>: PartitionHolder {
    public struct Configuration: Sendable {
        /// Settlements at once for one mailbox: 1 for a role that shares its app registration, 4 for one with its own.
        public var slots = 1
        /// Settlements at once for all mailboxes.
        public var total = 32
        /// Between two looks at the store without a wake-up.
        public var pollInterval: Duration = .seconds(1)
        public var intentLifetime: Duration = .seconds(60)
        public var lastStartBeforeDeadline: Duration = .seconds(15)
        /// After a row's first failure; doubled with each further one.
        public var firstPause: Duration = .seconds(1)
        public var longestPause: Duration = .seconds(900)
        /// How long settlements may go on when partitions are given back; then they are left to their intents.
        public var releaseTimeout: Duration = .seconds(15)

        public init() {}
    }

    private struct State {
        var schedule: SettlementSchedule<Domain.Row.ID>
        var held: Set<Int32> = []
        var isEnding = false
        /// The store is to be asked before anything is begun.
        var isStale = true
        /// When the store was last asked.
        var asked: Duration = .zero
        /// How often a row was lost since it was last stored; only of rows that are in flight or due at once.
        var losses: [Domain.Row.ID: Int] = [:]
    }

    let configuration: Configuration
    let domain: Domain
    let store: any SyncStore
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger
    let metrics: SettlingMetrics
    private let owner: String
    private let state: Mutex<State>
    private let work = Signal()
    private let idle = Signal()

    /// - Parameter owner: this process's name, as intents carry it.
    public init(
        _ configuration: Configuration, domain: Domain, store: any SyncStore, owner: String, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.domain = domain
        self.store = store
        self.owner = owner
        self.time = time
        self.randomness = randomness
        self.log = log.labelled("Settling")
        self.metrics = SettlingMetrics(metrics)
        state = Mutex(State(schedule: SettlementSchedule(slots: configuration.slots, total: configuration.total)))
    }

    /// Rows may have become due.
    public func wake() {
        state.withLock { $0.isStale = true }
        work.raise()
    }

    // MARK: PartitionHolder

    public func hold(_ partitions: Set<Int32>) {
        state.withLock { state in
            state.held = partitions
            state.losses = [:]
            state.isStale = true
        }
        work.raise()
    }

    public func release() async {
        state.withLock { $0.held = [] }
        await waitForSettlements(atMost: configuration.releaseTimeout)
    }

    public func lose() {
        state.withLock { $0.held = [] }
    }

    /// Begins nothing more and waits for what is under way; after `timeout` it is left to its intents.
    public func drain(within timeout: Duration) async {
        state.withLock { $0.isEnding = true }
        await waitForSettlements(atMost: timeout)
    }

    private func waitForSettlements(atMost timeout: Duration) async {
        let deadline = time.uptime + timeout
        while state.withLock({ $0.schedule.inFlight }) > 0, time.uptime < deadline {
            do throws(CancellationError) {
                try await idle.wait(atMost: deadline - time.uptime, time)
            } catch {
                return
            }
        }
    }

    /// The partitions that this process holds; none once it ends.
    public var heldPartitions: Set<Int32> { state.withLock { $0.isEnding ? [] : $0.held } }

    /// Whether something may be begun for a partition: this process holds it, and does not end.
    public func isOpen(_ partition: Int32) -> Bool {
        state.withLock { !$0.isEnding && $0.held.contains(partition) }
    }

    // MARK: The loop

    /// Settles until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                await askStore()
                while let (user, limit) = state.withLock({ $0.isEnding ? nil : $0.schedule.next(now: time.uptime) }) {
                    for row in await fetch(user, limit) {
                        group.addTask { await self.settle(row, user) }
                    }
                }
                let now = time.uptime
                let wake = state.withLock { state in
                    min(
                        state.asked + configuration.pollInterval, state.schedule.nextWake(now: now) ?? .seconds(1 << 40)
                    )
                }
                do throws(CancellationError) {
                    try await work.wait(atMost: max(.milliseconds(1), wake - now), time)
                } catch {
                    break
                }
            }
            group.cancelAll()
        }
    }

    /// Asks the store which mailboxes have due rows, where it was not asked lately.
    private func askStore() async {
        let now = time.uptime
        let held: Set<Int32>? = state.withLock { state in
            guard state.isStale || now - state.asked >= configuration.pollInterval else { return nil }
            state.isStale = false
            state.asked = now
            return state.held
        }
        guard let held else { return }
        var due: [SyncUserID: SettlementSchedule<Domain.Row.ID>.Due] = [:]
        if !held.isEmpty {
            do throws(StoreError) {
                let mailboxes = try await domain.dueMailboxes(held)
                let storeNow = try await store.now()
                let uptime = time.uptime
                func local(_ date: Date?) -> Duration? {
                    date.map { uptime + .seconds($0.timeIntervalSince(storeNow)) }
                }
                for mailbox in mailboxes {
                    due[mailbox.user] = .init(live: local(mailbox.live), backfill: local(mailbox.backfill))
                }
            } catch {
                log.error("the store can't be asked for due rows", ["error": error.message])
            }
        }
        state.withLock { state in
            state.schedule.update(state.held.isEmpty ? [:] : due, now: time.uptime)
        }
    }

    private func fetch(_ user: SyncUserID, _ limit: Int) async -> [Domain.Row.ID] {
        switch domain.standing(of: user) {
        case .waiting(let pause):
            state.withLock { $0.schedule.rest(user, until: time.uptime + pause) }
            return []
        case .active, .resting:
            break
        }
        do throws(StoreError) {
            let rows = try await domain.dueRows(of: user, limit: limit)
            return state.withLock { state in
                let rows = rows.filter { state.held.contains($0.status.partition) }
                return state.schedule.begin(
                    rows.filter { $0.status.priority == .live }.map(\.id),
                    backfill: rows.filter { $0.status.priority == .backfill }.map(\.id), of: user, now: time.uptime)
            }
        } catch {
            log.error("the store can't be asked for a mailbox's rows", ["error": error.message])
            state.withLock { $0.schedule.rest(user, until: time.uptime + configuration.pollInterval) }
            return []
        }
    }

    // MARK: One row

    private func settle(_ id: Domain.Row.ID, _ user: SyncUserID) async {
        let start = time.uptime
        let result = await settled(id)
        metrics.settled(result, time.uptime - start)
        state.withLock { state in
            state.schedule.finished(id, of: user)
            if result != .lost { state.losses[id] = nil }
            switch result {
            case .mailboxRests(let pause): state.schedule.rest(user, until: time.uptime + pause)
            // Its row is due as before: neither system is to be asked without end for what can't be kept.
            case .storeFailed: state.schedule.rest(user, until: time.uptime + configuration.pollInterval)
            default: break
            }
        }
        work.raise()
        idle.raise()
    }

    private func settled(_ id: Domain.Row.ID) async -> SettlementResult {
        do throws(StoreError) {
            guard var row = try await domain.row(id), row.status.state == .due, let due = row.status.due,
                due <= (try await store.now())
            else { return .nothingDue }
            let partition = row.status.partition
            guard isOpen(partition) else { return .nothingDue }
            if case .resting(let reason) = domain.standing(of: row.mailbox) {
                return try await rest(row, reason)
            }
            let settlement = Settlement(
                domain: domain, store: store, time: time, owner: owner, intentLifetime: configuration.intentLifetime,
                lastStartBeforeDeadline: configuration.lastStartBeforeDeadline, isOpen: { self.isOpen(partition) })
            let intentBefore = row.status.intent
            switch await outcome(of: &row, settlement) {
            case .success(let facts):
                guard let failure = try await conclude(row, facts) else { return .settled }
                return try await failed(row, failure, hasBegun: row.status.intent != intentBefore)
            case .failure(let failure):
                return try await failed(row, failure, hasBegun: row.status.intent != intentBefore)
            }
        } catch {
            log.error(
                "a row's outcome could not be stored; it is settled again",
                ["row": id.description, "error": error.message])
            return .storeFailed
        }
    }

    /// Counts that a row was lost once more.
    /// - Returns: how often it was, one after the other.
    func losses(of id: Domain.Row.ID) -> Int {
        state.withLock { state in
            state.losses[id, default: 0] += 1
            return state.losses[id, default: 0]
        }
    }

    private func outcome(
        of row: inout Domain.Row, _ settlement: Settlement<Domain>
    ) async -> Result<Facts<Domain.Row>, SettlingFailure> {
        do throws(SettlingFailure) {
            return .success(try await domain.settle(&row, settlement))
        } catch {
            return .failure(error)
        }
    }
}
