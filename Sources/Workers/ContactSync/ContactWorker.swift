public import ExchangeClient
public import Kafka
public import KafkaWorker
public import MailboxWorker
public import Runtime
import Settling
public import SyncEvents
public import SyncModel
public import SyncStore
public import Telemetry

/// contact-worker, put together: contact events become rows, rows become contacts in mailboxes, and what was edited in Outlook is looked for.
/// The program gives it the real ports, the simulator its own.
///
/// `run()` once; `drain(within:)` ends it.
public final class ContactWorker: Sendable {
    public struct Configuration: Sendable {
        public var worker: MailboxWorker<ContactSettling>.Configuration
        /// The installation's language, in which countries are named: `en`, `ja`.
        public var language = "en"
        public var contacts = ContactSettling.Configuration()
        /// Between two searches of a mailbox for what was edited in Outlook, where the policy asks for it (CON-4).
        public var editInterval: Duration = .seconds(3600)
        /// Between two searches of a mailbox for copies that were made in Outlook, whatever the policy (CON-7).
        public var copyInterval: Duration = .seconds(86400)

        /// - Parameters:
        ///   - owner: this process's name, as leases and intents carry it.
        ///   - partitionCount: how many partitions every topic has.
        public init(owner: String, names: TopicNames, partitionCount: Int32) {
            worker = .init(
                group: ConsumerGroup.contactWorker, owner: owner, names: names, partitionCount: partitionCount)
        }
    }

    private let worker: MailboxWorker<ContactSettling>
    private let edits: OutlookEdits

    /// - Parameters:
    ///   - consumer: a member of the group `contact-worker`, subscribed to the topics of its intake.
    ///   - producer: for dead letters and hints.
    public init(
        _ configuration: Configuration, store: any SyncStore, consumer: any RecordConsumer,
        producer: any RecordProducer,
        exchange: any ExchangeContacts, time: any TimeSource, randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        let count = configuration.worker.partitionCount
        let watch = StoreWatch(store, time: time, interval: configuration.worker.watchInterval, log: log)
        let settling = ContactSettling(
            configuration.contacts, store: store, exchange: exchange, watch: watch,
            mapping: ContactMapping(language: configuration.language), time: time, log: log)
        let worker = MailboxWorker(
            configuration.worker, watch: watch, settling: settling,
            intake: { ContactIntake(store: store, partition: { $0.partition(of: count) }, onMerged: $0) },
            store: store, consumer: consumer, producer: producer, time: time, randomness: randomness, log: log,
            metrics: metrics)
        self.worker = worker
        edits = OutlookEdits(
            store: store, exchange: exchange, folders: settling.folders, watch: watch, producer: producer,
            hintTopic: configuration.worker.names.name(of: .lnNotifications), owner: configuration.worker.owner,
            isOurs: { worker.settler.isOpen($0.partition(of: count)) }, time: time, randomness: randomness,
            interval: configuration.editInterval, copyInterval: configuration.copyInterval,
            log: log.labelled("OutlookEdits"))
    }

    /// Why the process is not ready; `nil` where it is. LN and Exchange do not count: an outage there must not end it.
    public var notReady: String? { worker.notReady }

    public var intakeStatus: IntakeStatus { worker.intakeStatus }

    /// Works until `drain(within:)` has ended it.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {
        try await worker.run { await self.edits.run() }
    }

    /// Begins nothing more, waits for what is under way and leaves the group; settlements that are not over by then are left to
    /// their intents.
    public func drain(within timeout: Duration) async { await worker.drain(within: timeout) }
}

extension SyncUserID {
    /// The partition number of the user's records, where every topic has `count` partitions.
    public func partition(of count: Int32) -> Int32 {
        Partitioner.partition(of: Array(description.utf8), count: count)
    }
}
