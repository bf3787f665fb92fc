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
    /// Due rows that were tried without success.
    public var failing: FailingRows?

    public init(byState: [RowStatus.State: Int] = [:], oldestDue: Date? = nil, failing: FailingRows? = nil) {
        self.byState = byState
        self.oldestDue = oldestDue
        self.failing = failing
    }

    public subscript(_ state: RowStatus.State) -> Int { byState[state] ?? 0 }
}

/// Due rows that were tried without success.
public struct FailingRows: Sendable, Hashable, Codable {
    public var count: Int
    /// Of the one that was tried last.
    public var reason: String

    public init(count: Int, reason: String) {
        self.count = count
        self.reason = reason
    }
}
