public import ExchangeClient
public import Kafka
public import KafkaWorker
public import LNClient
public import Runtime
public import SyncEvents
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
            let topics = Topic.all.filter { $0.groups.contains("calendar-worker") }
            return Dictionary(uniqueKeysWithValues: topics.map { (names.name(of: $0), $0.isBackfill) })
        }
    }

    /// - Parameters:
    ///   - consumer: a member of the group `calendar-worker`, subscribed to `configuration.intake.topics`.
    ///   - producer: for dead letters and requests to invitation-worker.
    ///   - ln: one for each company; the first is the home company of all mailboxes (CAL-7).
    public init(
        _ configuration: Configuration, store: any SyncStore, consumer: any RecordConsumer,
        producer: any RecordProducer, ln: [LNClient], exchange: any ExchangeCalendar, time: any TimeSource,
        randomness: any Randomness, log: Logger, metrics: Metrics
    ) {
        // The parts follow.
    }

    /// Why the process is not ready; `nil` where it is. LN and Exchange do not count: an outage there must not end it.
    public var notReady: String? { nil }

    /// Works until `drain(within:)` has ended it.
    /// - Throws: where the consumer is of no more use, or the task is cancelled.
    public func run() async throws(KafkaError) {}

    /// Begins nothing more, waits for what is under way and leaves the group; settlements that are not over by then are left to
    /// their intents.
    public func drain(within timeout: Duration) async {}
}
