import Foundation
import SyncModel
import SyncStore
import Telemetry

extension Settler {
    /// Commits what a settlement found out and did.
    ///
    /// Where the row has changed meanwhile, only its own facts are added, and only while the row still holds that very intent
    /// (without one: while nobody else wrote); else nothing is added and the row is marked due, to be searched where a write was done that
    /// whoever went on may not have seen.
    /// - Returns: why nothing was committed; `nil` where it was.
    func conclude(_ planned: Domain.Row, _ facts: Facts<Domain.Row>) async throws(StoreError) -> SettlingFailure? {
        var row = planned
        row.status.intent = nil
        row.status.attempts = 0
        row.status.reason = nil
        row.status.state = .settled
        facts.apply(&row)
        let now = try await store.now()
        makeDueIfObserved(&row, now)
        let further = facts.further + facts.journal.map(Mutation.journal)
        if try await store.commit([domain.mutation(row)] + further) == .committed { return nil }
        if facts.isConditional { return .lost }
        var refused = planned.status.version
        while var current = try await domain.row(planned.id) {
            // Nobody has changed it since: what it would become is refused, however often that is tried.
            guard current.status.version != refused else {
                return planned.status.intent == nil
                    ? .later(Self.refusedByStore) : .outcomeUnknown(Self.refusedByStore)
            }
            refused = current.status.version
            if isOurs(current, planned) {
                current.status.intent = nil
                facts.apply(&current)
                makeDueIfObserved(&current, now)
            } else {
                if let intent = planned.status.intent { current.doubt(intent) }
                markDue(&current, now)
            }
            if try await store.commit([domain.mutation(current)] + further) == .committed { break }
        }
        return nil
    }

    private static var refusedByStore: String {
        "what was done can't be kept: another row is of the same item"
    }

    /// So often a row is planned anew at once; then after a growing pause.
    private static var mostLosses: Int { 5 }

    /// Commits that a row could not be settled now.
    /// - Parameter hasBegun: the row's intent was begun in this settlement. It ends with it, unless its outcome is unknown.
    func failed(
        _ planned: Domain.Row, _ failure: SettlingFailure, hasBegun: Bool
    ) async throws(StoreError) -> SettlementResult {
        var failure = failure
        if failure == .lost, losses(of: planned.id) > Self.mostLosses {
            failure = .later(
                "it was planned again and again, and could not be stored: others change it, or have its item")
        }
        if [.lost, .ended].contains(failure), !hasBegun { return .lost }
        let now = try await store.now()
        var row = planned
        let result = fail(&row, failure, hasBegun: hasBegun, now)
        let metadata = ["row": row.id.description, "why": row.status.reason ?? "it changed meanwhile"]
        switch result {
        // Not a moment's throttling: a token that is refused, a mailbox that can't be used.
        case .mailboxRests(let pause) where pause >= .seconds(60): log.warning("a mailbox rests", metadata)
        case .later: log.info("a row is not settled yet", metadata)
        default: log.debug("a row is not settled yet", metadata)
        }
        let journal = entry(row, failure).map { [Mutation.journal($0)] } ?? []
        if try await store.commit([domain.mutation(row)] + journal) == .committed { return result }
        // Nobody has changed it: what was read for it can't be kept. It waits as it was.
        if var stored = try await domain.row(planned.id), stored.status.version == planned.status.version {
            let result = fail(&stored, failure, hasBegun: hasBegun, now)
            if try await store.commit([domain.mutation(stored)] + journal) == .committed { return result }
        }
        // The row changed: what is newer decides. Only an intent of ours that did nothing must not stay open, and one that may have
        // done something after its successor looked is looked for once more.
        let (left, right) = row.status.intent == nil ? (planned.status.intent, nil) : (nil, planned.status.intent)
        while hasBegun, var current = try await domain.row(planned.id), current.status.intent == left {
            if let right { current.doubt(right) } else { current.endIntent() }
            markDue(&current, now)
            if try await store.commit([domain.mutation(current)]) == .committed { break }
        }
        return .lost
    }

    /// What a failure makes of the row.
    private func fail(
        _ row: inout Domain.Row, _ failure: SettlingFailure, hasBegun: Bool, _ now: Date
    ) -> SettlementResult {
        if case .outcomeUnknown(let reason) = failure {
            row.status.attempts += 1
            row.status.due = row.status.intent?.deadline ?? now
            row.status.reason = reason
            return .later
        }
        if hasBegun { row.endIntent() }
        switch failure {
        case .lost, .ended, .outcomeUnknown:
            row.status.due = now
            return .lost
        case .later(let reason):
            row.status.attempts += 1
            row.status.reason = reason
            let backoff = Backoff(first: configuration.firstPause, longest: configuration.longestPause)
            row.status.due = now + backoff.pause(after: row.status.attempts, randomness).seconds
            return .later
        case .at(let distance, let reason):
            row.status.due = now + distance.seconds
            row.status.reason = reason
            return .later
        case .mailboxRests(let pause, let reason):
            row.status.due = now + pause.seconds
            row.status.reason = reason
            return .mailboxRests(pause)
        case .mailboxUnusable(_, let reason):
            row.status.due = now + configuration.longestPause.seconds
            row.status.reason = reason
            return .mailboxRests(configuration.longestPause)
        case .refused(_, let reason):
            row.status.state = .refused
            row.status.due = nil
            row.status.reason = reason
            return .refused
        case .held(_, let reason):
            row.status.state = .held
            row.status.due = nil
            row.status.reason = reason
            return .held
        }
    }

    private func entry(_ row: Domain.Row, _ failure: SettlingFailure) -> JournalDraft? {
        let (rule, action, detail): (String, String, String)
        switch failure {
        case .refused(let by, let reason): (rule, action, detail) = (by, "refused", reason)
        case .held(let by, let reason): (rule, action, detail) = (by, "held", reason)
        default: return nil
        }
        return JournalDraft(
            user: row.mailbox, item: domain.journalItem(row), rule: rule, action: action, detail: detail)
    }

    /// A user or a switch is off: the row rests.
    func rest(_ row: Domain.Row, _ reason: String?) async throws(StoreError) -> SettlementResult {
        guard let condition = try await domain.restingCondition(of: row.mailbox) else { return .lost }
        var row = row
        row.status.state = .resting
        row.status.due = nil
        row.status.reason = reason
        return try await store.commit([condition, domain.mutation(row)]) == .committed ? .resting : .lost
    }

    private func isOurs(_ current: Domain.Row, _ planned: Domain.Row) -> Bool {
        if let intent = planned.status.intent { return current.status.intent == intent }
        return current.status.intent == nil && current.isUnwritten(since: planned)
    }

    private func makeDueIfObserved(_ row: inout Domain.Row, _ now: Date) {
        if row.isObserved {
            markDue(&row, now)
        } else if row.status.state == .due {
            row.status.state = .settled
            row.status.due = nil
        } else {
            row.status.due = nil
        }
    }

    private func markDue(_ row: inout Domain.Row, _ now: Date) {
        switch row.status.state {
        case .held, .resting, .refused:
            row.status.due = nil
        case .settled, .due, .tombstone:
            row.status.state = .due
            row.status.due = now
        }
    }
}

/// What became of a settlement.
enum SettlementResult: Sendable, Hashable {
    case settled
    case nothingDue
    case lost
    case later
    case mailboxRests(Duration)
    case refused
    case held
    case resting
    case storeFailed
}
