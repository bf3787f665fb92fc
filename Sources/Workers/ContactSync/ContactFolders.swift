import ExchangeClient
import MailboxSettling
import Runtime
import Settling
import SyncModel
import SyncStore
import Synchronization

/// The folder of each mailbox that contacts go to (CON-2): found or made at first use, then known by the store, and looked at again
/// from time to time while it is written.
final class ContactFolders: Sendable {
    private struct Listing {
        let made: Duration
        let items: [String: [LinkedContact]]
    }

    private struct Mailbox {
        let first = SingleFlight<SyncUser>()
        let look = SingleFlight<Void>()
        let listing = SingleFlight<[String: [LinkedContact]]>()
        /// As this process stored him, until the store's snapshot is as new.
        var stored: SyncUser?
        /// What was looked at last, and when.
        var looked: (identity: MailboxIdentity, at: Duration)?
        var listed: Listing?
        /// Searches for one contact since the folder was read as a whole.
        var searches = 0
    }

    private let look: MailboxLook
    private let time: any TimeSource
    private let lookInterval: Duration
    private let mailboxes = Mutex<[SyncUserID: Mailbox]>([:])

    /// How long a listing is trusted.
    private static let listingLifetime: Duration = .seconds(600)
    /// So many contacts are searched one by one before the folder is read as a whole.
    private static let searchesBeforeListing = 20

    /// - Parameter lookInterval: a mailbox that is written is looked at that often, and at the first write after a rest.
    init(_ look: MailboxLook, time: any TimeSource, lookInterval: Duration) {
        self.look = look
        self.time = time
        self.lookInterval = lookInterval
    }

    /// The folder's id; made where the mailbox has none yet.
    /// - Throws: what `MailboxLook` finds wrong with a folder that was known.
    func folder(of user: SyncUser) async throws(SettlingFailure) -> ItemID {
        let user = newest(user)
        guard let identity = user.mailbox else {
            let stored = try await mailbox(user).first.once { () async throws(SettlingFailure) in
                let stored = try await self.look.findOrMake(user)
                self.change(user) { mailbox in
                    mailbox.stored = stored
                    mailbox.looked = stored.mailbox.map { ($0, self.time.uptime) }
                    mailbox.listed = nil
                }
                return stored
            }
            guard let identity = stored.mailbox else { throw .lost }
            return identity.folder
        }
        if let looked = mailbox(user).looked, looked.identity == identity, time.uptime - looked.at < lookInterval {
            return identity.folder
        }
        try await requireFolder(identity, user)
        return identity.folder
    }

    /// The folder's id; `nil` where the mailbox has none yet. Makes none.
    func folderIfMade(of user: SyncUser) async throws(SettlingFailure) -> ItemID? {
        guard newest(user).mailbox == nil else { return try await folder(of: user) }
        return try await look.existing(user)?.folder
    }

    /// The items with our property that the folder had when it was read as a whole, by its value, where that is worth its price: during a
    /// first sync, and where many contacts are searched. `nil`: the contact is to be searched by itself.
    func listing(of user: SyncUser) async throws(SettlingFailure) -> [String: [LinkedContact]]? {
        if let listed = mailbox(user).listed, time.uptime - listed.made < Self.listingLifetime { return listed.items }
        let isFirstSync = if case .running = user.baseline { true } else { false }
        let searches = change(user) { mailbox in
            mailbox.searches += 1
            return mailbox.searches
        }
        guard isFirstSync || searches > Self.searchesBeforeListing else { return nil }
        let folder = try await folder(of: user)
        return try await mailbox(user).listing.once { () async throws(SettlingFailure) in
            let made = self.time.uptime
            switch await attempt({ try await self.look.exchange.linkedContacts(in: folder, of: user.email) }) {
            case .success(let items):
                let listing = Dictionary(grouping: items.sorted { $0.created < $1.created }, by: \.propertyValue)
                self.change(user) { mailbox in
                    mailbox.listed = Listing(made: made, items: listing)
                    mailbox.searches = 0
                }
                return listing
            case .failure(let error):
                throw try await self.failure(error, of: user)
            }
        }
    }

    /// Looks now whether the folder is still there.
    func requireFolder(of user: SyncUser) async throws(SettlingFailure) {
        let user = newest(user)
        guard let identity = user.mailbox else { throw .lost }
        try await requireFolder(identity, user)
    }

    private func requireFolder(_ identity: MailboxIdentity, _ user: SyncUser) async throws(SettlingFailure) {
        try await mailbox(user).look.once { () async throws(SettlingFailure) in
            try await self.look.verify(identity, of: user)
            self.change(user) { $0.looked = (identity, self.time.uptime) }
        }
    }

    /// What an error means where the folder itself may be what is missing.
    func failure(
        _ error: ExchangeError, of user: SyncUser, isWrite: Bool = false
    ) async throws(SettlingFailure) -> SettlingFailure {
        if error.kind == .notFound { try await requireFolder(of: user) }
        return SettlingFailure(error, isWrite: isWrite, rule: "CON-3")
    }

    // MARK: What is remembered

    /// The user as the store has him, or as this process has just stored him.
    private func newest(_ user: SyncUser) -> SyncUser {
        change(user) { mailbox in
            if let stored = mailbox.stored, stored.version > user.version { return stored }
            mailbox.stored = nil
            return user
        }
    }

    private func mailbox(_ user: SyncUser) -> Mailbox {
        change(user) { $0 }
    }

    @discardableResult
    private func change<Value>(_ user: SyncUser, _ change: (inout Mailbox) -> Value) -> Value {
        mailboxes.withLock { mailboxes in
            var mailbox = mailboxes[user.id] ?? Mailbox()
            defer { mailboxes[user.id] = mailbox }
            return change(&mailbox)
        }
    }
}

extension SingleFlight {
    /// `run`, with the failures of settling: what ends the wait is none of the row's.
    fileprivate func once(_ work: () async throws(SettlingFailure) -> Value) async throws(SettlingFailure) -> Value {
        do {
            return try await run(work)
        } catch let failure as SettlingFailure {
            throw failure
        } catch {
            throw .ended
        }
    }
}
