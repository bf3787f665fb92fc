public import ExchangeClient
public import Kafka
public import KafkaWorker
public import LNClient
public import MailboxWorker
public import Runtime
import Settling
public import SyncEvents
import SyncModel
public import SyncStore
public import Telemetry

/// calendar-worker, put together: activities' and events' states become meetings' rows, rows become writes in LN and in the owners'
/// calendars, and what needs a mail goes out to invitation-worker. The program gives it the real ports, the simulator its own.
///
/// `run()` once; `drain(within:)` ends it.
public final class CalendarWorker: Sendable {
    public struct Configuration: Sendable {
        public var worker: MailboxWorker<MeetingSettling>.Configuration
        public var calendar = MeetingSettling.Configuration()
        /// Between two looks at what is to be asked of invitation-worker.
        public var outboxInterval: Duration = .seconds(1)

        /// - Parameters:
        ///   - owner: this process's name, as leases and intents carry it.
        ///   - partitionCount: how many partitions every topic has.
        public init(owner: String, names: TopicNames, partitionCount: Int32) {
            worker = .init(
                group: ConsumerGroup.calendarWorker, owner: owner, names: names, partitionCount: partitionCount)
        }
    }

    private let worker: MailboxWorker<MeetingSettling>
    private let outbox: InvitationOutbox

    /// - Parameters:
    ///   - consumer: a member of the group `calendar-worker`, subscribed to the topics of its intake.
    ///   - producer: for dead letters and requests to invitation-worker.
    ///   - ln: one for each company; the first is the home company of all mailboxes (CAL-7).
    public init(
        _ configuration: Configuration, store: any SyncStore, consumer: any RecordConsumer,
        producer: any RecordProducer, ln: [LNClient], exchange: any ExchangeCalendar, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        let count = configuration.worker.partitionCount
        let partition: @Sendable (SyncUserID) -> Int32 = {
            Partitioner.partition(of: Array(MeetingRecordKey(owner: $0).description.utf8), count: count)
        }
        let watch = StoreWatch(store, time: time, interval: configuration.worker.watchInterval, log: log)
        let worker = MailboxWorker(
            configuration.worker, watch: watch,
            settling: MeetingSettling(
                configuration.calendar, store: store, ln: ln, exchange: exchange, watch: watch, partition: partition,
                time: time, log: log),
            intake: { CalendarIntake(store: store, watch: watch, partition: partition, onMerged: $0) },
            store: store, consumer: consumer, producer: producer, time: time, randomness: randomness, log: log,
            metrics: metrics)
        self.worker = worker
        outbox = InvitationOutbox(
            store: store, producer: producer, topic: configuration.worker.names.name(of: .invitationRequests),
            held: { worker.settler.heldPartitions }, time: time, interval: configuration.outboxInterval,
            log: log.labelled("InvitationOutbox"))
    }

    /// Why the process is not ready; `nil` where it is. LN and Exchange do not count: an outage there must not end it.
    public var notReady: String? { worker.notReady }

    public var intakeStatus: IntakeStatus { worker.intakeStatus }

    /// Works until `drain(within:)` has ended it.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        try await worker.run { await self.outbox.run() }
    }

    /// Begins nothing more, waits for what is under way and leaves the group; settlements that are not over by then are left to
    /// their intents.
    public func drain(within timeout: Duration) async { await worker.drain(within: timeout) }
}
