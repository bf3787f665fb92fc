public import Foundation
public import SyncModel

/// A mailbox with rows to settle.
public struct DueMailbox: Sendable, Hashable {
    public let user: SyncUserID
    /// When its first live row is due; `nil` where none is.
    public let live: Date?
    /// When its first back-fill row is due; `nil` where none is.
    public let backfill: Date?

    public init(user: SyncUserID, live: Date?, backfill: Date?) {
        self.user = user
        self.live = live
        self.backfill = backfill
    }
}

/// A sync user's rows, counted.
public struct RowCounts: Sendable, Hashable {
    public var byState: [RowStatus.State: Int]
    /// When the row that waits longest was due.
    public var oldestDue: Date?

    public init(byState: [RowStatus.State: Int] = [:], oldestDue: Date? = nil) {
        self.byState = byState
        self.oldestDue = oldestDue
    }

    public subscript(_ state: RowStatus.State) -> Int { byState[state] ?? 0 }
}
