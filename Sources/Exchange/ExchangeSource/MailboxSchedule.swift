import Foundation
import SyncModel

/// Which mailboxes are read next by this process: its decisions as a value.
///
/// A mailbox is read by one process at a time, whoever takes its lease first; so several share them. One that fails, rests or is in
/// quarantine holds up no other.
struct MailboxSchedule: Sendable {
    /// What is known of a mailbox.
    struct Facts: Sendable, Hashable {
        var user: SyncUserID
        /// A tick was missed, or a round was cut off.
        var isDue = false
        /// It waits for its whole window, by a new round.
        var isBaselineDue = false
        /// Hints wait.
        var isHinted = false
        /// The longest ago go first.
        var lastRound: Date?
    }

    /// What became of a round.
    enum Outcome: Sendable, Hashable {
        case done
        /// Another process reads it, or has read it meanwhile; the log has no room.
        case notNow(until: Duration)
        /// It failed: not before that.
        case failed(until: Duration)
    }

    private struct Mailbox: Sendable {
        var isBusy = false
        var isBaseline = false
        /// By `uptime`.
        var begun: Duration?
        var notBefore: Duration = .zero
        var failures = 0
    }

    /// Rounds at once.
    let parallel: Int
    /// Between the beginnings of two rounds of one mailbox that hints ask for.
    let hintInterval: Duration
    /// Tells this process's order from others', so that they don't begin with the same mailboxes.
    private let salt: UInt64
    private var mailboxes: [SyncUserID: Mailbox] = [:]

    init(parallel: Int, hintInterval: Duration, owner: String) {
        self.parallel = max(1, parallel)
        self.hintInterval = hintInterval
        salt = Self.hash(owner)
    }

    /// FNV-1a, mixed: the same in every process and run.
    private static func hash(_ text: String, salt: UInt64 = 0) -> UInt64 {
        var hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }

    var busy: Int { mailboxes.values.count { $0.isBusy } }

    func failures(of user: SyncUserID) -> Int { mailboxes[user]?.failures ?? 0 }

    /// The mailboxes to begin now, hints first, new rounds last and in at most half of the places.
    mutating func begin(_ facts: [Facts], uptime: Duration) -> [SyncUserID] {
        var places = parallel - busy
        guard places > 0 else { return [] }
        var baselines = max(1, parallel / 2) - mailboxes.values.count { $0.isBusy && $0.isBaseline }
        var begun: [SyncUserID] = []
        let ready = facts.filter { start(of: $0).map { $0 <= uptime } ?? false }.map { ($0, place(of: $0)) }
        for (facts, place) in ready.sorted(by: { $0.1 < $1.1 }) {
            guard places > 0 else { break }
            let isBaseline = place.kind == 2
            if isBaseline {
                guard baselines > 0 else { continue }
                baselines -= 1
            }
            places -= 1
            mailboxes[facts.user, default: Mailbox()].isBusy = true
            mailboxes[facts.user]?.isBaseline = isBaseline
            mailboxes[facts.user]?.begun = uptime
            begun.append(facts.user)
        }
        return begun
    }

    /// When something can be begun that can't be now; `nil`: not before more is known.
    func nextStart(_ facts: [Facts], uptime: Duration) -> Duration? {
        facts.compactMap(start(of:)).filter { $0 > uptime }.min()
    }

    mutating func ended(_ user: SyncUserID, _ outcome: Outcome) {
        var mailbox = mailboxes[user] ?? Mailbox()
        mailbox.isBusy = false
        switch outcome {
        case .done:
            mailbox.failures = 0
            mailbox.notBefore = .zero
        case .notNow(let until):
            mailbox.notBefore = until
        case .failed(let until):
            mailbox.failures += 1
            mailbox.notBefore = until
        }
        mailboxes[user] = mailbox
    }

    /// Nothing is known any more of mailboxes that are nobody's.
    mutating func keep(_ users: Set<SyncUserID>) {
        mailboxes = mailboxes.filter { users.contains($0.key) || $0.value.isBusy }
    }

    /// How many wait that may be begun.
    func due(_ facts: [Facts], uptime: Duration) -> Int {
        facts.count { start(of: $0).map { $0 <= uptime } ?? false }
    }

    private func start(of facts: Facts) -> Duration? {
        guard facts.isDue || facts.isBaselineDue || facts.isHinted else { return nil }
        guard let mailbox = mailboxes[facts.user] else { return .zero }
        guard !mailbox.isBusy else { return nil }
        if facts.isDue || facts.isBaselineDue { return mailbox.notBefore }
        // The first hint at once; what comes close behind shares the next round.
        return max(mailbox.notBefore, mailbox.begun.map { $0 + hintInterval } ?? .zero)
    }

    private struct Place: Comparable {
        let kind: Int
        let lastRound: Date
        let order: UInt64

        static func < (one: Place, other: Place) -> Bool {
            (one.kind, one.lastRound, one.order) < (other.kind, other.lastRound, other.order)
        }
    }

    private func place(of facts: Facts) -> Place {
        // Within a minute it is this process's own order that counts.
        let minute = ((facts.lastRound?.timeIntervalSinceReferenceDate ?? 0) / 60).rounded(.down)
        return Place(
            kind: facts.isBaselineDue ? 2 : facts.isHinted ? 0 : 1,
            lastRound: Date(timeIntervalSinceReferenceDate: minute),
            order: Self.hash(facts.user.description, salt: salt))
    }
}
