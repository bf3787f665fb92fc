public import Foundation
public import SyncModel
import SyncStore

/// Something that waits for a person.
public struct HoldListing: Sendable, Hashable, Codable {
    public var id: String
    /// `removals`, `vanishedFolder`.
    public var kind: String
    /// Whose it is: `company 1300`, or a user's code and address.
    public var subject: String
    /// What happened, and what the decisions do.
    public var detail: String
    /// The items it withholds.
    public var keys: [String]
    /// `open`, `approved`, `discarded`; `withdrawn` where nothing was asked any more before anybody decided.
    public var state: String
    public var opened: Date
    public var decidedBy: String?
    public var decided: Date?
}

/// Contacts of one mailbox that were held while they were to be written.
public struct HeldContacts: Sendable, Hashable, Codable {
    public var user: LNUserCode
    public var email: EmailAddress
    public var count: Int
    /// Why, by the journal; absent where that is older than the journal is kept.
    public var reason: String?
    public var since: Date?
}

/// Everything that waits for a person.
public struct HoldsReport: Sendable, Hashable, Codable {
    /// The oldest first.
    public var holds: [HoldListing]
    public var contacts: [HeldContacts]
    /// By user.
    public var meetings: [MeetingHoldListing]
}

extension HoldListing {
    init(_ hold: Hold, _ users: [SyncUser]) {
        let user = users.first { $0.id.description == hold.subject.lowercased() }
        self.init(
            id: hold.id.uuidString.lowercased(), kind: hold.kind,
            subject: user.map { "\($0.code) (\($0.email))" }
                ?? (Int(hold.subject) == nil ? hold.subject : "company \(hold.subject)"),
            detail: hold.detail, keys: hold.keys, state: hold.isWithdrawn ? Self.withdrawn : hold.state.rawValue,
            opened: hold.opened, decidedBy: hold.isWithdrawn ? nil : hold.decidedBy, decided: hold.decided)
    }

    private static let withdrawn = "withdrawn"

    /// What is held, in words.
    public var title: String { kind == Hold.vanishedFolder ? "contacts folder deleted" : kind }

    /// What follows from a decision. It is recorded only: the programs carry it out.
    public var consequence: String {
        switch (kind, state) {
        case (Hold.removals, "approved"):
            "recorded; lnsync removes nothing itself. ln-producer reads each of these contacts in LN by its key and sends the "
                + "removal of those that are still out of scope there"
        case (Hold.removals, "discarded"):
            "recorded; these contacts stay in Exchange. Those that are still out of scope in LN come back as a hold at the next "
                + "comparison of all keys (daily, or lnsync sync now --full)"
        case (Hold.vanishedFolder, "approved"):
            "contact-worker makes the folder again in this mailbox, and ln-producer sends it all contacts in scope. What the user had "
                + "deleted himself before stays deleted"
        case (Hold.vanishedFolder, "discarded"):
            "the folder stays deleted, and this mailbox gets no contacts any more: they are shown as refused. To change that: lnsync "
                + "holds approve \(id)"
        case (_, Self.withdrawn):
            "nobody has decided it: what is asked now, lnsync holds list shows"
        case (_, "open"):
            "nobody has decided yet: lnsync holds approve \(id), or lnsync holds discard \(id)"
        default:
            "recorded; the program that opened the hold carries it out, as its text says"
        }
    }
}

extension Hold {
    /// A meeting was changed before anybody decided: it is asked no more, or anew.
    var isWithdrawn: Bool { question != nil && decidedBy == Self.nobody }
}
