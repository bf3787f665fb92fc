public import Foundation
import Runtime
public import SyncModel
public import SyncStore

/// What settling one row may use: the store's clock, and intents.
public struct Settlement<Domain: SettlingDomain>: Sendable {
    let domain: Domain
    let store: any SyncStore
    let time: any TimeSource
    let owner: String
    let intentLifetime: Duration
    let lastStartBeforeDeadline: Duration
    /// Whether something may still be begun.
    let isOpen: @Sendable () -> Bool

    /// The store's clock.
    public func now() async throws(SettlingFailure) -> Date {
        do {
            return try await store.now()
        } catch {
            throw .later(error.message)
        }
    }

    /// Commits what is meant to be written before it is written, and makes `row` the row with the intent.
    /// - Parameters:
    ///   - further: committed with it.
    ///   - change: what else the row keeps of the intent.
    /// - Returns: by when, in the clock's uptime, its request is given up.
    /// - Throws: `.lost` where the row has changed, `.ended` where nothing more may be begun.
    public func begin(
        _ action: Intent.Action, key: String, on row: inout Domain.Row, with further: [Mutation] = [],
        _ change: (inout Domain.Row, Intent) -> Void = { _, _ in }
    ) async throws(SettlingFailure) -> Duration {
        guard isOpen() else { throw .ended }
        var intended = row
        // Before the store's clock is read, so that a process that hangs in between has less time, not more.
        let latest = time.uptime + intentLifetime - lastStartBeforeDeadline
        let deadline = try await now() + intentLifetime.seconds
        let intent = Intent(action: action, owner: owner, key: key, deadline: deadline)
        intended.status.intent = intent
        change(&intended, intent)
        // A successor looks at the row again when the intent is over.
        intended.status.due = deadline
        do {
            guard try await store.commit([domain.mutation(intended)] + further) == .committed else {
                throw SettlingFailure.lost
            }
        } catch let error as StoreError {
            throw .later(error.message)
        } catch {
            throw .lost
        }
        intended.status.version += 1
        row = intended
        return latest
    }

    /// Sends the request of an intent. It is given up where it could start later than `lastStartBeforeDeadline` before the
    /// intent's deadline, so that nothing happens after it; a process that hung since its `begin` does not send it at all.
    /// - Parameter latest: what `begin` returned.
    /// - Throws: what `request` throws, or `.outcomeUnknown` where it was given up.
    public func perform<Value: Sendable>(
        by latest: Duration,
        _ request: @escaping @Sendable () async throws(SettlingFailure) -> Value
    ) async throws(SettlingFailure) -> Value {
        let left = latest - time.uptime
        guard left > .zero else {
            throw .outcomeUnknown("the request was not sent: the process stood still until its intent was nearly over")
        }
        do {
            return try await withTimeout(left, time) { try await request() }
        } catch let failure as SettlingFailure {
            throw failure
        } catch {
            throw .outcomeUnknown("the request was given up before its intent's deadline")
        }
    }
}

extension Duration {
    /// Seconds as Foundation counts them.
    var seconds: TimeInterval { self / .seconds(1) }
}
