import ExchangeClient
import Foundation
import MailboxSettling
import Settling
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore

/// Looks where a user's contacts go: whose mailbox his address leads to (USR-1), and whether our folder is still there (CON-5).
///
/// What is found out is committed here; the row that made us look is settled, waits or is planned anew accordingly.
struct MailboxLook: Sendable {
    let store: any SyncStore
    let exchange: any ExchangeContacts
    let watch: StoreWatch
    /// Of the contacts folder of our own (CON-2).
    let name: String

    // MARK: Known mailboxes

    /// Returns where the folder is still the mailbox's. A renamed one is.
    /// - Throws: a hold where it has vanished, `.mailboxUnusable` where the mailbox serves another user, `.lost` where another mailbox
    ///   stands behind the address: everything begins anew.
    func verify(_ identity: MailboxIdentity, of user: SyncUser) async throws(SettlingFailure) {
        switch await attempt({ try await exchange.contactFolder(identity.folder, in: user.email) }) {
        case .success(let folder):
            // In Deleted Items it keeps its id; the default folder itself can't be deleted.
            guard folder.parent == identity.contactsFolder || folder.id == identity.contactsFolder else {
                throw try await vanished(identity, user)
            }
            try await endHold(identity, user)
        case .failure(let error) where error.kind == .notFound:
            switch await attempt({ try await exchange.defaultContactFolder(in: user.email) }) {
            case .success(let folder) where folder.id == identity.contactsFolder:
                throw try await vanished(identity, user)
            case .success:
                throw try await beginAnew(user)
            case .failure(let error):
                throw SettlingFailure(error, rule: "CON-3")
            }
        case .failure(let error):
            throw SettlingFailure(error, rule: "CON-3")
        }
        try requireClaim(of: user, on: identity, among: watch.snapshot.users.values)
    }

    /// CON-5: a person decides. What he left as it is stays so.
    private func vanished(_ identity: MailboxIdentity, _ user: SyncUser) async throws(SettlingFailure)
        -> SettlingFailure
    {
        let hold: Hold
        do throws(StoreError) {
            // Somebody may have decided since: then the mailbox is not that one any more, and nothing would wake what is held now.
            guard try await watch.refresh().users[user.id]?.mailbox == identity else { return .lost }
            let known = try await holds(nil, of: identity.folder, user)
            if let undecided = known.last(where: { $0.state != .approved }) {
                hold = undecided
            } else {
                hold = Hold(
                    id: Identity.vanishedFolder(identity.folder, of: user.id, number: known.count),
                    kind: Hold.vanishedFolder, subject: user.id.description, keys: [identity.folder.rawValue],
                    detail: """
                        The contacts folder “\(name)” in \(user.email)'s mailbox was deleted in Outlook or moved elsewhere. Nothing \
                        is written into this mailbox meanwhile. Put back in Outlook, it is in use again within an hour. Approved, \
                        the folder is made again with all of LN's contacts. Discarded, it stays deleted and the mailbox gets no more \
                        contacts.
                        """, opened: try await store.now())
                _ = try await store.commit([.hold(hold)])
            }
        } catch {
            throw .later(error.message)
        }
        let id = hold.id.uuidString.lowercased()
        if hold.state == .discarded {
            return .refused(
                rule: "CON-5",
                "the contacts folder “\(name)” was deleted in Outlook, and \(hold.decidedBy ?? "somebody") decided to leave it so. "
                    + "lnsync holds approve \(id) makes it again")
        }
        return .held(
            rule: "CON-5",
            "the contacts folder “\(name)” that was made in \(user.email)'s mailbox was deleted in Outlook or moved elsewhere; nothing is "
                + "written into this mailbox until somebody decides: lnsync holds show \(id)")
    }

    /// The user put the folder back: what was held goes on. Where somebody had decided to leave it away, all contacts are sent anew, for
    /// what changed meanwhile was refused.
    private func endHold(_ identity: MailboxIdentity, _ user: SyncUser) async throws(SettlingFailure) {
        do throws(StoreError) {
            let known = try await holds(nil, of: identity.folder, user)
            guard var hold = known.first(where: { $0.state != .approved }) else { return }
            let wasLeft = hold.state == .discarded
            hold.state = .approved
            hold.decidedBy = "Outlook"
            hold.decided = try await store.now()
            hold.detail = "The contacts folder “\(name)” in \(user.email)'s mailbox is where it was again."
            let entry = JournalDraft(
                user: user.id, item: "user/\(user.code)", rule: "CON-5", action: "released", detail: hold.detail)
            let again: [Mutation] = wasLeft ? [.beginBaseline([user.id], check: true)] : []
            _ = try await store.commit([.hold(hold), .releaseRows(of: user.id), .journal(entry)] + again)
        } catch {
            throw .later(error.message)
        }
    }

    private func holds(
        _ state: Hold.State?, of folder: ItemID, _ user: SyncUser
    ) async throws(StoreError) -> [Hold] {
        try await store.holds(state).filter {
            $0.kind == Hold.vanishedFolder && $0.subject == user.id.description && $0.keys == [folder.rawValue]
        }
    }

