import ExchangeClient
import Foundation
import Runtime
import Settling
import SyncModel
import SyncStore
import Synchronization

/// The contacts folder of our own in each mailbox (CON-2): found or made at first use, then known by the store.
final class ContactFolders: Sendable {
    private struct Listing {
        let made: Duration
        let items: [String: [LinkedContact]]
    }

    private struct Mailbox {
        let folder = SingleFlight<MailboxIdentity>()
        let listing = SingleFlight<[String: [LinkedContact]]>()
        var identity: MailboxIdentity?
        var listed: Listing?
    }

    private let store: any SyncStore
    private let exchange: any ExchangeContacts
    private let name: String
    private let time: any TimeSource
    private let mailboxes = Mutex<[SyncUserID: Mailbox]>([:])

    /// How long a listing of a first sync is trusted.
    private static let listingLifetime: Duration = .seconds(600)

    init(store: any SyncStore, exchange: any ExchangeContacts, name: String, time: any TimeSource) {
        self.store = store
        self.exchange = exchange
        self.name = name
        self.time = time
    }

    /// The folder's id; made where the mailbox has none yet.
    func folder(of user: SyncUser) async throws(SettlingFailure) -> ItemID {
        if let identity = user.mailbox ?? mailbox(user).identity { return identity.folder }
        do {
            return try await mailbox(user).folder.run { try await self.findOrMake(user) }.folder
        } catch let failure as SettlingFailure {
            throw failure
        } catch {
            throw .ended
        }
    }

    /// The folder's id; `nil` where the mailbox has none yet. Makes none.
    func folderIfMade(of user: SyncUser) async throws(SettlingFailure) -> ItemID? {
        if let identity = user.mailbox ?? mailbox(user).identity { return identity.folder }
        return try await existing(user).first?.id
    }

    /// Every item with our property, by its value: the folder is listed once for a first sync.
    func listing(of user: SyncUser) async throws(SettlingFailure) -> [String: [LinkedContact]] {
        if let listed = listingAtHand(of: user) { return listed }
        let folder = try await folder(of: user)
        do {
            return try await mailbox(user).listing.run {
                let made = self.time.uptime
                let items = await attempt { try await self.exchange.linkedContacts(in: folder, of: user.email) }
                switch items {
                case .success(let items):
                    let listing = Dictionary(grouping: items.sorted { $0.created < $1.created }, by: \.propertyValue)
                    self.mailboxes.withLock { $0[user.id]?.listed = Listing(made: made, items: listing) }
                    return listing
                case .failure(let error):
                    throw try await self.failure(error, of: user)
                }
            }
        } catch let failure as SettlingFailure {
            throw failure
        } catch {
            throw .ended
        }
    }

    /// The listing of a first sync, while it is trusted.
    func listingAtHand(of user: SyncUser) -> [String: [LinkedContact]]? {
        mailbox(user).listed.flatMap { time.uptime - $0.made < Self.listingLifetime ? $0.items : nil }
    }

    /// Returns where the folder is there.
    /// - Throws: a hold where it has vanished.
    func requireFolder(of user: SyncUser) async throws(SettlingFailure) {
        let known = try await folder(of: user)
        switch await attempt({ try await exchange.contactFolders(name, in: user.email) }) {
        case .success(let folders):
            if folders.contains(where: { $0.id == known }) { return }
        case .failure(let error):
            throw SettlingFailure(error)
        }
        throw .held(
            rule: "CON-5",
            "the contacts folder “\(name)” that was made in \(user.email)'s mailbox is no longer there; "
                + "nothing is written into this mailbox until somebody decides")
    }

    /// What an error means where the folder itself may be what is missing.
    func failure(
        _ error: ExchangeError, of user: SyncUser, isWrite: Bool = false
    ) async throws(SettlingFailure) -> SettlingFailure {
        if error.kind == .notFound { try await requireFolder(of: user) }
        return SettlingFailure(error, isWrite: isWrite)
    }

    private func mailbox(_ user: SyncUser) -> Mailbox {
        mailboxes.withLock { mailboxes in
            let mailbox = mailboxes[user.id] ?? Mailbox()
            mailboxes[user.id] = mailbox
            return mailbox
        }
    }

    private func findOrMake(_ user: SyncUser) async throws(SettlingFailure) -> MailboxIdentity {
        var folders = try await existing(user)
        if folders.isEmpty {
            switch await attempt({ try await exchange.createContactFolder(name, in: user.email) }) {
            case .success(let folder): folders = [folder]
            // Somebody was faster, or the outcome was lost.
            case .failure(let error) where error.kind == .alreadyExists || error.isOutcomeUnknown:
                folders = try await existing(user)
            case .failure(let error): throw SettlingFailure(error)
            }
        }
        guard let folder = folders.first else { throw .later("the contacts folder could not be made") }
        let identity = MailboxIdentity(contactsFolder: folder.parent, folder: folder.id)
        try await remember(identity, user.id)
        mailboxes.withLock { $0[user.id]?.identity = identity }
        return identity
    }

    private func existing(_ user: SyncUser) async throws(SettlingFailure) -> [ContactFolder] {
        switch await attempt({ try await exchange.contactFolders(name, in: user.email) }) {
        case .success(let folders): return folders
        case .failure(let error): throw SettlingFailure(error)
        }
    }

    private func remember(_ identity: MailboxIdentity, _ id: SyncUserID) async throws(SettlingFailure) {
        do throws(StoreError) {
            while var user = try await store.users().first(where: { $0.id == id }) {
                user.mailbox = identity
                if try await store.commit([.user(user)]) == .committed { return }
            }
        } catch {
            throw .later(error.message)
        }
    }
}
