import Foundation
import Kafka
import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// Reads LN's contacts and publishes them, under the lease `reader/<company>/contact`: one page at a time, live or back-fill, from
/// its read to its last commit (the design's reader model shows why). One for each time the lease is held; one task uses it.
final class ContactReader: PageReader {
    /// Asks for what LN's service has.
    private(set) var client: LNClient
    let watch: StoreWatch
    let publisher: ContactPublisher
    let inbox: HintInbox
    let lease: HeldLease
    let zone: TimeZone
    let trouble: LNTrouble
    let log: Logger

    var schedule = ReaderSchedule()
    var counter: Int64 = 0
    var watermarks: Watermarks
    var pull: Pull?
    var comparison: Comparison?
    var isComparisonOwed = false
    /// Contacts whose removal a person approved wait.
    var areApprovalsWaiting = false
    /// When approvals are looked for next, by `uptime`.
    var nextLook: Duration = .zero
    private var inspection: ServiceInspection
    private var isInspected = false
    private var reported: Set<MissingISOCode> = []

    /// - Parameter cursors: as the store has them since the lease is held.
    init(
        client: LNClient, watch: StoreWatch, publisher: ContactPublisher, inbox: HintInbox, lease: HeldLease,
        cursors: [CursorName: String], zone: TimeZone, trouble: LNTrouble, log: Logger
    ) {
        self.client = client
        inspection = ServiceInspection(client, Watermarks.ofContacts, store: publisher.store, log: log)
        self.watch = watch
        self.publisher = publisher
        self.inbox = inbox
        self.lease = lease
        self.zone = zone
        self.trouble = trouble
        self.log = log
        watermarks = Watermarks(client.company, .contact, cursors)
    }

    var sender: PageSender { publisher.sender }
    var store: any SyncStore { publisher.store }
    var metrics: ReaderMetrics { publisher.metrics }

    func look() async { await lookForApprovals() }

    func gaveUp(_ error: LNError) {
        // The service may be another than it was.
        if !error.isRetriable { isInspected = false }
        // LN's links may not last: the set is read again from its watermark.
        pull?.startAgain()
    }

    func perform(_ step: ReaderSchedule.Step) async throws -> Bool {
        switch step {
        case .inspect: return try await inspect()
        case .begin:
            try await recordBeginning(client)
            return true
        case .pull: return try await pullPage()
        case .approvals: return try await approvedRemovals()
        case .contacts: return try await namedContacts()
        case .baseline: return try await baselinePage()
        case .comparison: return try await comparisonPage()
        case .activities: return true
        }
    }

    var facts: ReaderSchedule.Facts {
        let snapshot = watch.snapshot
        var facts = ReaderSchedule.Facts()
        facts.isOn =
            inbox.isOpen && snapshot.isStarted && snapshot.comParameters?.synchronizeContacts == true
            && snapshot.syncSettings != nil && snapshot.settings[.isoCodes] != nil
        facts.isInspected = isInspected
        facts.hasBegun = watermarks.hasBegun
        facts.ticks = snapshot.syncSettings.map { PullSchedule($0.contactPullInterval, in: zone) }
        facts.lastPull = watermarks.lastPull
        facts.lastComparison = watermarks.lastComparison
        facts.isPullWanted = inbox.isWaiting(for: .pull)
        facts.isComparisonWanted = isComparisonOwed || inbox.isWaiting(for: .comparison)
        facts.areApprovalsWaiting = areApprovalsWaiting
        facts.areContactsWanted = inbox.isWaiting(for: .contacts)
        facts.areBaselinesRunning = snapshot.users.values.contains {
            $0.isActive && !$0.isPaused && $0.baseline.isRunning
        }
        return facts
    }

    /// Contacts as they are published; codes that have no ISO code are reported once.
    func read(_ contacts: [Contact]) async throws -> [ReadContact] {
        let codes = watch.snapshot.isoCodes ?? ISOCodes()
        var missing: Set<MissingISOCode> = []
        let read = try contacts.map { try ReadContact($0, codes, missing: &missing) }
        missing.subtract(reported)
        if !missing.isEmpty {
            let details = missing.map { "\($0): contacts go out without it" }.sorted()
            for detail in details { log.warning("an ISO code is missing in LN", ["detail": detail]) }
            try await commit(
                details.map {
                    .journal(JournalDraft(item: "ln/\(company)", rule: "CON-3", action: "reported", detail: $0))
                })
        }
        reported.formUnion(missing)
        return read
    }

    /// Reads contacts by their keys: each is published as it is, or as proven to be absent.
    func readByKey(_ codes: [ContactCode]) async throws -> [ReadContact] {
        let found = try await client.contacts(codes)
        return try await read(codes.compactMap { found[$0] })
            + codes.filter { found[$0] == nil }.map(ReadContact.init(absent:))
    }

    private func inspect() async throws -> Bool {
        client = try await inspection.inspect(lease)
        // What can be asked for may be another now.
        pull = nil
        isInspected = true
        return true
    }
}

extension Baseline {
    var isRunning: Bool { if case .running = self { true } else { false } }
}
