public import ExchangeClient
public import Foundation
public import Kafka
public import KafkaWorker
public import Runtime
public import SyncEvents
import SyncModel
import SyncPlanner
public import SyncStore
import Synchronization
public import Telemetry

/// The reader role of exchange-producer, put together: it follows the changes of every active user's calendar, at the ticks of the
/// calendar interval and when hints ask for it, and publishes the events' states. The program gives it the real ports, the simulator its
/// own.
///
/// Several processes share the mailboxes: each takes the lease of one that is due and free, reads it to the end of its round, and lets it
/// go. While synchronisation is stopped, no request to Exchange is begun.
///
/// `run()` once; `drain(within:)` ends it.
public final class ExchangeReader: Sendable {
    public struct Configuration: Sendable {
        /// This process's name, as leases carry it.
        public var owner: String
        public var names: TopicNames
        /// How many partitions every topic has.
        public var partitionCount: Int32
        /// In which LN's pull intervals are aligned to the clock (SET-2).
        public var zone = TimeZone.gmt
        /// Mailboxes that are read at once.
        public var parallel = 16
        /// The broker drops what is not read soon: live sends wait for room too. The embedded broker is such a one.
        public var pacesLive = false
        public var deadlines = EventDeadlines()
        public var intake: IntakeWorker.Configuration
        /// Between two looks at settings and users.
        public var watchInterval: Duration = .seconds(1)
        public var leaseDuration: Duration = .seconds(13)
        public var leaseInterval: Duration = .seconds(1)

        public init(owner: String, names: TopicNames, partitionCount: Int32) {
            self.owner = owner
            self.names = names
            self.partitionCount = partitionCount
            intake = IntakeWorker.Configuration(topics: [names.name(of: .exchangeNotifications): false])
        }
    }

    struct State {
        var schedule: MailboxSchedule
        var cursors: [SyncUserID: CalendarCursor] = [:]
        var wants: [SyncUserID: MailboxWants] = [:]
        /// New rounds that were cut off.
        var windows: [SyncUserID: WindowRound] = [:]
        var ticks: [SyncUserID: NextTick] = [:]
        /// The store is to be asked before anything is begun.
        var isStale = true
        /// It has been asked, and nothing is begun before.
        var hasLooked = false
        var asked: Duration = .zero
        /// The app registration waits for somebody; the store keeps that it does.
        var isTroubleKept = false
        var directory: (changes: Int64, value: UserDirectory)?
        /// Why nothing can be sent any more.
        var failure: KafkaError?
    }

    /// When a mailbox's next tick is, which is worked out once a round.
    struct NextTick: Sendable {
        let last: Date
        let schedule: PullSchedule
        let next: Date
    }

    let configuration: Configuration
    let store: any SyncStore
    let watch: StoreWatch
    let ports: MailboxRound.Ports
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger
    let metrics: EventMetrics
    let storeTrouble: StoreTrouble
    let state: Mutex<State>
    private let keeper: LeaseKeeper
    private let intake: IntakeWorker
    let wanted: WantedMailboxes
    /// Something may be begun.
    private let work: Signal

    /// - Parameters:
    ///   - consumer: a member of the group `exchange-producer`, subscribed to `configuration.intake.topics`.
    ///   - producer: with a delivery timeout shorter than `deadlines.leaseLeft`.
    public init(
        _ configuration: Configuration, calendar: any ExchangeCalendar, store: any SyncStore,
        producer: any RecordProducer, consumer: any RecordConsumer, time: any TimeSource, randomness: any Randomness,
        log: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.store = store
        self.time = time
        self.randomness = randomness
        let ownLog = log.labelled("ExchangeSource")
        self.log = ownLog
        let eventMetrics = EventMetrics(metrics)
        self.metrics = eventMetrics
        watch = StoreWatch(store, time: time, interval: configuration.watchInterval, log: log)
        storeTrouble = StoreTrouble(time: time, interval: configuration.leaseInterval)
        keeper = LeaseKeeper(
            store, owner: configuration.owner, time: time, duration: configuration.leaseDuration,
            interval: configuration.leaseInterval)
        ports = MailboxRound.Ports(
            calendar: calendar, store: store, watch: watch,
            publisher: EventPublisher(
                store: store, producer: producer, consumer: consumer, names: configuration.names,
                partitionCount: configuration.partitionCount, pacesLive: configuration.pacesLive,
                deadlines: configuration.deadlines, time: time, randomness: randomness, metrics: eventMetrics),
            deadlines: configuration.deadlines, time: time, log: ownLog, metrics: eventMetrics)
        let wanted = WantedMailboxes()
        let work = wanted.work
        self.work = work
        self.wanted = wanted
        state = Mutex(
            State(
                schedule: MailboxSchedule(
                    parallel: configuration.parallel, hintInterval: configuration.deadlines.hintInterval,
                    owner: configuration.owner)))
        let group = configuration.names.name(ofGroup: ConsumerGroup.exchangeReader)
        intake = IntakeWorker(
            configuration.intake, consumer: consumer,
            merger: HintIntake(
                store: store, group: group, log: ownLog, metrics: eventMetrics, onMerged: { wanted.take($0) }),
            deadLetters: CountedDeadLetters(
                DeadLetterTopic(producer: producer, group: group), group: group, metrics: metrics),
            partitions: wanted, time: time,
            randomness: randomness, log: log, metrics: metrics)
    }

