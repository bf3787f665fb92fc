import Foundation
import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import WorkerTesting

/// A kind of row of these tests' own, kept in the store's contact rows: settling knows nothing of what a row is about.
struct Job: SettlingRow {
    var link: ContactLink

    var id: ContactLinkID { link.id }
    var status: RowStatus {
        get { link.status }
        set { link.status = newValue }
    }
    var mailbox: SyncUserID { link.id.user }
    var isObserved: Bool { link.observed != nil }
    var name: String { link.id.contact.rawValue }

    func isUnwritten(since earlier: Job) -> Bool { link.item == earlier.link.item }
}

/// What is to be done about a job is what the test says.
struct Jobs: SettlingDomain {
    typealias Work = @Sendable (inout Job, Settlement<Jobs>) async throws(SettlingFailure) -> Facts<Job>

    let store: any SyncStore
    let standings: Shared<[SyncUserID: MailboxStanding]>
    /// Thrown by the next look for mailboxes with due rows.
    let failingLook: Shared<StoreError?>
    let looks: Shared<Int>
    let work: Shared<Work>

    func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        looks.update { $0 += 1 }
        if let error = failingLook.update({ $0.take() }) { throw error }
        return try await store.dueMailboxes(partitions)
    }

    func dueRows(of user: SyncUserID, limit: Int) async throws(StoreError) -> [Job] {
        try await store.dueContactLinks(of: user, limit: limit).map { Job(link: $0) }
    }

    func row(_ id: ContactLinkID) async throws(StoreError) -> Job? {
        try await store.contactLink(id).map { Job(link: $0) }
    }

    func mutation(_ row: Job) -> Mutation { .contactLink(row.link) }

    func journalItem(_ row: Job) -> String { "job/\(row.name)" }

    /// A condition that always holds.
    func restingCondition(of user: SyncUserID) async throws(StoreError) -> Mutation? {
        if case .resting = standing(of: user) { .cursor(CursorName("resting"), "") } else { nil }
    }

    func standing(of user: SyncUserID) -> MailboxStanding { standings.value[user] ?? .active }

    func settle(_ row: inout Job, _ settlement: Settlement<Jobs>) async throws(SettlingFailure) -> Facts<Job> {
        try await work.value(&row, settlement)
    }
}

extension Job {
    /// The facts of a job that is done: its item is `item`, and what was observed then is settled.
    func done(_ item: String = "item") -> Facts<Job> {
        let planned = link.observed
        return Facts { job in
            job.link.item = .made(ItemID(item), ETag("1"))
            job.link.settled = planned?.hash
            if job.link.observed == planned { job.link.observed = nil }
        }
    }
}
