public import ExchangeClient
import Foundation
import MailboxSettling
public import Runtime
public import Settling
import SyncEvents
public import SyncModel
import SyncPlanner
public import SyncStore
public import Telemetry

/// The settling of contact-worker: contact rows into the contacts folders of mailboxes (CON-1 to CON-7).
public struct ContactSettling: SettlingDomain {
    let store: any SyncStore
    let exchange: any ExchangeContacts
    let watch: StoreWatch
    let folders: ContactFolders
    let quarantine: MailboxQuarantine
    let mapping: ContactMapping
    let time: any TimeSource

    public struct Configuration: Sendable {
        /// Of the contacts folder of our own (CON-2).
        public var folderName = "Infor LN"
        /// A mailbox that is written is looked at that often: whether the folder is still there.
        public var lookInterval: Duration = .seconds(60)
        /// After the first failure of a mailbox as a whole, the second and so on; the last holds for all further ones (USR-3). Not empty.
        public var quarantinePauses: [Duration] = [.seconds(900), .seconds(3600), .seconds(14400), .seconds(86400)]

        public init() {}
    }

    public init(
        _ configuration: Configuration = Configuration(), store: any SyncStore, exchange: any ExchangeContacts,
        watch: StoreWatch, mapping: ContactMapping, time: any TimeSource, log: Logger
    ) {
        self.store = store
        self.exchange = exchange
        self.watch = watch
        self.mapping = mapping
        self.time = time
        folders = ContactFolders(
            MailboxLook(store: store, exchange: exchange, watch: watch, name: configuration.folderName), time: time,
            lookInterval: configuration.lookInterval)
        quarantine = MailboxQuarantine(
            store: store, watch: watch, pauses: configuration.quarantinePauses, log: log.labelled("ContactSync"))
    }

    // MARK: Rows

    public func dueMailboxes(_ partitions: Set<Int32>) async throws(StoreError) -> [DueMailbox] {
        try await store.dueMailboxes(partitions)
    }

    public func dueRows(of user: SyncUserID, limit: Int) async throws(StoreError) -> [ContactLink] {
        try await store.dueContactLinks(of: user, limit: limit)
    }

    public func row(_ id: ContactLinkID) async throws(StoreError) -> ContactLink? {
        try await store.contactLink(id)
    }

    public func mutation(_ row: ContactLink) -> Mutation { .contactLink(row) }

    public func journalItem(_ row: ContactLink) -> String { row.journalItem }

    public func standing(of user: SyncUserID) -> MailboxStanding { standing(of: user, watch.snapshot) }

    public func restingCondition(of user: SyncUserID) async throws(StoreError) -> Mutation? {
        let snapshot = try await watch.refresh()
        guard case .resting = standing(of: user, snapshot) else { return nil }
        return .unchangedControl(since: snapshot.changes)
    }

    private func standing(of user: SyncUserID, _ snapshot: StoreSnapshot) -> MailboxStanding {
        guard snapshot.isStarted else { return .waiting(.seconds(1)) }
        guard let user = snapshot.users[user], user.isActive else {
            return .resting("the user is not active in MS Exchange Synchronization Users (ttaad2141m000)")
        }
        if snapshot.comParameters?.synchronizeContacts == false {
            return .resting("Synchronize Contacts is off in COM Parameters (tccom0000s000)")
        }
        if user.isPaused { return .waiting(.seconds(1)) }
        if let until = user.quarantine?.until, until > time.now {
            // Not for as long as that: somebody may end it before (lnsync resume).
            return .waiting(min(.seconds(1), .seconds(until.timeIntervalSince(time.now))))
        }
        return .active
    }

    // MARK: Settling

    public func settle(
        _ row: inout ContactLink, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        guard let user = watch.snapshot.users[row.id.user] else { throw .later("the user is not known yet") }
        let outcome: (facts: Facts<ContactLink>, hasAsked: Bool)
        do throws(SettlingFailure) {
            outcome = try await steps(&row, user, settlement)
        } catch {
            throw await quarantine.noted(error, of: user, now: try await settlement.now())
        }
        if outcome.hasAsked { await quarantine.ended(of: user) }
        return outcome.facts
    }

    /// Takes one step after the other until the row is settled.
    /// - Returns: what became known, and whether Exchange was asked.
    private func steps(
        _ row: inout ContactLink, _ user: SyncUser, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> (Facts<ContactLink>, hasAsked: Bool) {
        var search: Search?
        while true {
            let now = try await settlement.now()
            switch ContactPlan.next(row, hasSearched: search != nil, now: now) {
            case .nothing:
                return (nothingToWrite(row), search != nil)
            case .wait(let until):
                throw .at(.seconds(until.timeIntervalSince(now)), "a write of unknown outcome is waited out")
            case .search:
                search = try await self.search(&row, user, isListingGood: true)
            case .create:
                return (try await create(&row, user, settlement), true)
            case .compare(let id):
                if let facts = try await compare(&row, id, user, search ?? .byItself) { return (facts, true) }
                // The listing was older than that.
                search = try await self.search(&row, user, isListingGood: false)
            case .update(let id, let etag):
                if let facts = try await update(&row, id, etag, try contact(of: row), user) { return (facts, true) }
                // A copy may take its place.
                search = nil
            case .remove(let id):
                return (try await remove(&row, id, user, settlement), true)
            case .leaveDeleted:
                try restoreOrLeave(&row)
            }
        }
    }

    private func nothingToWrite(_ row: ContactLink) -> Facts<ContactLink> {
        let (planned, item) = (row.observed, row.item)
        var journal: [JournalDraft] = []
        if case (.removal(let reason), .deletedByUser) = (planned, item) {
            journal.append(
                JournalDraft(
                    user: row.id.user, item: row.journalItem, rule: "CON-5", action: "left",
                    detail: "\(Self.words(reason)); the user had deleted the contact in Outlook or moved it away before"
                ))
        }
        return Facts(journal: journal) { row in
            row.item = item
            guard row.observed == planned else { return }
            row.observed = nil
            if case .removal = planned {
                row.status.state = .tombstone
                row.status.check = false
                row.item = .none
                row.settled = nil
            }
        }
    }

    func contact(of row: ContactLink) throws(SettlingFailure) -> ExchangeContact {
        guard case .content(let data, _) = row.observed else { throw .lost }
        do {
            return mapping.exchangeContact(try EventData.decode(ContactChanged.self, from: data).content)
        } catch {
            throw .refused(rule: "CON-3", "the row's content can't be read: \(error.description)")
        }
    }
}

extension ContactLink {
    /// How the journal names it.
    public var journalItem: String { "contact/\(id.propertyValue)" }
}

extension ContactLink: SettlingRow {
    public var mailbox: SyncUserID { id.user }
    public var isObserved: Bool { observed != nil }
    public func isUnwritten(since earlier: ContactLink) -> Bool {
        item == earlier.item && status.generation == earlier.status.generation
    }
}
