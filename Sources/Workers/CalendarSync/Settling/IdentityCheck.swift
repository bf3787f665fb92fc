import ExchangeClient
import Foundation
import MailboxSettling
import Runtime
import Settling
import SyncModel
import SyncStore
import Synchronization

/// Whether the mailbox behind a user's address is the one that the rows know: its default calendar's id tells (USR-1). Another one ends
/// nothing, and nothing is made in it, before exchange-producer has looked at it and begun anew.
final class IdentityCheck: Sendable {
    private struct Look {
        let address: String
        let calendar: ItemID
        /// In uptime.
        let asked: Duration
    }

    private let exchange: any ExchangeCalendar
    private let time: any TimeSource
    private let looks = Mutex<[SyncUserID: Look]>([:])

    init(exchange: any ExchangeCalendar, time: any TimeSource) {
        self.exchange = exchange
        self.time = time
    }

    /// - Parameters:
    ///   - age: a look that is not older counts; zero: Exchange is asked.
    ///   - words: what does not follow where it is another one.
    /// - Throws: `later` where it is another one.
    func require(
        _ user: SyncUserID, _ address: EmailAddress, _ work: MeetingWork, within age: Duration = .zero, _ words: String
    ) async throws(SettlingFailure) {
        // Before exchange-producer has read it nothing is known.
        guard let known = work.snapshot.users[user]?.calendar.folder else { return }
        if let look = looks.withLock({ $0[user] }), look.calendar == known, look.address == address.folded,
            time.uptime - look.asked < age
        {
            return
        }
        let asked = time.uptime
        switch await attempt({ try await exchange.defaultCalendar(in: address) }) {
        case .success(let calendar):
            looks.withLock { $0[user] = Look(address: address.folded, calendar: calendar, asked: asked) }
            guard calendar == known else {
                throw .later(
                    "USR-1: another mailbox than before stands behind \(address), and \(words): exchange-producer looks at the "
                        + "mailbox and begins anew")
            }
        case .failure(let error): throw SettlingFailure(error, rule: "USR-1")
        }
    }
}
