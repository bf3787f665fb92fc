import Foundation
import Runtime
import SyncModel
import SyncStore

extension Administration {
    /// Every user of MS Exchange Synchronization Users that was ever taken over from LN, by code.
    public func users() async throws -> [UserListing] {
        let now = try await store.now()
        let remarks = StoreSnapshot(settings: try await store.settings()).addressRemarks
        var listings: [UserListing] = []
        for user in try await store.users().sorted(by: { $0.code < $1.code }) {
            var listing = UserListing(user, now: now)
            if user.isActive {
                listing.remark = remarks[user.code.rawValue]?.text
                listing.leftBehind = try await leftBehind(by: user)
            }
            listings.append(listing)
        }
        return listings
    }

    /// What contact-worker said when another mailbox came to stand behind the user's address (USR-1).
    private func leftBehind(by user: SyncUser) async throws -> String? {
        let entries = try await store.journal(JournalQuery(item: "user/\(user.code)", limit: 100))
        return entries.first { entry in
            entry.draft.rule == "USR-1" && entry.draft.action == "moved" && entry.draft.detail.contains("delete")
        }.map { "since \($0.time.formatted(.iso8601.year().month().day())) \($0.draft.detail)" }
    }

    /// Nothing is written to this user's mailbox any more, within two seconds; changes are remembered meanwhile.
    /// - Parameter name: his LN user code or e-mail address.
    /// - Returns: the user, and whether he was not paused before.
    /// - Throws: `AdministrationError` where there is no such user.
    public func pause(_ name: String) async throws -> (user: UserListing, isChanged: Bool) {
        try await setPaused(name, true)
    }

    /// Goes on with a paused user from where he was, and tries a quarantined mailbox now, as if for the first time.
    /// - Returns: the user, and whether he was paused or quarantined before.
    public func resume(_ name: String) async throws -> (user: UserListing, isChanged: Bool) {
        try await setPaused(name, false)
    }

    private func setPaused(_ name: String, _ isPaused: Bool) async throws -> (user: UserListing, isChanged: Bool) {
        while true {
            var user = try Self.user(name, among: try await store.users())
            let now = try await store.now()
            let isReleased = !isPaused && user.quarantine != nil
            guard user.isPaused != isPaused || isReleased else { return (UserListing(user, now: now), false) }
            user.isPaused = isPaused
            let journal = JournalDraft(
                user: user.id, item: "user/\(user.code)", rule: isReleased ? "USR-3" : "SET-3",
                action: isPaused ? "paused" : "resumed",
                detail: "by \(by)" + (isReleased ? ": his mailbox is tried now" : ""))
            if isReleased { user.quarantine = nil }
            let hastened: [Mutation] = isReleased ? [.hastenRows(of: user.id), .hastenMeetings(of: user.id)] : []
            if try await store.commit([.user(user), .journal(journal)] + hastened) == .committed {
                return (UserListing(user, now: now), true)
            }
        }
    }

    /// The key of a user's records.
    /// - Parameter name: his LN user code, his e-mail address or his id.
    /// - Throws: `AdministrationError` where there is no such user.
    public func recordKey(of name: String) async throws -> String {
        let users = try await store.users()
        if let id = SyncUserID(name), users.contains(where: { $0.id == id }) { return id.description }
        return try Self.user(name, among: users).id.description
    }

    /// The user of that code or address, whatever the case where only one is meant.
    static func user(_ name: String, among users: [SyncUser]) throws(AdministrationError) -> SyncUser {
        if let user = users.first(where: { $0.code.rawValue == name }) { return user }
        let folded = name.lowercased()
        let found = users.filter { $0.code.rawValue.lowercased() == folded || $0.email.folded == folded }
        if let user = found.first, found.count == 1 { return user }
        if found.count > 1 {
            let codes = found.map(\.code.rawValue).sorted().joined(separator: ", ")
            throw AdministrationError("“\(name)” is the address of several users: name one of \(codes)")
        }
        let nearest = Spelling.nearest(
            to: folded, among: users.flatMap { [$0.code.rawValue.lowercased(), $0.email.folded] })
        let meant = users.first { [$0.code.rawValue.lowercased(), $0.email.folded].contains(nearest) }
        throw AdministrationError(
            "there is no user “\(name)”"
                + (meant.map { "; “\($0.code)” (\($0.email)) was probably meant" } ?? "")
                + ". lnsync users list shows those of MS Exchange Synchronization Users (ttaad2141m000)")
    }
}
