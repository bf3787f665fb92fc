import Foundation
import Runtime
import SQLite
public import SyncModel

extension SQLiteStore {
    public func meetings(_ ids: [MeetingID]) async throws(StoreError) -> [MeetingID: MeetingRow] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).rows(ids) }
    }

    public func meetings(
        activities: [ActivityKey], events: [ICalUID]
    ) async throws(StoreError) -> [MeetingRow] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).rows(activities, events) }
    }

    public func meetings(items: [ItemID], in mailbox: SyncUserID) async throws(StoreError) -> [MeetingRow] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).rows(items, in: mailbox) }
    }

    public func meetings(
        of mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await read { connection throws(SQLiteError) in
            try MeetingTable(connection).rows(of: mailbox, after: after, limit: limit)
        }
    }

    public func meetings(
        seenIn mailbox: SyncUserID, after: MeetingID?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await read { connection throws(SQLiteError) in
            try MeetingTable(connection).rows(seenIn: mailbox, after: after, limit: limit)
        }
    }

    public func meetings(
        in company: Company, after: ActivityCode?, limit: Int
    ) async throws(StoreError) -> [MeetingRow] {
        try await read { connection throws(SQLiteError) in
            try MeetingTable(connection).rows(in: company, after: after, limit: limit)
        }
    }

    public func dueMeetingMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        let mailboxes = try await read { connection throws(SQLiteError) in
            let table = MeetingTable(connection)
            var mailboxes: [DueMailbox] = []
            for partition in partitions { mailboxes += try table.dueMailboxes(partition) }
            return mailboxes
        }
        return DueMailbox.merged(mailboxes)
    }

    public func dueMeetings(of mailbox: SyncUserID, limit: Int) async throws(StoreError) -> [MeetingRow] {
        try await read { [clock] connection throws(SQLiteError) in
            try MeetingTable(connection).due(of: mailbox, now: clock.now, limit: limit)
        }
    }

    public func meetingBacklog() async throws(StoreError) -> [SyncUserID: RowCounts] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).backlog() }
    }

    public func dueMeetingBackfill() async throws(StoreError) -> [SyncUserID: Int] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).dueBackfill() }
    }

    public func askedMeetings() async throws(StoreError) -> [SyncUserID: Int] {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).asked() }
    }

    public func eventCount(of mailbox: SyncUserID) async throws(StoreError) -> Int {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).eventCount(of: mailbox) }
    }

    public func activityCount(in company: Company) async throws(StoreError) -> Int {
        try await read { connection throws(SQLiteError) in try MeetingTable(connection).activityCount(in: company) }
    }
}
