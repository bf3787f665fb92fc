public import Foundation
import SyncEvents
public import SyncModel
import SyncStore

/// One contact, mailbox by mailbox: where it stands and what was decided, for someone who knows LN.
public struct ItemExplanation: Sendable, Hashable, Codable {
    public struct Mailbox: Sendable, Hashable, Codable {
        public var user: LNUserCode
        public var email: EmailAddress
        /// In a sentence: `in step with LN`.
        public var state: String
        /// Why it is late, held or refused.
        public var reason: String?
        /// When it is tried again.
        public var due: Date?
        /// The item's id in Exchange.
        public var item: ItemID?
        /// The read of LN it last took anything from.
        public var sequence: String
    }

    public struct Entry: Sendable, Hashable, Codable {
        public var time: Date
        /// The LN user whose mailbox it concerns.
        public var user: LNUserCode?
        public var rule: String
        public var action: String
        public var detail: String
    }

    public var company: Company
    public var contact: ContactCode
    public var mailboxes: [Mailbox]
    /// The newest first.
    public var journal: [Entry]
}

extension Administration {
    /// What is known of a contact.
    /// - Throws: `AdministrationError` where nothing is.
    public func explain(_ contact: ContactCode, _ company: Company, limit: Int = 100) async throws -> ItemExplanation {
        let users = Dictionary(uniqueKeysWithValues: try await store.users().map { ($0.id, $0) })
        let ids = users.keys.map { ContactLinkID(user: $0, company: company, contact: contact) }
        let rows = try await store.contactLinks(ids)
        let entries = try await store.journal(JournalQuery(item: "contact/\(company)/\(contact)", limit: limit))
        guard !rows.isEmpty || !entries.isEmpty else {
            throw AdministrationError(
                "nothing is known of contact \(contact) of company \(company): it was never in scope, or no pull has read it "
                    + "yet. Check the code, Synchronize and Active in Contacts (tccom1640m000), then lnsync status")
        }
        return ItemExplanation(
            company: company, contact: contact,
            mailboxes: rows.values.compactMap { row in
                users[row.id.user].map { ItemExplanation.Mailbox(row, $0) }
            }.sorted { $0.user < $1.user },
            journal: entries.map { entry in
                ItemExplanation.Entry(
                    time: entry.time, user: entry.draft.user.flatMap { users[$0]?.code }, rule: entry.draft.rule,
                    action: entry.draft.action, detail: entry.draft.detail)
            })
    }
}

extension ItemExplanation.Mailbox {
    init(_ row: ContactLink, _ user: SyncUser) {
        let state =
            switch (row.status.state, row.item) {
            case (.settled, .made): "in step with LN"
            case (.settled, _): "nothing to write"
            case (.due, .none): "is to be made in Exchange"
            case (.due, _): "is to be written to Exchange"
            case (.held, _): "held: waits for a decision"
            case (.refused, _): "refused"
            case (.resting, _): "rests while the user or a switch is off in LN"
            case (.tombstone, _): "removed"
            }
        let item: ItemID? =
            switch row.item {
            case .made(let id, _): id
            case .none, .deletedByUser: nil
            }
        self.init(
            user: user.code, email: user.email, state: state, reason: row.status.reason, due: row.status.due,
            item: item,
            sequence: row.status.sequence.description)
    }
}
