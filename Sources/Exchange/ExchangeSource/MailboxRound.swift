import ExchangeClient
import Foundation
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

/// One round over a mailbox's changes, under its lease `reader/mailbox/<user>`: what hints name, then page after page from the stored link,
/// or from the window's start where there is none. One for each time the lease is held; one task uses it.
///
/// The cursor moves when a page's records are acknowledged, never before: whoever follows reads the rest again (I12).
final class MailboxRound {
    /// What rounds of all mailboxes share.
    struct Ports: Sendable {
        let calendar: any ExchangeCalendar
        let store: any SyncStore
        let watch: StoreWatch
        let publisher: EventPublisher
        let deadlines: EventDeadlines
        let time: any TimeSource
        let log: Logger
        let metrics: EventMetrics
    }

    let ports: Ports
    let lease: HeldLease
    let reduction: EventReduction
    /// As he is stored, as far as this process knows.
    var user: SyncUser
    var cursor: CalendarCursor
    /// A new round over the whole window that this process has begun and not ended.
    var window: WindowRound?
    /// Why the mailbox could not be read, as the store keeps it.
    var trouble: ReadingTrouble?
    /// The mailbox's identity was looked at in this round.
    var hasLooked = false
    private let wants: MailboxWants
    private var counter: Int64 = 0

    /// - Parameters:
    ///   - cursor: as the store has it since the lease is held.
    ///   - window: what this process knows of a new round that was cut off.
    ///   - trouble: of before.
    init(
        _ ports: Ports, _ lease: HeldLease, user: SyncUser, directory: UserDirectory, cursor: CalendarCursor,
        wants: MailboxWants, window: WindowRound?, trouble: ReadingTrouble?
    ) {
        self.ports = ports
        self.lease = lease
        self.user = user
        self.cursor = cursor
        self.wants = wants
        self.window = window
        self.trouble = trouble
        reduction = EventReduction(
            user: user, directory: directory, choices: ports.watch.snapshot.calendarChoices)
    }

    /// - Throws: `RoundEnd`, `ExchangeError`, `StoreError`, `KafkaError`, `CancellationError`.
    func run() async throws {
        let begun = ports.time.now
        let now = try await ports.store.now()
        if isLookDue(now) { try await look(now) }
        try await lookForPassedOver(now)
        let named = wants.items(after: cursor.hintsDone).map(\.id)
        if !named.isEmpty { try await publishNamed(named) }
        if wants.isFull(after: cursor.hintsDone) || isWindowOld(now) || cursor.link == nil
            || !user.calendar.baselines.exchange.isDone
        {
            try await readAnew(now)
        } else if try await !readChanges() {
            try await readAnew(now)
        }
        cursor.lastRound = Date(timeIntervalSince1970: begun.timeIntervalSince1970.rounded(.down))
        cursor.hintsDone = max(cursor.hintsDone, wants.number)
        try await commit([])
    }

    /// A lost place may be that of another mailbox, and what a whole window shows would be taken for this one's.
    private func readAnew(_ now: Date) async throws {
        if !hasLooked { try await look(now) }
        try await readWindow(now)
    }

    private func isWindowOld(_ now: Date) -> Bool {
        guard let window = cursor.window else { return true }
        return now.timeIntervalSince(window.start) >= ports.deadlines.windowInterval / .seconds(1)
    }

    // MARK: Changes

    /// Reads from the stored link to the round's end.
    /// - Returns: `false` where Exchange does not know the place any more.
    private func readChanges() async throws -> Bool {
        while let link = cursor.link {
            try await ports.publisher.requireRoom(for: user.id, isBackfill: false)
            let sequence = nextSequence()
            let page: CalendarPage
            switch await read(.link(link)) {
            case .success(let read): page = read
            case .failure(let error as ExchangeError) where error.kind == .syncStateLost || error.kind == .invalid:
                ports.log.notice(
                    "Exchange does not know a mailbox's place any more: its whole window is read",
                    ["user": user.id.description, "why": error.message])
                return false
            case .failure(let error): throw error
            }
            let remarks = try await publish(page, sequence, isBackfill: false)
            let isOver = take(page.next)
            if isOver {
                ports.metrics.roundIsOver(isBaseline: false)
                // What follows is the commit that ends the round.
                if remarks.isEmpty { return true }
            }
            try await commit(remarks.map { .journal($0) })
            if isOver { return true }
        }
        return false
    }

    /// - Returns: whether the round is over.
    private func take(_ next: CalendarPage.Next) -> Bool {
        switch next {
        case .page(let link):
            cursor.link = link
            cursor.isInRound = true
            return false
        case .round(let link):
            cursor.link = link
            cursor.isInRound = false
            return true
        }
    }

