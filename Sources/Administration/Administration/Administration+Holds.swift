public import Foundation
import Runtime
import SyncModel
public import SyncStore

extension Administration {
    /// - Parameter isOpen: only those that nobody has decided yet.
    /// - Parameter zone: in which times of meetings are told.
    public func holds(open isOpen: Bool, zone: TimeZone = .gmt) async throws -> HoldsReport {
        let users = try await store.users()
        let rows = try await store.contactBacklog()
        var contacts: [HeldContacts] = []
        for user in users.sorted(by: { $0.code < $1.code }) {
            guard let count = rows[user.id]?[.held], count > 0 else { continue }
            let entry = try await store.journal(JournalQuery(user: user.id, limit: Self.journalSearch)).first {
                $0.draft.action == "held"
            }
            contacts.append(
                HeldContacts(
                    user: user.code, email: user.email, count: count, reason: entry?.draft.detail, since: entry?.time))
        }
        return HoldsReport(
            // An open one of a meeting is told with the meeting.
            holds: try await store.holds(isOpen ? .open : nil).filter { $0.question == nil || $0.state != .open }
                .map { HoldListing($0, users) }, contacts: contacts,
            meetings: try await meetingHolds(users, MeetingWords(zone: zone)))
    }

    /// How many entries of a user's journal are searched for why his contacts are held.
    private static let journalSearch = 1000

    /// Something that waits for a person, or did: of contacts and mailboxes, or of meetings.
    public enum AnyHold: Sendable, Hashable, Encodable {
        case contacts(HoldListing)
        case meetings(MeetingHoldListing)

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .contacts(let hold): try hold.encode(to: encoder)
            case .meetings(let hold): try hold.encode(to: encoder)
            }
        }
    }

    /// - Parameter id: its id, or the beginning of it.
    /// - Throws: `AdministrationError` where there is none.
    public func anyHold(_ id: String, zone: TimeZone) async throws -> AnyHold {
        let users = try await store.users()
        if let target = try await meetingHold(id, users) {
            return .meetings(try await listing(target, MeetingWords(zone: zone)))
        }
        return .contacts(HoldListing(try Self.hold(id, among: try await store.holds(nil)), users))
    }

    /// Records what was decided. See `decide`; a meeting's hold is decided for exactly the values that it has now.
    public func decideAny(_ id: String, _ state: Hold.State, zone: TimeZone) async throws -> AnyHold {
        if let target = try await meetingHold(id, try await store.users()) {
            return .meetings(try await decide(target, isApproved: state == .approved, MeetingWords(zone: zone)))
        }
        return .contacts(try await decide(id, state))
    }

    /// - Parameter id: its id, or the beginning of it.
    /// - Throws: `AdministrationError` where there is none.
    public func hold(_ id: String) async throws -> HoldListing {
        HoldListing(try Self.hold(id, among: try await store.holds(nil)), try await store.users())
    }

    /// Records what was decided of an open hold. Carrying it out is others' work. A vanished folder that was left as it is can be
    /// approved later.
    /// - Throws: `AdministrationError` where there is none, or it is decided already.
    public func decide(_ id: String, _ state: Hold.State) async throws -> HoldListing {
        while true {
            var hold = try Self.hold(id, among: try await store.holds(nil))
            let isSecondThought =
                hold.kind == Hold.vanishedFolder && hold.state == .discarded && state == .approved
            guard !hold.isWithdrawn else {
                throw AdministrationError(
                    "hold \(hold.id.uuidString.lowercased()) is asked no more: its meeting was changed before anybody decided. lnsync "
                        + "holds list shows what is asked now")
            }
            guard hold.state == .open || isSecondThought else {
                throw AdministrationError(
                    "hold \(hold.id.uuidString.lowercased()) is decided already: \(hold.state.rawValue) by "
                        + "\(hold.decidedBy ?? "somebody")")
            }
            hold.state = state
            hold.decidedBy = by
            hold.decided = try await store.now()
            let entry = JournalDraft(
                item: "hold/\(hold.id.uuidString.lowercased())", rule: Self.rule(of: hold), action: state.rawValue,
                detail: "\(hold.kind) of \(hold.subject), by \(by)")
            switch try await store.commit([.hold(hold), .journal(entry)] + (try await consequences(of: hold))) {
            case .committed:
                return HoldListing(hold, try await store.users())
            case .lost(.user):
                // The user was changed meanwhile: decided on him as he is now.
                continue
            case .lost:
                throw AdministrationError("somebody else has just decided this hold: lnsync holds show \(id)")
            }
        }
    }

    private static func rule(of hold: Hold) -> String {
        switch hold.kind {
        case Hold.removals: "CON-6"
        case Hold.vanishedFolder: "CON-5"
        default: "Hold"
        }
    }

    /// What becomes of a mailbox whose folder has vanished, in the commit of the decision (CON-5): approved, contact-worker makes the
    /// folder anew and puts the contacts back; discarded, it finds what was held to be left as it is.
    private func consequences(of hold: Hold) async throws -> [Mutation] {
        guard hold.kind == Hold.vanishedFolder, let id = SyncUserID(hold.subject),
            var user = try await store.users().first(where: { $0.id == id })
        else { return [] }
        // Where the mailbox has got another folder meanwhile, nothing is to be made anew.
        guard hold.state == .approved, let folder = user.mailbox?.folder, hold.keys == [folder.rawValue] else {
            return [.releaseRows(of: id)]
        }
        user.mailbox = nil
        return [.user(user), .restartRows(of: id), .beginBaseline([id], check: true)]
    }

    private static func hold(_ id: String, among holds: [Hold]) throws(AdministrationError) -> Hold {
        let wanted = id.lowercased()
        let found = wanted.isEmpty ? [] : holds.filter { $0.id.uuidString.lowercased().hasPrefix(wanted) }
        if let hold = found.first, found.count == 1 { return hold }
        throw AdministrationError(
            found.isEmpty
                ? "there is no hold “\(id)”. lnsync holds list --all shows them"
                : "“\(id)” is the beginning of \(found.count) holds: give more of it")
    }
}
