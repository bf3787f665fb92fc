import Foundation
import Settling
import SyncModel
import SyncStore
import Telemetry

/// A mailbox that does not exist, has no licence or is out of the app's scope is left alone and tried again after 15 minutes,
/// 1 hour, 4 hours, then daily (USR-3).
struct MailboxQuarantine: Sendable {
    let store: any SyncStore
    let log: Logger

    private static let pauses: [TimeInterval] = [900, 3600, 4 * 3600, 86400]

    /// Quarantines the mailbox where the failure concerns all of it.
    /// - Returns: the failure for the row.
    func noted(_ failure: SettlingFailure, of user: SyncUser, now: Date) async -> SettlingFailure {
        guard case .mailboxUnusable(let reason) = failure else { return failure }
        let attempts = (user.quarantine?.attempts ?? 0) + 1
        let pause = Self.pauses[min(attempts, Self.pauses.count) - 1]
        await update(user.id) { current in
            // Several rows fail at once: the first counts.
            guard current.quarantine == user.quarantine else { return false }
            current.quarantine = Quarantine(
                reason: reason, since: user.quarantine?.since ?? now, until: now + pause, attempts: attempts)
            return true
        }
        return .mailboxRests(.seconds(pause), reason)
    }

    /// The mailbox answers again.
    func ended(of user: SyncUser) async {
        guard user.quarantine != nil else { return }
        await update(user.id) { current in
            defer { current.quarantine = nil }
            return current.quarantine != nil
        }
    }

    private func update(_ id: SyncUserID, _ change: (inout SyncUser) -> Bool) async {
        do throws(StoreError) {
            while var user = try await store.users().first(where: { $0.id == id }) {
                guard change(&user) else { return }
                let entry = JournalDraft(
                    user: id, item: "user/\(user.code)", rule: "USR-3",
                    action: user.quarantine == nil ? "released" : "quarantined",
                    detail: user.quarantine?.reason ?? "the mailbox answers again")
                if try await store.commit([.user(user), .journal(entry)]) == .committed { return }
            }
        } catch {
            log.error("a quarantine could not be stored", ["user": id.description, "error": error.message])
        }
    }
}
