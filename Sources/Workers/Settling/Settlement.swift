public import Foundation
import Runtime
public import SyncModel
import SyncStore

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
    /// - Throws: `.lost` where the row has changed, `.ended` where nothing more may be begun.
    public func begin(_ action: Intent.Action, key: String, on row: inout Domain.Row) async throws(SettlingFailure) {
        guard isOpen() else { throw .ended }
        var intended = row
        let deadline = try await now() + intentLifetime.seconds
        intended.status.intent = Intent(action: action, owner: owner, key: key, deadline: deadline)
        // A successor looks at the row again when the intent is over.
        intended.status.due = deadline
        do {
            guard try await store.commit([domain.mutation(intended)]) == .committed else { throw SettlingFailure.lost }
        } catch let error as StoreError {
            throw .later(error.message)
        } catch {
            throw .lost
        }
        intended.status.version += 1
        row = intended
    }

    /// Sends the request of an intent that `begin` has just committed. It is given up where it could start later than
    /// `lastStartBeforeDeadline` before the intent's deadline, so that nothing happens after it.
    /// - Throws: what `request` throws, or `.outcomeUnknown` where it was given up.
    public func perform<Value: Sendable>(
        _ request: @escaping @Sendable () async throws(SettlingFailure) -> Value
    ) async throws(SettlingFailure) -> Value {
        do {
            return try await withTimeout(intentLifetime - lastStartBeforeDeadline, time) { try await request() }
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
