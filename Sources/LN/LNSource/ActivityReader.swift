import Foundation
import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// Reads LN's appointments and calls and publishes them, under the lease `reader/<company>/activity`. Nothing is asked for while COM
/// parameter *Synchronize Activities* is off.
final class ActivityReader: PageReader {
    /// Asks for what LN's service has.
    private(set) var client: LNClient
    let watch: StoreWatch
    let publisher: ActivityPublisher
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
    /// Changed attendees and texts whose activities were read: the overlap shows them again.
    var seen: [LNEntitySet: Set<LNChange<ActivityCode>>] = [:]
    private var inspection: ServiceInspection
    private var isInspected = false

    /// - Parameter cursors: as the store has them since the lease is held.
    init(
        client: LNClient, watch: StoreWatch, publisher: ActivityPublisher, inbox: HintInbox, lease: HeldLease,
        cursors: [CursorName: String], trouble: LNTrouble, log: Logger
    ) {
        self.client = client
        inspection = ServiceInspection(
            client, LNEntitySet.ofActivities, rule: "CAL-1", store: publisher.sender.store, log: log)
        self.watch = watch
        self.publisher = publisher
        self.inbox = inbox
        self.lease = lease
        zone = publisher.zone
        self.trouble = trouble
        self.log = log
        watermarks = Watermarks(client.company, .activity, cursors)
    }

    var sender: PageSender { publisher.sender }
    var store: any SyncStore { publisher.sender.store }
    var metrics: ReaderMetrics { publisher.metrics }

    func look() async {}

    func gaveUp(_ error: LNError) {
        // The service may be another than it was.
        if !error.isRetriable { isInspected = false }
        // LN's links may not last: the set is read again from its watermark.
        pull?.startAgain()
    }

    func perform(_ step: ReaderSchedule.Step) async throws -> Bool {
        switch step {
        case .inspect: return try await inspect()
        case .begin: return try await begin()
        case .activities: return try await pushedActivities()
        case .pull: return try await pullPage()
        case .contacts: return try await activitiesAnew()
        case .baseline: return try await baselinePage()
        case .comparison: return try await comparisonPage()
        case .approvals: return true
        }
    }

    var facts: ReaderSchedule.Facts {
        let snapshot = watch.snapshot
        var facts = ReaderSchedule.Facts()
        facts.isOn =
            inbox.isOpen && snapshot.isStarted && snapshot.comParameters?.synchronizeActivities == true
            && snapshot.syncSettings != nil
        facts.isInspected = isInspected
        facts.hasBegun = watermarks.hasBegun
        facts.ticks = snapshot.syncSettings.map { PullSchedule($0.calendarPullInterval, in: zone) }
        facts.lastPull = watermarks.lastPull
        facts.lastComparison = watermarks.lastComparison
        facts.isPullWanted = inbox.isWaiting(for: .pull)
        facts.isComparisonWanted = isComparisonOwed || inbox.isWaiting(for: .comparison)
        facts.areActivitiesWanted = inbox.isWaiting(for: .activities)
        facts.areContactsWanted = inbox.isWaiting(for: .activitiesAnew)
        facts.areBaselinesRunning = snapshot.users.values.contains {
            $0.isActive && !$0.isPaused && $0.calendar.baselines.ln.isRunning
        }
        return facts
    }

    private func inspect() async throws -> Bool {
        client = try await inspection.inspect(lease)
        // What can be asked for may be another now.
        pull = nil
        isInspected = true
        return true
    }

    /// Users who were active before activities were read get a baseline.
    private func begin() async throws -> Bool {
        let users = try await store.users().filter { $0.isActive && $0.calendar.baselines.ln == .none }.map(\.id)
            .sorted()
        try await recordBeginning(
            client, users.isEmpty ? [] : [.beginCalendarBaseline(users, [.ln], check: false)])
        return true
    }

    // MARK: Steps' common parts

    /// What a pull takes ends at or after this: an all-day activity's last day is over later in the west than its midnight UTC says. What
    /// is over by the installation's zone is left out behind the read.
    var horizon: Date { time.now.addingTimeInterval(-86400) }

    /// Reads activities by their keys and publishes each as it is, or as proven to be absent.
    func publishByKey(
        _ codes: [ActivityCode], on occasion: ActivityPublisher.Occasion, cursors: [CursorName: String] = [:]
    ) async throws {
        for piece in codes.pieces(of: deadlines.pageSize) {
            let sequence = nextSequence()
            let page = try await client.read(piece)
            let absent = Set(piece).subtracting(page.keys).sorted()
            let isLast = piece.last == codes.last
            try await publisher.publish(
                page.activities.map(ReadActivity.present) + absent.map(ReadActivity.absent), sequence, on: occasion,
                cursors: isLast ? cursors : [:], lease)
        }
        if codes.isEmpty, !cursors.isEmpty {
            try await publisher.publish([], nextSequence(), on: occasion, cursors: cursors, lease)
        }
    }
}
