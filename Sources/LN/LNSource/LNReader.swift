public import Foundation
public import HTTPTypes
public import Kafka
public import LNClient
public import Runtime
public import SyncEvents
import SyncModel
public import SyncStore
import Synchronization
public import Telemetry

/// The reader role of ln-producer, put together: it takes users and settings over from LN, and publishes the states of contacts and
/// activities, live by pulls and hints, by back-fill for first syncs and baselines. Of several processes one reads; the others wait for its leases.
/// The program gives it the real ports, the simulator its own.
///
/// While synchronisation is stopped, no request to LN is begun.
public final class LNReader: Sendable {
    public struct Configuration: Sendable {
        /// This process's name, as leases carry it.
        public var owner: String
        public var names: TopicNames
        /// How many partitions every topic has.
        public var partitionCount: Int32
        /// In which LN's pull intervals are aligned to the clock (SET-2).
        public var zone = TimeZone.gmt
        /// The broker drops what is not read soon: live sends wait for room too. The embedded broker is such a one.
        public var pacesLive = false
        public var deadlines = ReaderDeadlines()
        /// Between two looks at settings and users.
        public var watchInterval: Duration = .seconds(1)
        public var leaseDuration: Duration = .seconds(13)
        public var leaseInterval: Duration = .seconds(1)

        public init(owner: String, names: TopicNames, partitionCount: Int32) {
            self.owner = owner
            self.names = names
            self.partitionCount = partitionCount
        }
    }

    private let configuration: Configuration
    private let client: LNClient
    private let store: any SyncStore
    private let producer: any RecordProducer
    private let consumer: any RecordConsumer
    private let activityConsumer: any RecordConsumer
    private let watch: StoreWatch
    private let time: any TimeSource
    private let randomness: any Randomness
    private let log: Logger
    private let metrics: Metrics
    private let storeTrouble: StoreTrouble
    /// While their leases are held.
    private let inboxes = Mutex<[Hint.Kind: HintInbox]>([:])

    /// - Parameters:
    ///   - transport: to ION API and its authorization server.
    ///   - consumer: of the reader of contacts alone, without a group.
    ///   - activityConsumer: of the reader of activities alone, without a group.
    ///   - producer: with a delivery timeout shorter than `deadlines.leaseLeft`.
    public init(
        _ configuration: Configuration, ln: LNClient.Configuration, transport: any HTTPTransport, store: any SyncStore,
        producer: any RecordProducer, consumer: any RecordConsumer, activityConsumer: any RecordConsumer,
        time: any TimeSource, randomness: any Randomness,
        log: Logger, metrics: Metrics
    ) {
        self.configuration = configuration
        self.store = store
        self.producer = producer
        self.consumer = consumer
        self.activityConsumer = activityConsumer
        self.time = time
        self.randomness = randomness
        self.log = log.labelled("LNSource")
        self.metrics = metrics
        watch = StoreWatch(store, time: time, interval: configuration.watchInterval, log: log)
        storeTrouble = StoreTrouble(time: time, interval: configuration.leaseInterval)
        client = LNClient(ln, transport: SwitchedTransport(transport: transport, watch: watch), time: time, log: log)
    }

    /// Why the process is not ready; `nil` where it is. LN does not count: an outage there must not end it.
    public var notReady: String? {
        if let failure = watch.failure ?? storeTrouble.current { return failure.description }
        let inboxes = inboxes.withLock { $0 }
        return [Hint.Kind.contact, .activity].lazy.compactMap { inboxes[$0]?.kafkaTrouble }.first?.description
    }

    /// Reads until the task is cancelled, which gives the leases to whoever waits for them.
    /// - Throws: where the consumer or producer is of no more use, or the task is cancelled.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.watch.run()
                try Task.checkCancellation()
            }
            group.addTask { try await self.hold("settings") { try await self.readSettings($0) } }
            group.addTask { try await self.hold("contact") { try await self.read(.contact, $0) } }
            group.addTask { try await self.hold("activity") { try await self.read(.activity, $0) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Does the work whenever the lease is held.
    private func hold(_ kind: String, _ work: @escaping @Sendable (HeldLease) async throws -> Void) async throws {
        let keeper = LeaseKeeper(
            store, owner: configuration.owner, time: time, duration: configuration.leaseDuration,
            interval: configuration.leaseInterval)
        let name = LeaseName("reader/\(client.company)/\(kind)")
        let log = log
        let storeTrouble = storeTrouble
        while true {
            try await keeper.withLease(name) { error in
                guard storeTrouble.failed(error) else { return }
                log.error(
                    "a lease can't be taken or renewed; it is tried again",
                    ["lease": name.rawValue, "error": error.message])
            } _: { lease in
                log.info("lease held", ["lease": name.rawValue, "epoch": String(lease.lease.epoch)])
                do {
                    try await work(lease)
                } catch ReaderError.leaseLost {
                    log.notice("lease lost: another reads", ["lease": name.rawValue])
                }
            }
            try await time.sleep(for: configuration.leaseInterval)
        }
    }

    private func readSettings(_ lease: HeldLease) async throws {
        let reader = SettingsReader(
            client: client, store: store, watch: watch, deadlines: configuration.deadlines, trouble: trouble(of: lease),
            time: time, randomness: randomness, log: log)
        try await reader.run(lease)
    }

    private func read(_ kind: Hint.Kind, _ lease: HeldLease) async throws {
        let consumer = kind == .contact ? consumer : activityConsumer
        let metrics = ReaderMetrics(metrics, kind)
        let sender = sender(kind, consumer)
        let inbox = HintInbox(
            store: store, consumer: consumer, names: configuration.names, company: client.company, kind: kind,
            lease: lease, pause: configuration.deadlines.firstPause, time: time, log: log, metrics: metrics)
        inboxes.withLock { $0[kind] = inbox }
        defer { inboxes.withLock { $0[kind] = nil } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await inbox.listen() }
            group.addTask {
                let cursors = try await self.store.cursors()
                switch kind {
                case .contact:
                    let reader = ContactReader(
                        client: self.client, watch: self.watch,
                        publisher: ContactPublisher(sender: sender, metrics: metrics), inbox: inbox, lease: lease,
                        cursors: cursors, zone: self.configuration.zone, trouble: self.trouble(of: lease), log: self.log
                    )
                    try await reader.run()
                case .activity:
                    let publisher = ActivityPublisher(sender: sender, zone: self.configuration.zone, metrics: metrics)
                    let reader = ActivityReader(
                        client: self.client, watch: self.watch, publisher: publisher, inbox: inbox, lease: lease,
                        cursors: cursors, trouble: self.trouble(of: lease), log: self.log)
                    try await reader.run()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func sender(_ kind: Hint.Kind, _ consumer: any RecordConsumer) -> PageSender {
        let count = configuration.partitionCount
        var pacing = BackfillPacing(
            store: store, consumer: consumer, names: configuration.names, time: time,
            interval: configuration.deadlines.pollInterval, pacesLive: configuration.pacesLive,
            partition: { Partitioner.partition(of: Array($0.description.utf8), count: count) })
        if kind == .activity {
            pacing.topics = (.activityChanges, .activityChanges)
            pacing.group = ConsumerGroup.calendarWorker
        }
        return PageSender(
            store: store, producer: producer, names: configuration.names, company: client.company, pacing: pacing,
            deadlines: configuration.deadlines, time: time, randomness: randomness, log: log)
    }

    private func trouble(of lease: HeldLease) -> LNTrouble {
        LNTrouble(lease, store: store, log: log)
    }
}
