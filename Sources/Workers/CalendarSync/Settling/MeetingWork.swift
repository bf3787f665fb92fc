import ExchangeClient
import Foundation
import LNClient
import SyncModel
import SyncPlanner
import SyncStore

/// One settlement's work on one row: what was read so far, and what the store knew when it began.
struct MeetingWork: Sendable {
    let snapshot: StoreSnapshot
    let directory: UserDirectory
    /// As the row was loaded.
    let before: MeetingRow
    /// As last read; `nil` where it was not, or is gone.
    var activity: LNActivity?
    var event: ExchangeEvent?
    /// Which sides were read since the last mismatch.
    var read: Set<Side> = []
    private var asked: Set<Side> = []
    /// What a search of the other side has found; `nil`: none was made.
    var candidates: [TwinCandidate]?
    /// What somebody has decided of the meeting, as far as a plan has asked.
    var decisions: [MeetingHold] = []
    /// Of what was done already: committed with what comes of it.
    var journal: [JournalDraft] = []
    /// Writes whose If-Match did not match.
    var mismatches = 0

    init(_ row: MeetingRow, _ snapshot: StoreSnapshot) {
        before = row
        self.snapshot = snapshot
        directory = UserDirectory(Array(snapshot.users.values))
    }

    mutating func note(_ side: Side) {
        read.insert(side)
        asked.insert(side)
    }

    func hasAsked(_ side: Side) -> Bool { asked.contains(side) }

    /// Something was changed since it was read: all is read again.
    mutating func forgetReads() {
        read = []
        activity = nil
        event = nil
        candidates = nil
        mismatches += 1
    }

    /// The user's address in Exchange.
    func address(of user: SyncUserID) -> EmailAddress? { snapshot.users[user]?.email }

    /// The sync user behind an address, while he is active (CAL-2).
    func user(_ address: EmailAddress?) -> SyncUserID? {
        guard let address, let user = directory[address], user.isActive else { return nil }
        return user.id
    }
}

/// LN's clients by company; the first is the mailboxes' home company (CAL-7).
struct Companies: Sendable {
    let all: [LNClient]

    init(_ all: [LNClient]) { self.all = all }

    var home: LNClient? { all.first }

    subscript(company: Company) -> LNClient? { all.first { $0.company == company } }
}
