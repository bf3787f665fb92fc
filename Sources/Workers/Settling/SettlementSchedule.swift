import SyncModel

/// Which mailbox is settled next: the engine's decisions as a value.
///
/// A mailbox has so many slots. Between mailboxes, those with live rows go before those with back-fill only, then the one whose
/// row was due first. A mailbox that rests holds up no other. Times are uptimes.
struct SettlementSchedule<RowID: Hashable & Sendable> {
    /// When a mailbox's first live and first back-fill row are due; `nil` where it has none.
    struct Due: Sendable, Hashable {
        var live: Duration?
        var backfill: Duration?

        var first: Duration? { [live, backfill].compactMap(\.self).min() }
    }

    private struct Mailbox {
        var due = Due()
        var inFlight: Set<RowID> = []
        var restsUntil: Duration = .zero
        /// It had no more rows than are in flight: it is asked again when the store is.
        var isExhausted = false
    }

    /// Settlements at once for one mailbox.
    let slots: Int
    /// Settlements at once for all mailboxes.
    let total: Int
    private var mailboxes: [SyncUserID: Mailbox] = [:]
    private(set) var inFlight = 0

    init(slots: Int, total: Int) {
        self.slots = slots
        self.total = total
    }

    /// Takes what the store says of the mailboxes with due rows; the others have none.
    mutating func update(_ due: [SyncUserID: Due], now: Duration) {
        mailboxes = mailboxes.filter { user, mailbox in
            due[user] != nil || !mailbox.inFlight.isEmpty || mailbox.restsUntil > now
        }
        for user in Set(mailboxes.keys).union(due.keys) {
            mailboxes[user, default: Mailbox()].due = due[user] ?? Due()
            mailboxes[user]?.isExhausted = false
        }
    }

    /// The mailbox to fetch due rows of, and how many: its free slots and what is in flight, which the store has as due too.
    /// `nil` while nothing may be begun. `begin` answers it.
    func next(now: Duration) -> (user: SyncUserID, limit: Int)? {
        guard inFlight < total else { return nil }
        let ready = mailboxes.filter { isReady($0.value, now: now) }
        let best = ready.min { one, other in
            let (a, b) = (one.value.due, other.value.due)
            let (isLiveA, isLiveB) = (isDue(a.live, now), isDue(b.live, now))
            if isLiveA != isLiveB { return isLiveA }
            let (dueA, dueB) = isLiveA ? (a.live, b.live) : (a.first, b.first)
            return dueA == dueB ? one.key < other.key : (dueA ?? .zero) < (dueB ?? .zero)
        }
        guard let (user, mailbox) = best else { return nil }
        return (user, free(mailbox) + mailbox.inFlight.count)
    }

    /// Chooses of a mailbox's due rows those that are begun; they count as in flight until `finished`.
    ///
    /// A mailbox that was chosen for its live rows and has none left begins nothing: its back-fill waits for its own turn.
    mutating func begin(
        _ live: [RowID], backfill: [RowID] = [], of user: SyncUserID, now: Duration
    ) -> [RowID] {
        guard var mailbox = mailboxes[user] else { return [] }
        let live = live.filter { !mailbox.inFlight.contains($0) }
        let backfill = backfill.filter { !mailbox.inFlight.contains($0) }
        if live.isEmpty, !backfill.isEmpty, isDue(mailbox.due.live, now) {
            mailboxes[user]?.due = Due(backfill: min(mailbox.due.backfill ?? now, now))
            return []
        }
        let free = free(mailbox)
        let begun = Array((live + backfill).prefix(free))
        mailbox.isExhausted = begun.count < free
        mailbox.inFlight.formUnion(begun)
        inFlight += begun.count
        mailboxes[user] = mailbox
        return begun
    }

    /// A settlement is over.
    mutating func finished(_ row: RowID, of user: SyncUserID) {
        guard mailboxes[user]?.inFlight.remove(row) != nil else { return }
        inFlight -= 1
    }

    /// Nothing is begun for a mailbox before `until`.
    mutating func rest(_ user: SyncUserID, until: Duration) {
        mailboxes[user, default: Mailbox()].restsUntil = max(until, mailboxes[user]?.restsUntil ?? .zero)
    }

    /// When something may be begun that may not be begun now; `nil` where only the end of a settlement or the store can change
    /// anything.
    func nextWake(now: Duration) -> Duration? {
        mailboxes.values.compactMap { mailbox in
            guard let first = mailbox.due.first, mailbox.inFlight.count < slots, !mailbox.isExhausted else {
                return nil
            }
            let wake = max(first, mailbox.restsUntil)
            return wake > now ? wake : nil
        }.min()
    }

    private func free(_ mailbox: Mailbox) -> Int {
        max(0, min(slots - mailbox.inFlight.count, total - inFlight))
    }

    private func isReady(_ mailbox: Mailbox, now: Duration) -> Bool {
        !mailbox.isExhausted && mailbox.restsUntil <= now && mailbox.inFlight.count < slots
            && isDue(mailbox.due.first, now)
    }

    private func isDue(_ due: Duration?, _ now: Duration) -> Bool {
        due.map { $0 <= now } ?? false
    }
}
