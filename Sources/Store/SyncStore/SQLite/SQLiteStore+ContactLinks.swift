import Foundation
import Runtime
import SQLite
public import SyncModel

extension SQLiteStore {
    public func contactLinks(_ ids: [ContactLinkID]) async throws(StoreError) -> [ContactLinkID: ContactLink] {
        try await read { connection throws(SQLiteError) in try ContactLinkTable(connection).rows(ids) }
    }

    public func contactKeys(
        of user: SyncUserID, _ company: Company, after: ContactCode?, upTo: ContactCode?, limit: Int
    ) async throws(StoreError) -> [ContactCode] {
        let range = KeyRange(after: after?.rawValue, upTo: upTo?.rawValue)
        return try await read { connection throws(SQLiteError) in
            try ContactLinkTable(connection).keys(of: user, company, range, limit: limit)
        }
    }

    public func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        let mailboxes = try await read { connection throws(SQLiteError) in
            let table = ContactLinkTable(connection)
            var mailboxes: [DueMailbox] = []
            for partition in partitions { mailboxes += try table.dueMailboxes(partition) }
            return mailboxes
        }
        return DueMailbox.merged(mailboxes)
    }

    public func dueContactLinks(of user: SyncUserID, limit: Int) async throws(StoreError) -> [ContactLink] {
        try await read { [clock] connection throws(SQLiteError) in
            try ContactLinkTable(connection).due(of: user, now: clock.now, limit: limit)
        }
    }

    public func contactBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await read { connection throws(SQLiteError) in try ContactLinkTable(connection).backlog() }
    }

    public func dueBackfill() async throws(StoreError) -> [SyncUserID: Int] {
        try await read { connection throws(SQLiteError) in try ContactLinkTable(connection).dueBackfill() }
    }
}