    // MARK: What all steps share

    /// A read's place in the order, drawn before its request is sent.
    func nextSequence() -> ReadSequence {
        counter += 1
        return ReadSequence(epoch: lease.lease.epoch, counter: counter)
    }

    /// Nothing is begun while synchronisation, or the user, is stopped.
    func requireOn() throws {
        try Task.checkCancellation()
        guard ports.watch.snapshot.isReading(user.id) else { throw RoundEnd.stopped }
    }

    func read(_ place: CalendarPlace) async -> Result<CalendarPage, any Error> {
        do {
            try requireOn()
            ports.metrics.readPage()
            return .success(try await ports.calendar.calendarChanges(place, in: user.email))
        } catch {
            return .failure(error)
        }
    }

    /// What a keyed read proves of an item.
    enum Proof: Sendable {
        case there(ExchangeEvent, ReadSequence)
        case gone(ReadSequence)
        /// Its user has moved it to another calendar: it goes on, and is out of reach (CAL-4).
        case elsewhere(String)
        /// Exchange shows something that nobody can read.
        case unreadable(String)
    }

    /// - Parameter uid: where it is known, one request tells all.
    func prove(_ item: ItemID, uid: ICalUID? = nil) async throws -> Proof {
        if let uid, let proof = try await find(item, uid) { return proof }
        try requireOn()
        let sequence = nextSequence()
        ports.metrics.readEvent()
        do throws(ExchangeError) {
            return .there(try await ports.calendar.event(item, of: user.email), sequence)
        } catch {
            switch error.kind {
            case .notFound: return .gone(sequence)
            case .inAnotherCalendar: return .elsewhere(error.message)
            case .invalid: return .unreadable(error.message)
            default: throw error
            }
        }
    }

    /// `nil` where the calendar does not show it: that proves nothing.
    private func find(_ item: ItemID, _ uid: ICalUID) async throws -> Proof? {
        let (found, sequence) = try await events(uid: uid)
        return found.first { $0.key.item == item }.map { .there($0, sequence) }
    }

    /// What the calendar shows of an iCalUId.
    func events(uid: ICalUID) async throws -> ([ExchangeEvent], ReadSequence) {
        try requireOn()
        let sequence = nextSequence()
        ports.metrics.readEvent()
        do throws(ExchangeError) {
            return (try await ports.calendar.events(uid: uid, in: user.email), sequence)
        } catch {
            guard error.kind == .notFound || error.kind == .invalid else { throw error }
            return ([], sequence)
        }
    }

    /// Moves the cursor, with what belongs to it, while the lease is held.
    func commit(_ mutations: [Mutation]) async throws {
        let all = mutations + [try cursor.mutation(of: user.id)]
        for start in stride(from: 0, to: all.count, by: ports.deadlines.commitSize) {
            let piece = Array(all[start..<min(start + ports.deadlines.commitSize, all.count)])
            switch try await ports.store.commit(piece, holding: [lease.lease]) {
            case .committed: break
            case .lost: throw RoundEnd.leaseLost
            }
        }
    }

    /// Keeps why the mailbox can't be read, so that others than the reader can tell it; `nil`: it is read again.
    func keep(_ trouble: ReadingTrouble?) async throws {
        let mutation = try ReadingTrouble.keep(trouble, of: CalendarCursor.lease(of: user.id))
        guard case .committed = try await ports.store.commit([mutation], holding: [lease.lease]) else {
            throw RoundEnd.leaseLost
        }
        self.trouble = trouble
    }

    /// Changes the user as he is stored, in one commit with the cursor; `false`: nothing is to be changed any more.
    func change(
        with mutations: [Mutation] = [], _ change: (inout SyncUser) -> Bool
    ) async throws {
        while true {
            var changed = user
            guard change(&changed) else { return }
            let all = [.user(changed)] + mutations + [try cursor.mutation(of: user.id)]
            switch try await ports.store.commit(all, holding: [lease.lease]) {
            case .committed:
                changed.version += 1
                user = changed
                return
            case .lost(.user):
                guard let stored = try await ports.store.users().first(where: { $0.id == user.id }) else {
                    throw RoundEnd.stopped
                }
                user = stored
            case .lost: throw RoundEnd.leaseLost
            }
        }
    }
}

extension CalendarBaseline {
    var isDone: Bool { if case .done = self { true } else { false } }
}

extension StoreSnapshot {
    /// Whether a user's mailbox is read: all that is needed is switched on.
    func isReading(_ id: SyncUserID) -> Bool {
        guard isStarted, comParameters?.synchronizeActivities == true, let user = users[id] else { return false }
        return user.isActive && !user.isPaused
    }
}