    /// Why the process is not ready; `nil` where it is. Exchange does not count: an outage there must not end it.
    public var notReady: String? {
        if let failure = watch.failure ?? storeTrouble.current { return failure.description }
        return intake.status.notReady
    }

    public var intakeStatus: IntakeStatus { intake.status }

    /// Reads until `drain(within:)` has ended it.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        let outcome = await withTaskGroup(of: Result<Void, KafkaError>?.self) { group in
            group.addTask {
                await self.watch.run()
                return nil
            }
            group.addTask { await self.readMailboxes().map { .failure($0) } }
            group.addTask {
                do throws(KafkaError) {
                    return .success(try await self.intake.run())
                } catch {
                    return .failure(error)
                }
            }
            defer { group.cancelAll() }
            while let ended = await group.next() {
                if let outcome = ended { return outcome }
            }
            return .success(())
        }
        try outcome.get()
    }

    /// Begins nothing more and leaves the group. Rounds under way are cut off: what they have not committed is read again.
    public func drain(within timeout: Duration) async {
        wanted.end()
        await intake.drain(within: timeout)
    }

    // MARK: The loop

    /// - Returns: why the producer is of no more use; `nil` where the task was cancelled.
    private func readMailboxes() async -> KafkaError? {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, state.withLock({ $0.failure == nil }) {
                await look()
                let facts = facts()
                let now = time.uptime
                let (users, next, counts) = state.withLock { state in
                    let isOpen = state.hasLooked && !wanted.isEnding
                    let users = isOpen ? state.schedule.begin(facts, uptime: now) : []
                    let counts = (due: state.schedule.due(facts, uptime: now), busy: state.schedule.busy)
                    return (users, state.schedule.nextStart(facts, uptime: now), counts)
                }
                for user in users { group.addTask { await self.read(user) } }
                metrics.mailboxes(due: counts.due, read: counts.busy, quarantined: quarantined)
                let pause = min(
                    configuration.deadlines.pollInterval,
                    next.map { max(.milliseconds(1), $0 - now) } ?? configuration.deadlines.pollInterval)
                do throws(CancellationError) {
                    try await work.wait(atMost: pause, time)
                } catch {
                    break
                }
            }
            group.cancelAll()
        }
        return state.withLock { $0.failure }
    }

    private func read(_ user: SyncUserID) async {
        let outcome = await round(of: user)
        state.withLock { $0.schedule.ended(user, outcome) }
        work.raise()
    }

    /// Takes the mailbox's lease, where it is free, for one round.
    private func round(of user: SyncUserID) async -> MailboxSchedule.Outcome {
        let outcome = RoundOutcome(.notNow(until: time.uptime + configuration.leaseInterval))
        do {
            let log = log
            let storeTrouble = storeTrouble
            let isHeld = try await keeper.withFreeLease(CalendarCursor.lease(of: user)) { error in
                guard storeTrouble.failed(error) else { return }
                log.error("a lease can't be renewed; it is tried again", ["error": error.message])
            } _: { lease in
                outcome.begin()
                outcome.set(try await self.round(of: user, lease))
            }
            if !isHeld, outcome.hasBegun {
                log.notice("a mailbox's lease is lost: another reads it", ["user": user.description])
            }
        } catch let error as StoreError {
            if storeTrouble.failed(error) {
                log.error("a mailbox's lease can't be taken; it is tried again", ["error": error.message])
            }
        } catch {
            // Cancelled.
        }
        return outcome.value
    }
}

/// What became of a round, told by the task that holds the lease to the one that began it.
private final class RoundOutcome: Sendable {
    private let state: Mutex<(outcome: MailboxSchedule.Outcome, hasBegun: Bool)>

    /// - Parameter outcome: where the lease is another's.
    init(_ outcome: MailboxSchedule.Outcome) { state = Mutex((outcome, false)) }

    var value: MailboxSchedule.Outcome { state.withLock { $0.outcome } }
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    func begin() { state.withLock { $0.hasBegun = true } }
    func set(_ outcome: MailboxSchedule.Outcome) { state.withLock { $0.outcome = outcome } }
}
