import Foundation
import SyncPlanner

/// What a reader does next: its decisions as a value. Each step is one page, so that neither live changes nor
/// back-fill wait long for the other.
struct ReaderSchedule: Sendable {
    enum Step: Sendable, Hashable {
        /// Compares LN's services with the mapping.
        case inspect
        /// Reads where the watermarks begin, before anything else.
        case begin
        /// A page of what LN changed.
        case pull
        /// A page of the contacts whose removal a person approved.
        case approvals
        /// The contacts that a hint names.
        case contacts
        /// The activities that hints of LN's name: before all else.
        case activities
        /// A page of mailboxes' baselines.
        case baseline
        /// A page of the comparison of all keys.
        case comparison
    }

    /// What the reader knows when it asks.
    struct Facts: Sendable {
        /// Synchronisation is started, LN's switch is on, and its settings are known.
        var isOn = false
        var isInspected = true
        var hasBegun = true
        /// When pulls are due; `nil`: only by hints.
        var ticks: PullSchedule?
        /// When the last pull began.
        var lastPull: Date?
        /// When the last comparison ended.
        var lastComparison: Date?
        var isPullWanted = false
        var isComparisonWanted = false
        var areApprovalsWaiting = false
        var areContactsWanted = false
        var areActivitiesWanted = false
        var areBaselinesRunning = false
    }

    /// One step in so many is back-fill while live pages wait, and one is no push while pushes wait.
    static let backfillShare = 10
    /// Deleted contacts are found so late at the latest (CON-5).
    static let comparisonInterval: TimeInterval = 86400

    private(set) var isPulling = false
    private(set) var isComparing = false
    private var livePages = 0
    private var pushedPages = 0
    private var comparedLast = false
    /// By the reader's `uptime`.
    private var pausedUntil: Duration = .zero
    private var baselineNotBefore: Duration = .zero
    private var contactsNotBefore: Duration = .zero
    private(set) var failures = 0

    /// The step to do now; `nil` where none is to be done.
    mutating func next(_ facts: Facts, now: Date, uptime: Duration) -> Step? {
        guard facts.isOn, uptime >= pausedUntil else { return nil }
        guard facts.isInspected else { return .inspect }
        guard facts.hasBegun else { return .begin }
        if facts.areActivitiesWanted, pushedPages < Self.backfillShare - 1 {
            pushedPages += 1
            return .activities
        }
        pushedPages = 0
        return unpushed(facts, now, uptime) ?? (facts.areActivitiesWanted ? .activities : nil)
    }

    private mutating func unpushed(_ facts: Facts, _ now: Date, _ uptime: Duration) -> Step? {
        isPulling = isPulling || facts.isPullWanted || isTickDue(facts, now)
        isComparing = isComparing || facts.isComparisonWanted || isComparisonDue(facts, now)
        let other = background(facts, uptime)
        if isPulling, other == nil || livePages < Self.backfillShare - 1 {
            livePages += 1
            return .pull
        }
        livePages = 0
        if let other { comparedLast = other == .comparison }
        return other
    }

    private func background(_ facts: Facts, _ uptime: Duration) -> Step? {
        if facts.areApprovalsWaiting { return .approvals }
        if facts.areContactsWanted, uptime >= contactsNotBefore { return .contacts }
        let hasBaseline = facts.areBaselinesRunning && uptime >= baselineNotBefore
        if isComparing, !hasBaseline || !comparedLast { return .comparison }
        return hasBaseline ? .baseline : nil
    }

    /// One catch-up where ticks were missed (SET-2). A clock that was set back does not stop the ticks.
    private func isTickDue(_ facts: Facts, _ now: Date) -> Bool {
        guard let ticks = facts.ticks else { return false }
        guard let last = facts.lastPull else { return true }
        return ticks.next(after: min(last, now)) <= now
    }

    private func isComparisonDue(_ facts: Facts, _ now: Date) -> Bool {
        guard let last = facts.lastComparison else { return true }
        return now.timeIntervalSince(min(last, now)) >= Self.comparisonInterval
    }

    // MARK: Outcomes

    /// A step went well; `isDone`: there is no further page.
    mutating func succeeded(_ step: Step, isDone: Bool) {
        failures = 0
        guard isDone else { return }
        switch step {
        case .pull: isPulling = false
        case .comparison: isComparing = false
        case .inspect, .begin, .approvals, .contacts, .activities, .baseline: break
        }
    }

    /// No mailbox has room for more of this.
    mutating func hasNoRoom(_ step: Step, until: Duration) {
        if step == .contacts { contactsNotBefore = until } else { baselineNotBefore = until }
    }

    /// A step failed: nothing is begun before `until`.
    mutating func failed(until: Duration) {
        failures += 1
        pausedUntil = until
    }
}
