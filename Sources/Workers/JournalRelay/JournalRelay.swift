public import Kafka
public import Runtime
public import SyncEvents
import SyncModel
public import SyncStore
public import Telemetry

/// Copies the store's journal to `sync.journal`, each entry at least once and, of one item, in its order.
///
/// Any number of processes run it; whoever holds the lease relays, the others stand by. Its place moves when the broker has
/// acknowledged a page. It goes on while synchronisation is stopped: the journal is neither LN's nor Exchange's.
public struct JournalRelay: Sendable {
    public static let lease = LeaseName("journal-relay")
    /// The number of the last entry that is relayed.
    public static let cursor = CursorName("journal-relay")
    /// Entries of one page.
    static let pageSize = 500

    private let store: any SyncStore
    private let producer: any RecordProducer
    private let leases: LeaseKeeper
    private let topic: String
    private let time: any TimeSource
    private let interval: Duration
    private let log: Logger

    /// - Parameter interval: between two looks at a journal that was read to its end, and before another attempt.
    public init(
        _ store: any SyncStore, _ producer: any RecordProducer, _ leases: LeaseKeeper, names: TopicNames,
        time: any TimeSource, interval: Duration = .seconds(1), log: Logger
    ) {
        self.store = store
        self.producer = producer
        self.leases = leases
        topic = names.name(of: .journal)
        self.time = time
        self.interval = interval
        self.log = log.labelled("JournalRelay")
    }

    /// Relays until the task is cancelled.
    public func run() async {
        do {
            try await leases.withLease(
                Self.lease, trouble: { log.warning("the lease can't be asked for", ["error": $0.message]) }, relay)
        } catch {
            // Cancelled: the process ends.
        }
    }

    private func relay(_ held: HeldLease) async throws {
        var trouble: String?
        while true {
            do {
                if try await relayPage(held.lease) == Self.pageSize { continue }
                if trouble != nil { log.notice("the journal is relayed again") }
                trouble = nil
            } catch let error where !(error is CancellationError) {
                if trouble != "\(error)" {
                    log.warning(
                        "the journal waits to be relayed (lnsync topics apply makes its topic)", ["error": "\(error)"])
                }
                trouble = "\(error)"
            }
            try await time.sleep(for: interval)
        }
    }

    /// - Returns: how many entries were relayed.
    func relayPage(_ lease: Lease) async throws -> Int {
        let last = try await store.cursor(Self.cursor).flatMap { Int64($0) } ?? 0
        let entries = try await store.journal(after: last, limit: Self.pageSize)
        guard let end = entries.last?.number else { return 0 }
        let records = try entries.map { try $0.record(for: topic) }
        for result in await producer.send(records) { _ = try result.get() }
        // Lost where another has the lease by now: it sends these again.
        _ = try await store.commit([.cursor(Self.cursor, String(end))], holding: [lease])
        return entries.count
    }
}
