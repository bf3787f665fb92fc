import ExchangeClient
import Foundation
import SyncModel
import SyncStore
import Telemetry

extension MailboxRound {
    func isLookDue(_ now: Date) -> Bool {
        guard user.calendar.folder != nil, let looked = cursor.looked, cursor.address?.folded == user.email.folded
        else { return true }
        return abs(now.timeIntervalSince(looked)) >= ports.deadlines.identityInterval / .seconds(1)
    }

    /// Looks whose mailbox the user's address leads to: the default calendar's id tells (USR-1).
    /// - Returns: whether it is another one than before, and all begins anew.
    /// - Throws: `RoundEnd.unusable` where it serves another user.
    @discardableResult
    func look(_ now: Date) async throws -> Bool {
        try requireOn()
        let calendar = try await ports.calendar.defaultCalendar(in: user.email)
        try requireClaim(on: calendar, among: ports.watch.snapshot.users.values)
        hasLooked = true
        cursor.looked = now
        cursor.address = user.email
        switch user.calendar.folder {
        case calendar: return false
        case nil:
            try await remember(calendar)
            return false
        case _?:
            try await beginAnew(calendar)
            return true
        }
    }

    /// A removal is believed of the mailbox only that the rows know: one look in a round that has any.
    /// - Throws: `RoundEnd.begunAnew` where it is another one.
    func requireSameMailbox() async throws {
        guard !hasLooked else { return }
        if try await look(try await ports.store.now()) { throw RoundEnd.begunAnew }
    }

    private func remember(_ calendar: ItemID) async throws {
        while user.calendar.folder != calendar {
            let users = try await ports.store.users()
            guard var user = users.first(where: { $0.id == self.user.id }) else { throw RoundEnd.stopped }
            self.user = user
            try requireClaim(on: calendar, among: users)
            // Those who share his address are compared in the same commit: of two at their first use one sees the other's claim.
            let sharing = users.filter { other in
                other.id != user.id && other.isActive && other.email.folded == user.email.folded
            }
            user.calendar.folder = calendar
            let mutations = ([user] + sharing).map { Mutation.user($0) } + [try cursor.mutation(of: user.id)]
            switch try await ports.store.commit(mutations, holding: [lease.lease]) {
            case .committed:
                user.version += 1
                self.user = user
            case .lost(.user): break
            case .lost: throw RoundEnd.leaseLost
            }
        }
    }

    /// Another mailbox stands behind the address: nothing that the rows know of their events is in it. A 404 there proves nothing, so
    /// they begin a new life before anything is read.
    private func beginAnew(_ calendar: ItemID) async throws {
        let (looked, address) = (cursor.looked, cursor.address)
        let (hints, round) = (cursor.hintsDone, cursor.lastRound)
        cursor = CalendarCursor()
        cursor.looked = looked
        cursor.address = address
        cursor.hintsDone = hints
        cursor.lastRound = round
        window = nil
        let entry = JournalDraft(
            user: user.id, item: "user/\(user.code)", rule: "USR-1", action: "moved",
            detail: "another calendar stands behind \(user.email): its events are read anew")
        try await change(with: [
            .restartMeetings(of: user.id), .journal(entry),
        ]) { user in
            guard user.calendar.folder != calendar else { return false }
            user.calendar.folder = calendar
            user.calendar.baselines.exchange = .none
            // What is made in it waits for a person once more (CAL-20).
            user.calendar.isActivated = false
            return true
        }
        ports.log.notice("another calendar stands behind a user's address", ["user": user.id.description])
    }

    private func requireClaim(on calendar: ItemID, among users: some Sequence<SyncUser>) throws {
        let isLinked = user.calendar.folder == calendar
        let rival = users.filter { other in
            other.id != user.id && other.isActive && other.calendar.folder == calendar
                && (!isLinked || other.code < user.code)
        }.min { $0.code < $1.code }
        guard let rival else { return }
        throw RoundEnd.unusable(
            rule: "USR-1",
            "\(user.email) leads to the mailbox of \(rival.code) (\(rival.email)), and one mailbox serves one active user: correct the "
                + "e-mail address in MS Exchange Synchronization Users (ttaad2141m000), or switch Active off for one of them"
        )
    }
}
