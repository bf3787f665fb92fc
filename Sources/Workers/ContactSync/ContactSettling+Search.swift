import ExchangeClient
import MailboxSettling
import Settling
import SyncModel
import SyncStore

/// How the folder was searched for a contact's items.
enum Search: Sendable {
    /// The folder was asked for this contact.
    case byItself
    /// Looked up in what the folder held when it was read as a whole; before that the row named this.
    case inListing(before: ContactItem)
}

extension ContactSettling {
    /// Searches our folder for the row's items, and puts what is found into the row (CON-7): the one that the row names, else the oldest.
    /// The others, copies made in Outlook or by a process that died, go to Deleted Items. An intent whose deadline is over ends with it:
    /// its outcome is what is found.
    func search(
        _ row: inout ContactLink, _ user: SyncUser, isListingGood: Bool
    ) async throws(SettlingFailure) -> Search {
        if case .removal = row.observed, try await folders.folderIfMade(of: user) == nil {
            // There is nothing to remove; a folder is made for what is created only.
            row.status.intent = nil
            row.item = .none
            row.settled = nil
            return .byItself
        }
        if isListingGood, let listed = try await listed(row, user) {
            let before = row.item
            if let item = listed.first { take(item, &row) }
            return .inListing(before: before)
        }
        let value = row.id.propertyValue
        let folder = try await folders.folder(of: user)
        var found: [LinkedContact]
        switch await attempt({ try await exchange.linkedContacts(value, in: folder, of: user.email) }) {
        case .success(let items): found = items.filter { $0.propertyValue == value }
        case .failure(let error): throw try await folders.failure(error, of: user)
        }
        let hadIntent = row.status.intent != nil
        row.status.intent = nil
        guard !found.isEmpty else {
            switch row.item {
            case .made(let id, _) where !hadIntent: try await gone(&row, id, user)
            case .deletedByUser: break
            case .made, .none:
                row.item = .none
                row.settled = nil
            }
            return .byItself
        }
        var kept = found.startIndex
        if case .made(let id, _) = row.item { kept = found.firstIndex { $0.version.id == id } ?? kept }
        let item = found.remove(at: kept)
        for other in found { try await removeSecond(other, row, user) }
        take(item, &row)
        return .byItself
    }

    /// What a listing shows of the contact, as far as that can be relied on: of a row in its first life, whose item may have been made
    /// since the listing in no other; one item at most, and the one that the row names; nothing of what the user deleted, whose copy may be
    /// younger. A copy is not removed on the word of a listing: it may be in Deleted Items by now, where a second delete ends it for good.
    /// - Returns: `nil` where the contact is to be searched by itself.
    private func listed(_ row: ContactLink, _ user: SyncUser) async throws(SettlingFailure) -> [LinkedContact]? {
        guard row.status.intent == nil, row.status.generation == 1, case .content = row.observed else { return nil }
        if case .deletedByUser = row.item { return nil }
        let items = try await folders.listing(of: user)?[row.id.propertyValue, default: []]
        guard let items, items.count < 2 else { return nil }
        if case .made(let id, _) = row.item, items.first?.version.id != id { return nil }
        return items
    }

    private func take(_ item: LinkedContact, _ row: inout ContactLink) {
        if case .made(item.version.id, _) = row.item {} else { row.settled = nil }
        row.item = .made(item.version.id, item.version.etag)
        // What it holds is not known.
        row.status.check = true
    }

    private func removeSecond(
        _ item: LinkedContact, _ row: ContactLink, _ user: SyncUser
    ) async throws(SettlingFailure) {
        let result = await attempt { try await exchange.deleteContact(item.version.id, of: user.email) }
        if case .failure(let error) = result, error.kind != .notFound { throw SettlingFailure(error, rule: "CON-3") }
        // It is done, whether or not the journal can say so.
        _ = try? await store.commit([
            .journal(
                JournalDraft(
                    user: row.id.user, item: row.journalItem, rule: "CON-7", action: "removed",
                    detail: "the folder had the contact twice; the copy was moved to Deleted Items"))
        ])
    }

    // MARK: Gone

    /// The item is no longer in our folder: where that is still there, the user deleted the item or moved it away.
    func gone(_ row: inout ContactLink, _ id: ItemID, _ user: SyncUser) async throws(SettlingFailure) {
        try await folders.requireFolder(of: user)
        row.item = .deletedByUser(id)
        row.settled = nil
        row.status.check = false
    }

    /// What the user deleted, and has no copy of, begins its next life, where the policy says so (CON-5).
    /// - Throws: that it stays deleted.
    func restoreOrLeave(_ row: inout ContactLink) throws(SettlingFailure) {
        guard watch.snapshot.policy(OutlookDeletionPolicy.self) == .restore else {
            throw .refused(
                rule: "CON-5",
                "the user deleted the contact in Outlook or moved it away; it is made again once Synchronize was off and on in LN"
            )
        }
        row.item = .none
        row.settled = nil
        row.status.generation += 1
    }
}
