import LNClient
import SyncEvents
import SyncModel
import SyncStore

/// What changes of the sync users when LN's list is another than ours (SET-1): a decision as a value.
struct UserReconciliation: Sendable {
    /// What belongs together in one commit, user by user.
    private(set) var changes: [[Mutation]] = []
    private(set) var activated: [LNUserCode] = []
    private(set) var deactivated: [LNUserCode] = []

    /// - Parameters:
    ///   - listed: all rows of MS Exchange Synchronization Users.
    ///   - known: ours.
    ///   - match: which addresses are the same.
    init(listed: [LNSyncUser], known: [SyncUserID: SyncUser], match: EmailMatchPolicy = .standard) {
        var seen: Set<SyncUserID> = []
        var byAddress: [String: [LNSyncUser]] = [:]
        func key(_ email: EmailAddress) -> String { match == .exact ? email.rawValue : email.folded }
        for user in listed where user.isActive { byAddress[key(user.email), default: []].append(user) }
        for user in listed {
            let id = SyncUserID(user.code)
            guard seen.insert(id).inserted else { continue }
            let before = known[id]
            var mutations = take(user, id, before)
            guard !mutations.isEmpty else { continue }
            if user.isActive {
                mutations += Self.reports(user, id, others: byAddress[key(user.email)] ?? [])
            }
            changes.append(mutations)
        }
        for user in known.values.sorted(by: { $0.code < $1.code }) where user.isActive && !seen.contains(user.id) {
            changes.append(deactivate(user, "is not in the list any more"))
        }
    }

    private mutating func take(_ listed: LNSyncUser, _ id: SyncUserID, _ known: SyncUser?) -> [Mutation] {
        // LN's form allows a user without an address; nothing can be written for him.
        let isActive = listed.isActive && !listed.email.rawValue.isEmpty
        var user = known ?? SyncUser(id: id, code: listed.code, name: "", email: EmailAddress(""), isActive: false)
        let isSame =
            known != nil && user.name == listed.name && user.email == listed.email && user.isActive == isActive
        guard !isSame else { return [] }
        user.name = listed.name
        user.email = listed.email
        if user.isActive == isActive {
            guard isActive, let before = known?.email, before.folded != listed.email.folded else {
                return [.user(user)]
            }
            return readdress(user, from: before)
        }
        guard isActive else { return deactivate(user, "Active is off") }
        user.isActive = true
        user.baseline = .running(after: nil)
        activated.append(user.code)
        return [
            .user(user), .wakeRows(of: id), .wakeMeetings(of: id),
            .beginCalendarBaseline([id], Set(Side.allCases), check: false),
            Self.journal(id, user.code, "activated", "his mailbox gets all contacts in scope"),
        ]
    }

    /// USR-1: another address may lead to another mailbox, and what kept the one before from being used says nothing of it. All of it is
    /// looked at.
    private func readdress(_ user: SyncUser, from before: EmailAddress) -> [Mutation] {
        var user = user
        user.quarantine = nil
        return [
            .user(user), .beginBaseline([user.id], check: true), .hastenRows(of: user.id),
            .beginCalendarBaseline([user.id], Set(Side.allCases), check: true), .hastenMeetings(of: user.id),
            .journal(
                JournalDraft(
                    user: user.id, item: "user/\(user.code)", rule: "USR-1", action: "readdressed",
                    detail:
                        "his address was \(before) and is \(user.email): the mailbox behind it is looked at. Contacts in the mailbox "
                        + "of the address before stay there")),
        ]
    }

    private mutating func deactivate(_ user: SyncUser, _ why: String) -> [Mutation] {
        var user = user
        user.isActive = false
        deactivated.append(user.code)
        return [
            .user(user), .restRows(of: user.id), .restMeetings(of: user.id),
            Self.journal(user.id, user.code, "deactivated", "\(why): his rows rest, nothing is deleted"),
        ]
    }

    /// USR-1: addresses are matched ignoring case, unless the policy says otherwise, and a difference is reported.
    private static func reports(_ user: LNSyncUser, _ id: SyncUserID, others: [LNSyncUser]) -> [Mutation] {
        others.filter { $0.code != user.code && !user.email.rawValue.isEmpty }.map { other in
            let why = other.email == user.email ? "is the same as" : "differs in case only from"
            return Mutation.journal(
                JournalDraft(
                    user: id, item: "user/\(user.code)", rule: "USR-1", action: "reported",
                    detail: "his address \(why) that of \(other.code): one mailbox serves one active user"))
        }
    }

    private static func journal(
        _ id: SyncUserID, _ code: LNUserCode, _ action: String, _ detail: String
    ) -> Mutation {
        .journal(JournalDraft(user: id, item: "user/\(code)", rule: "SET-1", action: action, detail: detail))
    }
}
