import ExchangeClient
import Foundation
import Settling
import SyncEvents
import SyncModel
import SyncStore

extension ContactSettling {
    /// Searches our folder for the row's item, and puts what is found into the row (CON-7). An intent whose deadline is over ends
    /// with it: its outcome is what is found.
    func search(_ row: inout ContactLink, _ user: SyncUser) async throws(SettlingFailure) {
        let value = row.id.propertyValue
        let found: [LinkedContact]
        if case .removal = row.observed, try await folders.folderIfMade(of: user) == nil {
            // There is nothing to remove; a folder is made for what is created only.
            row.status.intent = nil
            row.item = .none
            row.settled = nil
            return
        }
        // During a first sync the folder was listed as a whole; a write of unknown outcome, and a row whose item was there and is
        // gone, need a look of their own.
        if row.status.intent == nil, row.status.generation == 1, let listing = try await listing(row, user) {
            found = listing[value] ?? []
        } else {
            let folder = try await folders.folder(of: user)
            switch await attempt({ try await exchange.linkedContacts(value, in: folder, of: user.email) }) {
            case .success(let items): found = items.filter { $0.propertyValue == value }
            case .failure(let error): throw try await folders.failure(error, of: user)
            }
        }
        row.status.intent = nil
        guard let first = found.first else {
            row.item = .none
            row.settled = nil
            return
        }
        var kept = first
        if case .made(let id, _) = row.item { kept = found.first { $0.version.id == id } ?? first }
        for other in found where other.version.id != kept.version.id {
            if case .failure(let error) = await attempt({
                try await exchange.deleteContact(other.version.id, of: user.email)
            }), error.kind != .notFound {
                throw SettlingFailure(error)
            }
        }
        row.item = .made(kept.version.id, kept.version.etag)
        // What it holds is not known.
        row.status.check = true
    }

    /// The listing of a first sync, which is taken while it runs and serves what it has left behind too; `nil` where the row needs
    /// a search of its own.
    private func listing(
        _ row: ContactLink, _ user: SyncUser
    ) async throws(SettlingFailure) -> [String: [LinkedContact]]? {
        if case .running = user.baseline { return try await folders.listing(of: user) }
        return row.status.priority == .backfill ? folders.listingAtHand(of: user) : nil
    }

    func create(
        _ row: inout ContactLink, _ user: SyncUser, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        let contact = try self.contact(of: row)
        let folder = try await folders.folder(of: user)
        let value = row.id.propertyValue
        try await settlement.begin(
            .create, key: Identity.intent(row.id, generation: row.status.generation), on: &row)
        let result = try await settlement.perform { [exchange] in
            await attempt {
                try await exchange.createContact(contact, propertyValue: value, in: folder, of: user.email)
            }
        }
        switch result {
        case .success(let version): return written(row, version, "created")
        case .failure(let error): throw try await folders.failure(error, of: user, isWrite: true)
        }
    }

    /// Reads the item and writes only a difference: the row is not to be trusted.
    func compare(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        let wanted = try contact(of: row)
        let stored = try await read(&row, id, user)
        if stored.contact == wanted { return written(row, stored.version, nil) }
        return try await update(&row, id, stored.version.etag, wanted, user)
    }

    /// Writes all fields with If-Match (CON-4). After a mismatch the etag is read, then the row: unchanged, it is written once
    /// more; changed, it is planned anew.
    func update(
        _ row: inout ContactLink, _ id: ItemID, _ etag: ETag, _ contact: ExchangeContact, _ user: SyncUser
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        var result = await attempt { try await exchange.updateContact(id, ifMatch: etag, contact, of: user.email) }
        if case .failure(let error) = result, error.kind == .conflict {
            let stored = try await read(&row, id, user)
            let current = try await reload(row)
            guard current?.status.version == row.status.version else { throw .lost }
            result = await attempt {
                try await exchange.updateContact(id, ifMatch: stored.version.etag, contact, of: user.email)
            }
        }
        switch result {
        case .success(let version):
            guard version.folder == (try await folders.folder(of: user)) else { throw try await gone(&row, id, user) }
            return written(row, version, "updated")
        case .failure(let error) where error.kind == .notFound:
            throw try await gone(&row, id, user)
        case .failure(let error):
            throw SettlingFailure(error)
        }
    }

    /// Moves our item to Deleted Items (CON-5).
    func remove(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        guard case .removal(let reason) = row.observed else { throw .lost }
        try await settlement.begin(
            .delete, key: Identity.intent(row.id, generation: row.status.generation), on: &row)
        let result = try await settlement.perform { [exchange] in
            await attempt { try await exchange.deleteContact(id, of: user.email) }
        }
        if case .failure(let error) = result, error.kind != .notFound { throw SettlingFailure(error, isWrite: true) }
        let planned = row.observed
        let entry = JournalDraft(
            user: row.id.user, item: row.journalItem, rule: "CON-5", action: "removed",
            detail: "\(Self.words(reason)); the contact was moved to Deleted Items")
        return Facts(journal: [entry]) { row in
            row.item = .none
            row.settled = nil
            row.status.check = false
            guard row.observed == planned else { return }
            row.observed = nil
            row.status.state = .tombstone
        }
    }

    // MARK: What became known

    /// The item holds what the row was planned on.
    /// - Parameter action: for the journal; `nil` where nothing was written.
    private func written(_ row: ContactLink, _ version: ItemVersion, _ action: String?) -> Facts<ContactLink> {
        let planned = row.observed
        let journal = action.map { action in
            JournalDraft(
                user: row.id.user, item: row.journalItem, rule: action == "created" ? "CON-1" : "CON-4", action: action,
                detail: action == "created" ? "made in the contacts folder" : "all mapped fields written")
        }
        return Facts(journal: [journal].compactMap(\.self)) { row in
            row.item = .made(version.id, version.etag)
            row.settled = planned?.hash
            row.status.check = false
            if row.observed == planned { row.observed = nil }
        }
    }

    private func read(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser
    ) async throws(SettlingFailure) -> StoredContact {
        switch await attempt({ try await exchange.contact(id, of: user.email) }) {
        case .success(let stored):
            guard stored.version.folder == (try await folders.folder(of: user)) else {
                throw try await gone(&row, id, user)
            }
            return stored
        case .failure(let error) where error.kind == .notFound:
            throw try await gone(&row, id, user)
        case .failure(let error):
            throw SettlingFailure(error)
        }
    }

    /// The item is no longer in our folder: where that is still there, the user deleted the item or moved it away.
    private func gone(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser
    ) async throws(SettlingFailure) -> SettlingFailure {
        try await folders.requireFolder(of: user)
        row.item = .deletedByUser(id)
        row.settled = nil
        row.status.check = false
        return Self.leaveDeleted
    }

    static var leaveDeleted: SettlingFailure {
        .refused(
            rule: "CON-5",
            "the user deleted the contact in Outlook or moved it away; it is made again once Synchronize was off and on in LN"
        )
    }

    private func reload(_ row: ContactLink) async throws(SettlingFailure) -> ContactLink? {
        do {
            return try await store.contactLink(row.id)
        } catch {
            throw .later(error.message)
        }
    }

    private static func words(_ reason: RemovalReason) -> String {
        switch reason {
        case .synchronizeOff: "Synchronize was switched off in LN"
        case .inactive: "the contact is no longer Active in LN"
        case .deleted: "the contact was deleted in LN"
        default: "the contact left the scope in LN"
        }
    }
}
