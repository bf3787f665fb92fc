public import Foundation
public import SyncModel

/// What is to be done next about a contact's row.
public enum ContactStep: Sendable, Hashable {
    /// Exchange holds what LN holds: the row is settled, or a tombstone.
    case nothing
    /// A write of unknown outcome may still take effect: look again then.
    case wait(until: Date)
    /// Search our folder for items with our property: before a create, after a write of unknown outcome, and where the row alone can't
    /// tell what is there: a copy made in Outlook, an item moved away or put back.
    case search
    case create
    /// The row is not to be trusted: read the item and write only what differs.
    case compare(ItemID)
    case update(ItemID, ETag)
    case remove(ItemID)
    /// The user deleted it or moved it away, and no copy is there: it is not made again until LN's state goes off and on (CON-5).
    case leaveDeleted
}

/// Decides what to do about a contact's row: pure, from the row alone.
public enum ContactPlan {
    /// - Parameters:
    ///   - hasSearched: the folder was searched in this settlement, and what it showed is in the row.
    ///   - now: the store's clock.
    public static func next(_ row: ContactLink, hasSearched: Bool, now: Date) -> ContactStep {
        if let intent = row.status.intent {
            return intent.deadline > now ? .wait(until: intent.deadline) : .search
        }
        switch (row.observed, row.item) {
        case (nil, _):
            return .nothing
        case (.removal, .made(let id, _)):
            return hasSearched ? .remove(id) : .search
        case (.removal, .none), (.removal, .deletedByUser):
            // A restored store may not know of an item that is there; a copy may have stayed, or the user may have put it back.
            return hasSearched ? .nothing : .search
        case (.content, .deletedByUser):
            return hasSearched ? .leaveDeleted : .search
        case (.content, .none):
            return hasSearched ? .create : .search
        case (.content(_, let hash), .made(let id, let etag)):
            if row.status.check { return hasSearched ? .compare(id) : .search }
            return hash == row.settled ? .nothing : .update(id, etag)
        }
    }
}
