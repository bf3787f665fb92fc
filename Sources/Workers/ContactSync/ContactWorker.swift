public import ExchangeClient
public import Kafka
public import KafkaWorker
public import Runtime
public import Settling
import StoreIntake
public import SyncEvents
public import SyncModel
public import SyncStore
public import Telemetry

/// contact-worker, put together: intake of contact events into rows, settling of rows into mailboxes, housekeeping of the store.
/// The program gives it the real ports, the simulator its own.
///
/// `run()` once; `drain(within:)` ends it.
public final class ContactWorker: Sendable {
    public struct Configuration: Sendable {
        /// This process's name, as leases and intents carry it.
        public var owner: String
        public var names: TopicNames
        /// How many partitions every topic has.
        public var partitionCount: Int32
        /// The installation's language, in which countries are named: `en`, `ja`.
        public var language = "en"
        public var contacts = ContactSettling.Configuration()
        public var intake: IntakeWorker.Configuration
        public var settling = Settler<ContactSettling>.Configuration()
        /// Between two searches of a mailbox for what was edited in Outlook, where the policy asks for it (CON-4).
        public var editInterval: Duration = .seconds(3600)
        /// Between two searches of a mailbox for copies that were made in Outlook, whatever the policy (CON-7).
        public var copyInterval: Duration = .seconds(86400)
        /// Between two looks at settings and users.
        public var watchInterval: Duration = .seconds(1)
        public var leaseDuration: Duration = .seconds(13)
        public var leaseInterval: Duration = .seconds(1)

        public init(owner: String, names: TopicNames, partitionCount: Int32) {
            self.owner = owner
            self.names = names
            self.partitionCount = partitionCount
            intake = IntakeWorker.Configuration(topics: Self.topics(names))
        }

        /// The topics that contact-worker reads, and whether one is back-fill.
        private static func topics(_ names: TopicNames) -> [String: Bool] {
            let topics = Topic.all.filter { $0.groups.contains(ConsumerGroup.contactWorker) }
            return Dictionary(uniqueKeysWithValues: topics.map { (names.name(of: $0), $0.isBackfill) })
        }
    }

    private let watch: StoreWatch
    private let settler: Settler<ContactSettling>
    private let intake: IntakeWorker
    private let housekeeping: Housekeeping
    private let storeTrouble: StoreTrouble
    private let edits: OutlookEdits
    private let time: any TimeSource

    /// - Parameters:
    ///   - consumer: a member of the group `contact-worker`, subscribed to `configuration.intake.topics`.
    ///   - producer: for dead letters and hints.
    public init(
        _ configuration: Configuration, store: any SyncStore, consumer: any RecordConsumer,
        producer: any RecordProducer,
        exchange: any ExchangeContacts, time: any TimeSource, randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        self.time = time
        let group = configuration.names.name(ofGroup: ConsumerGroup.contactWorker)
        let count = configuration.partitionCount
        watch = StoreWatch(store, time: time, interval: configuration.watchInterval, log: log)
        let settler = Settler(
            configuration.settling,
            domain: ContactSettling(
                configuration.contacts, store: store, exchange: exchange, watch: watch,
                mapping: ContactMapping(language: configuration.language), time: time, log: log),
            store: store, owner: configuration.owner, time: time, randomness: randomness, log: log, metrics: metrics)
        self.settler = settler
        let domain = ContactIntake(
            store: store, partition: { $0.partition(of: count) }, onMerged: { settler.wake() })
        intake = IntakeWorker(
            configuration.intake, consumer: consumer,
            merger: StoreIntake(
                domain: domain, store: store, group: group,
                backfillTopics: Set(configuration.intake.topics.filter(\.value).keys), log: log),
            deadLetters: CountedDeadLetters(
                DeadLetterTopic(producer: producer, group: group), group: group, metrics: metrics), partitions: settler,
            time: time,
            randomness: randomness, log: log, metrics: metrics)
        let storeTrouble = StoreTrouble(time: time, interval: configuration.leaseInterval)
        self.storeTrouble = storeTrouble
        edits = OutlookEdits(
            store: store, exchange: exchange, watch: watch, producer: producer,
            hintTopic: configuration.names.name(of: .lnNotifications), owner: configuration.owner,
            isOurs: { settler.isOpen($0.partition(of: count)) }, time: time, randomness: randomness,
            interval: configuration.editInterval, copyInterval: configuration.copyInterval,
            log: log.labelled("OutlookEdits"))
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
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        let outcome: Result<Void, KafkaError> = await withTaskGroup { group in
            group.addTask { await self.watch.run() }
            group.addTask { await self.settler.run() }
            group.addTask { await self.housekeeping.run() }
            group.addTask { await self.edits.run() }
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

extension SyncUserID {
    /// The partition number of the user's records, where every topic has `count` partitions.
    public func partition(of count: Int32) -> Int32 {
        Partitioner.partition(of: Array(description.utf8), count: count)
    }
}
