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
        /// What it waits for, and what to do, where it waits.
        public var waitsFor: String?
        /// When it is tried again.
        public var due: Date?
        /// The item's id in Exchange.
        public var item: ItemID?
        /// The read of LN it last took anything from; absent where the mailbox has never got the contact.
        public var sequence: String?
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
    /// The newest first: the contact's, and what was found of the LN company as a whole that contacts go out without.
    public var journal: [Entry]
    /// The rules that the journal names, in words.
    public var rules: [String: String]
}

extension Administration {
    /// What is known of a contact.
    /// - Parameters:
    ///   - text: its code, whatever its case, blanks and leading zeros.
    ///   - zone: in which times are told.
    ///   - limit: of the journal's entries.
    /// - Throws: `AdministrationError` where nothing is, or several are meant.
    public func explain(
        _ text: String, _ company: Company, zone: TimeZone = .gmt, limit: Int = 1000
    ) async throws -> ItemExplanation {
        let search = ContactSearch(store: store, company: company)
        for contact in try await search.codes(text) {
            if let explanation = try await explanation(of: contact, company, zone, limit) { return explanation }
        }
        throw AdministrationError(search.notFound(text))
    }

    private func explanation(
        of contact: ContactCode, _ company: Company, _ zone: TimeZone, _ limit: Int
    ) async throws -> ItemExplanation? {
        let users = try await store.users()
        let rows = try await store.contactLinks(
            users.map { ContactLinkID(user: $0.id, company: company, contact: contact) })
        let entries = try await store.journal(JournalQuery(item: "contact/\(company)/\(contact)", limit: limit))
        if rows.isEmpty, entries.isEmpty { return nil }
        let reports = try await store.journal(JournalQuery(item: "ln/\(company)", limit: limit)).filter {
            $0.draft.rule == "CON-3"
        }
        let journal = (entries + reports).sorted { $0.time > $1.time }
        let codes = Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0.code) })
        let open = try await store.holds(.open)
        let vanished = try await VanishedFolders(open: open, store)
        let withheld = open.first {
            $0.kind == Hold.removals && $0.subject == company.description && $0.keys.contains(contact.rawValue)
        }
        let obstacles = MailboxObstacles(
            snapshot: StoreSnapshot(settings: try await store.settings()), now: try await store.now(), zone: zone,
            backlog: try await store.contactBacklog())
        return ItemExplanation(
            company: company, contact: contact,
            mailboxes: users.sorted { $0.code < $1.code }.compactMap { user in
                let row = rows[ContactLinkID(user: user.id, company: company, contact: contact)]
                // An inactive user without a copy is no news.
                guard row != nil || user.isActive else { return nil }
                return ItemExplanation.Mailbox(row, user, obstacles, vanished.hold(of: user), withheld)
            },
            journal: journal.map { entry in
                ItemExplanation.Entry(
                    time: entry.time, user: entry.draft.user.flatMap { codes[$0] }, rule: entry.draft.rule,
                    action: entry.draft.action, detail: entry.draft.detail)
            },
            rules: Dictionary(
                journal.compactMap { entry in RuleWords.of(entry.draft.rule).map { (entry.draft.rule, $0) } },
                uniquingKeysWith: { one, _ in one }))
    }
}

extension ItemExplanation.Mailbox {
    /// - Parameters:
    ///   - vanished: what is or was asked about his folder, where that is not there.
    ///   - withheld: what is asked about the contact's removal (CON-6).
    fileprivate init(
        _ row: ContactLink?, _ user: SyncUser, _ obstacles: MailboxObstacles, _ vanished: Hold?, _ withheld: Hold?
    ) {
        let item: ItemID? = if case .made(let id, _)? = row?.item { id } else { nil }
        self.init(
            user: user.code, email: user.email, state: row.map(Self.sentence) ?? Self.absent(user),
            reason: row?.status.reason, waitsFor: row.flatMap { obstacles.waitsFor($0.status, user) },
            due: row?.status.due, item: item, sequence: row?.status.sequence.description)
        guard row?.status.state == .settled, item != nil else { return }
        if let withheld {
            state = Self.heldSentence
            reason = "it left LN's scope, and its removal is withheld"
            waitsFor = Self.decision(withheld)
        }
        guard let vanished else { return }
        state = vanished.leftFolder == nil ? Self.heldSentence : Self.refusedSentence
        reason = vanished.leftFolder ?? "his contacts folder was deleted in Outlook or moved elsewhere"
        waitsFor =
            vanished.leftFolder == nil ? Self.decision(vanished) : nil
    }

    private static func decision(_ hold: Hold) -> String {
        "a decision: lnsync holds show \(hold.id.uuidString.lowercased())"
    }

    private static let heldSentence = "held: waits for a decision"
    private static let refusedSentence = "refused"

    private static func absent(_ user: SyncUser) -> String {
        switch user.baseline {
        case .none, .running: "not sent to this mailbox yet: all contacts in scope are being sent"
        case .done: "no copy in this mailbox"
        }
    }

    static func sentence(_ row: ContactLink) -> String {
        switch (row.status.state, row.item, row.observed) {
        case (.settled, .made, _): "in step with LN"
        case (.settled, .deletedByUser, _):
            "deleted or moved away in Outlook: not made again until Synchronize was off and on in LN"
        case (.settled, .none, _): "nothing to write"
        case (.due, .made, .removal): "is to be removed from Exchange"
        case (.due, .none, .removal): "left LN's scope before it was made in Exchange"
        case (.due, .made, _) where row.status.check: "is to be compared with Exchange"
        case (.due, .none, _): "is to be made in Exchange"
        case (.due, _, _): "is to be written to Exchange"
        case (.held, _, _): heldSentence
        case (.refused, _, _): refusedSentence
        case (.resting, _, _): "rests while the user or a switch is off in LN"
        case (.tombstone, _, _): "removed"
        }
    }
}
