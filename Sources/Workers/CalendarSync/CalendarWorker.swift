public import ExchangeClient
public import Kafka
public import KafkaWorker
public import LNClient
public import Runtime
public import Settling
import StoreIntake
public import SyncEvents
import SyncModel
public import SyncStore
public import Telemetry

/// calendar-worker, put together: intake of activities' and events' states into meetings' rows, settling of rows into LN and the owners'
/// calendars, the outbox of what needs a mail. The program gives it the real ports, the simulator its own.
///
/// `run()` once; `drain(within:)` ends it.
public final class CalendarWorker: Sendable {
    public struct Configuration: Sendable {
        /// This process's name, as leases and intents carry it.
        public var owner: String
        public var names: TopicNames
        /// How many partitions every topic has.
        public var partitionCount: Int32
        public var calendar = MeetingSettling.Configuration()
        public var intake: IntakeWorker.Configuration
        public var settling = Settler<MeetingSettling>.Configuration()
        /// Between two looks at what is to be asked of invitation-worker.
        public var outboxInterval: Duration = .seconds(1)
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

        /// The topics that calendar-worker reads, and whether one is back-fill.
        private static func topics(_ names: TopicNames) -> [String: Bool] {
            let topics = Topic.all.filter { $0.groups.contains(ConsumerGroup.calendarWorker) }
            return Dictionary(uniqueKeysWithValues: topics.map { (names.name(of: $0), $0.isBackfill) })
        }
    }

    private let watch: StoreWatch
    private let settler: Settler<MeetingSettling>
    private let intake: IntakeWorker
    private let outbox: InvitationOutbox
    private let housekeeping: Housekeeping
    private let storeTrouble: StoreTrouble
    private let time: any TimeSource

    /// - Parameters:
    ///   - consumer: a member of the group `calendar-worker`, subscribed to `configuration.intake.topics`.
    ///   - producer: for dead letters and requests to invitation-worker.
    ///   - ln: one for each company; the first is the home company of all mailboxes (CAL-7).
    public init(
        _ configuration: Configuration, store: any SyncStore, consumer: any RecordConsumer,
        producer: any RecordProducer, ln: [LNClient], exchange: any ExchangeCalendar, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        self.time = time
        let group = configuration.names.name(ofGroup: ConsumerGroup.calendarWorker)
        let count = configuration.partitionCount
        let partition: @Sendable (SyncUserID) -> Int32 = {
            Partitioner.partition(of: Array(MeetingRecordKey(owner: $0).description.utf8), count: count)
        }
        let watch = StoreWatch(store, time: time, interval: configuration.watchInterval, log: log)
        self.watch = watch
        let settler = Settler(
            configuration.settling,
            domain: MeetingSettling(
                configuration.calendar, store: store, ln: ln, exchange: exchange, watch: watch, partition: partition,
                time: time, log: log),
            store: store, owner: configuration.owner, time: time, randomness: randomness, log: log, metrics: metrics)
        self.settler = settler
        let domain = CalendarIntake(
            store: store, watch: watch, partition: partition, onMerged: { settler.wake() })
        intake = IntakeWorker(
            configuration.intake, consumer: consumer,
            merger: StoreIntake(
                domain: domain, store: store, group: group,
                backfillTopics: Set(configuration.intake.topics.filter(\.value).keys), log: log),
            deadLetters: CountedDeadLetters(
                DeadLetterTopic(producer: producer, group: group), group: group, metrics: metrics), partitions: settler,
            time: time, randomness: randomness, log: log, metrics: metrics)
        outbox = InvitationOutbox(
            store: store, producer: producer, topic: configuration.names.name(of: .invitationRequests),
            held: { settler.heldPartitions }, time: time, interval: configuration.outboxInterval,
            log: log.labelled("InvitationOutbox"))
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
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        let outcome: Result<Void, KafkaError> = await withTaskGroup { group in
            group.addTask { await self.watch.run() }
            group.addTask { await self.settler.run() }
            group.addTask { await self.outbox.run() }
            group.addTask { await self.housekeeping.run() }
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