    /// USR-1: another mailbox behind the address: nothing that the rows know is in it.
    private func beginAnew(_ user: SyncUser) async throws(SettlingFailure) -> SettlingFailure {
        var changed = user
        changed.mailbox = nil
        let entry = JournalDraft(
            user: user.id, item: "user/\(user.code)", rule: "USR-1", action: "moved",
            detail:
                "another mailbox stands behind \(user.email): it gets all contacts anew. The one before keeps what was written into it, "
                + "which nobody updates any more: where it lives on, delete \(leftBehind) in Outlook there")
        do {
            _ = try await store.commit([
                .user(changed), .restartRows(of: user.id), .beginBaseline([user.id], check: true), .journal(entry),
            ])
            try await watch.refresh()
        } catch {
            throw .later(error.message)
        }
        return .lost
    }

    /// What a mailbox that is served no more is to be freed of.
    private var leftBehind: String {
        switch watch.snapshot.policy(ContactFolderPolicy.self) {
        case .own: "the contacts folder “\(name)”"
        case .mailboxDefault: "LN's contacts"
        }
    }

    private func requireClaim(
        of user: SyncUser, on identity: MailboxIdentity, among users: some Sequence<SyncUser>
    ) throws(SettlingFailure) {
        guard let rival = MailboxClaim.rival(of: user, for: identity, among: users) else { return }
        throw .mailboxUnusable(
            rule: "USR-1",
            "\(user.email) leads to the mailbox of \(rival.code) (\(rival.email)), and one mailbox serves one active user: correct the "
                + "e-mail address in MS Exchange Synchronization Users (ttaad2141m000), or switch Active off for one of them"
        )
    }

    // MARK: First use

    /// Finds the folder, or makes it, and remembers the mailbox.
    /// - Returns: the user as he is stored then.
    func findOrMake(_ user: SyncUser) async throws(SettlingFailure) -> SyncUser {
        let identity: MailboxIdentity
        if let found = try await existing(user) {
            identity = found
        } else {
            identity = try await make(user)
        }
        return try await remember(identity, user.id)
    }

    /// Where contacts go in a mailbox that is not known yet; `nil` where the folder is not there.
    func existing(_ user: SyncUser) async throws(SettlingFailure) -> MailboxIdentity? {
        switch watch.snapshot.policy(ContactFolderPolicy.self) {
        case .own:
            switch await attempt({ try await exchange.contactFolders(name, in: user.email) }) {
            case .success(let folders):
                return folders.first.map { MailboxIdentity(contactsFolder: $0.parent, folder: $0.id) }
            case .failure(let error): throw SettlingFailure(error, rule: "CON-3")
            }
        case .mailboxDefault:
            switch await attempt({ try await exchange.defaultContactFolder(in: user.email) }) {
            case .success(let folder): return MailboxIdentity(contactsFolder: folder.id, folder: folder.id)
            case .failure(let error): throw SettlingFailure(error, rule: "CON-3")
            }
        }
    }

    private func make(_ user: SyncUser) async throws(SettlingFailure) -> MailboxIdentity {
        switch await attempt({ try await exchange.createContactFolder(name, in: user.email) }) {
        case .success(let folder):
            await note(
                JournalDraft(
                    user: user.id, item: "user/\(user.code)", rule: "CON-2", action: "created",
                    detail: "the contacts folder “\(name)” was made in \(user.email)'s mailbox"))
            return MailboxIdentity(contactsFolder: folder.parent, folder: folder.id)
        // Somebody was faster, or the outcome was lost.
        case .failure(let error) where error.kind == .alreadyExists || error.isOutcomeUnknown:
            if let found = try await existing(user) { return found }
            throw .later("the contacts folder could not be made: \(error.message)")
        case .failure(let error): throw SettlingFailure(error, rule: "CON-3")
        }
    }

    private func remember(_ identity: MailboxIdentity, _ id: SyncUserID) async throws(SettlingFailure) -> SyncUser {
        while true {
            let users = try await users()
            guard var user = users.first(where: { $0.id == id }) else {
                throw .later("the user is not known any more")
            }
            // The snapshot may be older than another's link.
            try requireClaim(of: user, on: identity, among: users)
            // Those who share his address are compared in the same commit: of two at their first use one sees the other's link.
            let sharing = users.filter { other in
                other.id != id && other.isActive && other.email.folded == user.email.folded
            }
            user.mailbox = identity
            do {
                guard try await store.commit(([user] + sharing).map { Mutation.user($0) }) == .committed else {
                    continue
                }
            } catch {
                throw .later(error.message)
            }
            user.version += 1
            return user
        }
    }

    private func users() async throws(SettlingFailure) -> [SyncUser] {
        do {
            return try await store.users()
        } catch {
            throw .later(error.message)
        }
    }

    /// What was done in Exchange is done, whether or not the journal can say so.
    private func note(_ entry: JournalDraft) async {
        _ = try? await store.commit([.journal(entry)])
    }
}
