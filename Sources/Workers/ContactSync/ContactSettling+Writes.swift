import ExchangeClient
import Foundation
import MailboxSettling
import Settling
import SyncEvents
import SyncModel
import SyncStore

extension ContactSettling {
    func create(
        _ row: inout ContactLink, _ user: SyncUser, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        let contact = try self.contact(of: row)
        let folder = try await folders.folder(of: user)
        let value = row.id.propertyValue
        let latest = try await settlement.begin(
            .create, key: Identity.intent(row.id, generation: row.status.generation), on: &row)
        let result = try await settlement.perform(by: latest) { [exchange] in
            await attempt {
                try await exchange.createContact(contact, propertyValue: value, in: folder, of: user.email)
            }
        }
        switch result {
        case .success(let version):
            return written(row, version, entry(row, "CON-1", "created", "made in the contacts folder"))
        case .failure(let error): throw try await folders.failure(error, of: user, isWrite: true)
        }
    }

    /// Reads the item and writes only a difference: the row is not to be trusted.
    /// - Returns: `nil` where the item is gone, and the row is to be planned anew.
    func compare(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser, _ search: Search
    ) async throws(SettlingFailure) -> Facts<ContactLink>? {
        let wanted = try contact(of: row)
        let found: StoredContact?
        do throws(SettlingFailure) {
            found = try await read(id, user)
        } catch {
            // What only a listing showed is not the row's yet.
            if case .inListing(let before) = search { row.item = before }
            throw error
        }
        guard let stored = found else {
            if case .inListing(let before) = search {
                // It was gone before, or the user deleted it since: the folder knows.
                row.item = before
            } else {
                try await gone(&row, id, user)
            }
            return nil
        }
        if stored.contact == wanted { return written(row, stored.version, nil) }
        // LN has what was written last: the user made the difference.
        if row.settled == row.observed?.hash, watch.snapshot.policy(OutlookEditPolicy.self) == .report {
            return written(
                row, stored.version,
                entry(row, "CON-4", "reported", "the contact was edited in Outlook; the edit stays until LN changes it")
            )
        }
        return try await update(&row, id, stored.version.etag, wanted, user)
    }

    /// Writes all fields with If-Match (CON-4). After a mismatch the etag is read, then the row: unchanged, it is written once
    /// more; changed, it is planned anew.
    /// - Returns: `nil` where the item is gone, and the row is to be planned anew.
    func update(
        _ row: inout ContactLink, _ id: ItemID, _ etag: ETag, _ contact: ExchangeContact, _ user: SyncUser
    ) async throws(SettlingFailure) -> Facts<ContactLink>? {
        let folder = try await folders.folder(of: user)
        var detail = "all mapped fields written"
        var result = await attempt { try await exchange.updateContact(id, ifMatch: etag, contact, of: user.email) }
        if case .failure(let error) = result, error.kind == .conflict {
            guard let stored = try await read(id, user) else {
                try await gone(&row, id, user)
                return nil
            }
            let current = try await reload(row)
            guard current?.status.version == row.status.version else { throw .lost }
            detail += "; what was changed in Outlook since the last write is overwritten"
            result = await attempt {
                try await exchange.updateContact(id, ifMatch: stored.version.etag, contact, of: user.email)
            }
        }
        switch result {
        case .success(let version) where version.folder == folder:
            return written(row, version, entry(row, "CON-4", "updated", detail))
        case .failure(let error) where error.kind != .notFound:
            throw SettlingFailure(error, rule: "CON-3")
        case .success, .failure:
            try await gone(&row, id, user)
            return nil
        }
    }

    /// Moves our item to Deleted Items (CON-5).
    func remove(
        _ row: inout ContactLink, _ id: ItemID, _ user: SyncUser, _ settlement: Settlement<Self>
    ) async throws(SettlingFailure) -> Facts<ContactLink> {
        guard case .removal(let reason) = row.observed else { throw .lost }
        let latest = try await settlement.begin(
            .delete, key: Identity.intent(row.id, generation: row.status.generation), on: &row)
        let result = try await settlement.perform(by: latest) { [exchange] in
            await attempt { try await exchange.deleteContact(id, of: user.email) }
        }
        if case .failure(let error) = result, error.kind != .notFound {
            throw SettlingFailure(error, isWrite: true, rule: "CON-3")
        }
        let planned = row.observed
        let entry = entry(row, "CON-5", "removed", "\(Self.words(reason)); the contact was moved to Deleted Items")
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

    /// The item holds what the row was planned on, or stays as it is.
    /// - Parameter entry: for the journal; `nil` where nothing was decided.
    private func written(_ row: ContactLink, _ version: ItemVersion, _ entry: JournalDraft?) -> Facts<ContactLink> {
        let planned = row.observed
        return Facts(journal: [entry].compactMap(\.self)) { row in
            row.item = .made(version.id, version.etag)
            row.settled = planned?.hash
            row.status.check = false
            if row.observed == planned { row.observed = nil }
        }
    }

    private func entry(_ row: ContactLink, _ rule: String, _ action: String, _ detail: String) -> JournalDraft {
        JournalDraft(user: row.id.user, item: row.journalItem, rule: rule, action: action, detail: detail)
    }

    /// The item, where it is in our folder.
    private func read(_ id: ItemID, _ user: SyncUser) async throws(SettlingFailure) -> StoredContact? {
        let folder = try await folders.folder(of: user)
        switch await attempt({ try await exchange.contact(id, of: user.email) }) {
        case .success(let stored): return stored.version.folder == folder ? stored : nil
        case .failure(let error) where error.kind == .notFound: return nil
        case .failure(let error): throw SettlingFailure(error, rule: "CON-3")
        }
    }

    private func reload(_ row: ContactLink) async throws(SettlingFailure) -> ContactLink? {
        do {
            return try await store.contactLink(row.id)
        } catch {
            throw .later(error.message)
        }
    }

    static func words(_ reason: RemovalReason) -> String {
        switch reason {
        case .synchronizeOff: "Synchronize was switched off in LN"
        case .inactive: "the contact is no longer Active in LN"
        case .deleted: "the contact was deleted in LN"
        default: "the contact left the scope in LN"
        }
    }
}
