import Foundation
import Kafka
import LNClient
import Runtime
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// Reads LN's contacts and publishes them, under the lease `reader/<company>/contact`: one page at a time, live or back-fill, from
/// its read to its last commit (the design's reader model shows why). One for each time the lease is held; one task uses it.
final class ContactReader {
    /// Asks for what LN's service has.
    private(set) var client: LNClient
    let store: any SyncStore
    let watch: StoreWatch
    let publisher: ContactPublisher
    let inbox: HintInbox
    let lease: HeldLease
    let zone: TimeZone
    let deadlines: ReaderDeadlines
    let trouble: LNTrouble
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger

    var schedule = ReaderSchedule()
    var watermarks: Watermarks
    var pull: Pull?
    var comparison: Comparison?
    /// A pull could not ask for contacts that left the scope.
    var isComparisonOwed = false
    /// Contacts whose removal a person approved wait.
    var areApprovalsWaiting = false
    /// When approvals are looked for next, by `uptime`.
    var nextLook: Duration = .zero
    private var inspection: ServiceInspection
    private var isInspected = false
    private var counter: Int64 = 0
    private var reported: Set<MissingISOCode> = []

    /// - Parameter cursors: as the store has them since the lease is held.
    init(
        client: LNClient, store: any SyncStore, watch: StoreWatch, publisher: ContactPublisher, inbox: HintInbox,
        lease: HeldLease, cursors: [CursorName: String], zone: TimeZone, trouble: LNTrouble, log: Logger
    ) {
        self.client = client
        inspection = ServiceInspection(client, Watermarks.sets, store: store, log: log)
        self.store = store
        self.watch = watch
        self.publisher = publisher
        self.inbox = inbox
        self.lease = lease
        self.zone = zone
        self.trouble = trouble
        self.log = log
        deadlines = publisher.deadlines
        time = publisher.time
        randomness = publisher.randomness
        watermarks = Watermarks(client.company, cursors)
    }

    var company: Company { client.company }

    /// Reads until the task is cancelled.
    /// - Throws: `ReaderError.leaseLost`, `KafkaError` where the producer is of no more use, `CancellationError`.
    func run() async throws {
        while true {
            try Task.checkCancellation()
            await lookForApprovals()
            guard let step = schedule.next(facts, now: time.now, uptime: time.uptime) else {
                try await recordPassedOver()
                try await inbox.wake.wait(atMost: deadlines.pollInterval, time)
                continue
            }
            do {
                schedule.succeeded(step, isDone: try await perform(step))
                // That the service is as it should be does not say that it answers.
                if step != .inspect { await trouble.succeeded() }
            } catch let error as LNError {
                try Task.checkCancellation()
                // Stopped while a step was under way: no fault, and nothing to wait for.
                guard watch.snapshot.isStarted else { continue }
                await trouble.failed(error)
                // The service may be another than it was.
                if !error.isRetriable { isInspected = false }
                // LN's links may not last: the set is read again from its watermark.
                pull?.startAgain()
                failed(error)
            } catch let error as StoreError {
                log.warning("the store failed; the page is read again", ["error": error.message])
                failed(nil)
            } catch let error as KafkaError where error.code != .fatal && error.code != .closed {
                log.warning("a page was not sent; it is read again", ["error": error.message])
                failed(nil)
            }
        }
    }

    private func perform(_ step: ReaderSchedule.Step) async throws -> Bool {
        switch step {
        case .inspect: try await inspect()
        case .begin: try await begin()
        case .pull: try await pullPage()
        case .approvals: try await approvedRemovals()
        case .contacts: try await namedContacts()
        case .baseline: try await baselinePage()
        case .comparison: try await comparisonPage()
        }
    }

    private func failed(_ error: LNError?) {
        publisher.metrics.failed()
        schedule.failed(until: time.uptime + deadlines.pause(after: schedule.failures + 1, error, randomness))
    }

    private var facts: ReaderSchedule.Facts {
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

    // MARK: Steps' common parts

    /// A read's place in the order, drawn before its request is sent.
    func nextSequence() -> ReadSequence {
        counter += 1
        return ReadSequence(epoch: lease.lease.epoch, counter: counter)
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

    func commit(_ mutations: [Mutation]) async throws {
        try await publisher.commit(mutations, lease)
    }

    /// Hints of other leases need nothing: their positions move when nothing else is to be done.
    private func recordPassedOver() async throws {
        do {
            try await inbox.recordPositions()
        } catch let error as StoreError {
            log.debug("hints' positions were not recorded", ["error": error.message])
        }
    }

    private func inspect() async throws -> Bool {
        client = try await inspection.inspect(lease)
        // What can be asked for may be another now.
        pull = nil
        isInspected = true
        return true
    }

    /// The first watermarks are read before the first back-fill, so that no change falls between the two (CON-1).
    private func begin() async throws -> Bool {
        let now = time.now
        var begun = watermarks
        for set in Watermarks.sets where client.mapping.hasModificationTime(set) {
            begun.rise(set, to: try await client.newestModification(set) ?? Date(timeIntervalSince1970: 0))
        }
        begun.lastPull = now
        begun.lastComparison = now
        let cursors = Watermarks.sets.compactMap(begun.cursor(of:)).map { Mutation.cursor($0.0, $0.1) }
        try await commit(
            cursors + [
                .cursor(begun.pullName, Watermarks.text(now)), .cursor(begun.comparisonName, Watermarks.text(now)),
            ])
        watermarks = begun
        return true
    }
}

extension Baseline {
    var isRunning: Bool { if case .running = self { true } else { false } }
}
