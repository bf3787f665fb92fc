package import Foundation
package import Settling
package import SyncModel
package import SyncStore
package import Telemetry

/// A mailbox that does not exist, has no licence, is out of the app's scope or serves another user is left alone and tried again after
/// growing pauses (USR-1, USR-3).
///
/// Only the store knows of it, so that whoever ends it there ends it in every process.
package struct MailboxQuarantine: Sendable {
    let store: any SyncStore
    let watch: StoreWatch
    /// After the first failure, the second and so on; the last holds for all further ones.
    let pauses: [Duration]
    let log: Logger

    /// - Parameter pauses: not empty.
    package init(store: any SyncStore, watch: StoreWatch, pauses: [Duration], log: Logger) {
        self.store = store
        self.watch = watch
        self.pauses = pauses
        self.log = log
    }

    /// Quarantines the mailbox where the failure concerns all of it.
    /// - Returns: the failure for the row.
    package func noted(_ failure: SettlingFailure, of user: SyncUser, now: Date) async -> SettlingFailure {
        guard case .mailboxUnusable(let rule, let reason) = failure else { return failure }
        let attempts = (user.quarantine?.attempts ?? 0) + 1
        let pause = pauses[min(attempts, pauses.count) - 1]
        await update(user.id, rule) { current in
            // Several rows fail at once: the first counts.
            guard current.quarantine == user.quarantine else { return false }
            current.quarantine = Quarantine(
                reason: reason, since: user.quarantine?.since ?? now, until: now + pause / .seconds(1),
                attempts: attempts)
            return true
        }
        return .at(pause, reason)
    }

    /// The mailbox answers again.
    package func ended(of user: SyncUser) async {
        guard user.quarantine != nil else { return }
        await update(user.id, "USR-3") { current in
            defer { current.quarantine = nil }
            return current.quarantine != nil
        }
    }

    private func update(_ id: SyncUserID, _ rule: String, _ change: (inout SyncUser) -> Bool) async {
        do throws(StoreError) {
            while var user = try await store.users().first(where: { $0.id == id }) {
                guard change(&user) else { break }
                let entry = JournalDraft(
                    user: id, item: "user/\(user.code)", rule: rule,
                    action: user.quarantine == nil ? "released" : "quarantined",
                    detail: user.quarantine?.reason ?? "the mailbox answers again")
                if try await store.commit([.user(user), .journal(entry)]) == .committed { break }
            }
            // No further row of the mailbox is tried.
            try await watch.refresh()
        } catch {
            log.error("a quarantine could not be stored", ["user": id.description, "error": error.message])
        }
    }
}
