public import Kafka
public import KafkaWorker
public import Runtime
public import Settling
public import StoreIntake
public import SyncEvents
public import SyncStore
public import Telemetry

/// What contact-worker and calendar-worker are alike in, put together: intake of records into rows, settling of rows, housekeeping of the
/// store. Each brings its two domains, and what it does beside.
///
/// `run(beside:)` once; `drain(within:)` ends it.
public final class MailboxWorker<Domain: SettlingDomain>: Sendable {
    public struct Configuration: Sendable {
        /// This process's name, as leases and intents carry it.
        public var owner: String
        public var names: TopicNames
        /// How many partitions every topic has.
        public var partitionCount: Int32
        /// The consumer group's name, with the installation's prefix.
        public let group: String
        public var intake: IntakeWorker.Configuration
        public var settling = Settler<Domain>.Configuration()
        /// Between two looks at settings and users.
        public var watchInterval: Duration = .seconds(1)
        public var leaseDuration: Duration = .seconds(13)
        public var leaseInterval: Duration = .seconds(1)

        /// - Parameter group: as `Topic` names it: its topics are those that the worker reads.
        public init(group: String, owner: String, names: TopicNames, partitionCount: Int32) {
            self.owner = owner
            self.names = names
            self.partitionCount = partitionCount
            self.group = names.name(ofGroup: group)
            let topics = Topic.all.filter { $0.groups.contains(group) }
            intake = IntakeWorker.Configuration(
                topics: Dictionary(uniqueKeysWithValues: topics.map { (names.name(of: $0), $0.isBackfill) }))
        }
    }

    public let settler: Settler<Domain>
    private let watch: StoreWatch
    private let intake: IntakeWorker
    private let housekeeping: Housekeeping
    private let storeTrouble: StoreTrouble
    private let time: any TimeSource

    /// - Parameters:
    ///   - watch: of settings and users, at `configuration.watchInterval`; it runs here.
    ///   - intake: the domain of what is merged; it calls what it is given when something was.
    ///   - consumer: a member of `configuration.group`, subscribed to `configuration.intake.topics`.
    ///   - producer: for dead letters.
    public init(
        _ configuration: Configuration, watch: StoreWatch, settling: Domain,
        intake merging: (_ onMerged: @escaping @Sendable () -> Void) -> some MergeDomain, store: any SyncStore,
        consumer: any RecordConsumer, producer: any RecordProducer, time: any TimeSource, randomness: any Randomness,
        log: Logger, metrics: Metrics
    ) {
        self.watch = watch
        self.time = time
        let settler = Settler(
            configuration.settling, domain: settling, store: store, owner: configuration.owner, time: time,
            randomness: randomness, log: log, metrics: metrics)
        self.settler = settler
        intake = IntakeWorker(
            configuration.intake, consumer: consumer,
            merger: StoreIntake(
                domain: merging { settler.wake() }, store: store, group: configuration.group,
                backfillTopics: Set(configuration.intake.topics.filter(\.value).keys), log: log),
            deadLetters: CountedDeadLetters(
                DeadLetterTopic(producer: producer, group: configuration.group), group: configuration.group,
                metrics: metrics),
            partitions: settler, time: time, randomness: randomness, log: log, metrics: metrics)
        let storeTrouble = StoreTrouble(time: time, interval: configuration.leaseInterval)
        self.storeTrouble = storeTrouble
        housekeeping = Housekeeping(
            store,
            LeaseKeeper(
                store, owner: configuration.owner, time: time, duration: configuration.leaseDuration,
                interval: configuration.leaseInterval), time: time
        ) { error in
            guard storeTrouble.failed(error) else { return }
            log.labelled("Housekeeping").error(
                "the store can't be written; it is tried again", ["error": error.message])
        }
    }

    /// Why the process is not ready; `nil` where it is. LN and Exchange do not count: an outage there must not end it.
    public var notReady: String? {
        if let failure = watch.failure ?? storeTrouble.current { return failure.description }
        return intake.status.notReady
    }

    public var intakeStatus: IntakeStatus { intake.status }

    /// Works until `drain(within:)` has ended it.
    /// - Parameter service: what the worker does beside, until it is cancelled.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run(beside service: @escaping @Sendable () async -> Void) async throws(KafkaError) {
        let outcome: Result<Void, KafkaError> = await withTaskGroup { group in
            group.addTask { await self.watch.run() }
            group.addTask { await self.settler.run() }
            group.addTask { await self.housekeeping.run() }
            group.addTask { await service() }
            defer { group.cancelAll() }
            do throws(KafkaError) {
                return .success(try await self.intake.run())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// Begins nothing more, waits for what is under way and leaves the group; settlements that are not over by then are left to
    /// their intents.
    public func drain(within timeout: Duration) async {
        let deadline = time.uptime + timeout
        await settler.drain(within: timeout * 2 / 3)
        await intake.drain(within: max(.zero, deadline - time.uptime))
    }
}
