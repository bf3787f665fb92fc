import Foundation
import SQLite
import SyncModel

/// A commit's mutations, in the transaction that is open.
struct SQLiteCommit {
    private let connection: Connection
    private let now: Date

    init(_ connection: Connection, now: Date) {
        self.connection = connection
        self.now = now
    }

    /// Applies all mutations.
    /// - Returns: what the commit is lost by; the transaction is then to be rolled back.
    func apply(
        _ mutations: [Mutation], holding leases: [Lease]
    ) throws(SQLiteError) -> CommitOutcome.Lost? {
        let table = LeaseTable(connection, now: now)
        for lease in leases where try !table.isHeld(lease) { return .lease(lease.name) }
        var links = ContactLinkTable(connection)
        let meetings = MeetingTable(connection)
        var isControlChanged = false
        // A row that joins another gives up its activity or event before the other takes it.
        for case .removeMeeting(let id, let version) in mutations {
            guard try meetings.remove(id, version: version) else { return .meeting(id) }
        }
        for mutation in mutations {
            switch mutation {
            case .contactLink(let row):
                guard try links.store(row, now: now) else { return .contactLink(row.id) }
            case .user(let user):
                guard try UserTable(connection).store(user) else { return .user(user.id) }
                isControlChanged = true
            case .intakePosition(let group, let partition, let from, let to):
                guard try IntakeTables(connection).move(group, partition, from: from, to: to) else {
                    return .intakePosition(partition)
                }
            case .beginBaseline(let users, let check):
                try UserTable(connection).beginBaseline(users, check: check)
                links.forgetRounds()
                isControlChanged = true
            case .setting(let name, let value, let by):
                try SettingTable(connection).set(name, to: value, by: by, now: now)
                isControlChanged = true
            case .unchangedControl(let changes):
                guard try SettingTable(connection).changes() == changes else { return .control }
            case .checkContactLinks(let ids): try links.check(ids, now: now)
            case .restRows(let user): try links.rest(user, now: now)
            case .wakeRows(let user): try links.wake(user, now: now)
            case .releaseRows(let user): try links.release(user, now: now)
            case .restartRows(let user): try links.restart(user, now: now)
            case .hastenRows(let user): try links.hasten(user, now: now)
            case .meeting(let row):
                guard try meetings.store(row, now: now) else { return .meeting(row.id) }
            case .removeMeeting: break
            case .checkMeetings(let ids): try meetings.check(ids, now: now)
            case .beginCalendarBaseline(let users, let sides, let check):
                try UserTable(connection).beginCalendarBaseline(users, sides, check: check, now: now)
                isControlChanged = true
            case .restMeetings(let user): try meetings.rest(user, now: now)
            case .wakeMeetings(let user): try meetings.wake(user, now: now)
            case .releaseMeetings(let user): try meetings.release(user, now: now)
            case .retryMeetings(let user): try meetings.retry(user, now: now)
            case .restartMeetings(let user): try meetings.restart(user, now: now)
            case .hastenMeetings(let user): try meetings.hasten(user, now: now)
            case .outbox(let draft): try OutboxTable(connection).add(draft, now: now)
            case .sent(let numbers): try OutboxTable(connection).delete(numbers)
            case .published(let company, let set, let key, let published):
                try ReaderTables(connection).record(published, company, set, key)
            case .cursor(let name, let value): try ReaderTables(connection).move(name, to: value)
            case .exchangeCursor(let name, let from, let to):
                guard try ReaderTables(connection).exchange(name, from: from, to: to) else { return .cursor(name) }
            case .journal(let draft): try JournalTable(connection).append(draft, now: now)
            case .hold(let hold):
                guard try HoldTable(connection).store(hold) else { return .hold(hold.id) }
            case .deadLetterDecision(let origin, let decision):
                try IntakeTables(connection).record(decision, of: origin)
            }
        }
        if isControlChanged { try SettingTable(connection).countChange() }
        return nil
    }
}
