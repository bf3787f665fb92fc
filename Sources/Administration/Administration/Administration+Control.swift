import Foundation
import Runtime
public import SyncModel
public import SyncStore

extension Administration {
    /// Starts synchronisation. Effective in every process within two seconds.
    /// - Returns: whether it was stopped before.
    @discardableResult
    public func start() async throws -> Bool { try await setStarted(true) }

    /// Stops synchronisation: nobody starts a request to LN or Exchange any more, one under way ends, intake goes on. A later
    /// start resumes from where it was.
    /// - Returns: whether it was started before.
    @discardableResult
    public func stop() async throws -> Bool { try await setStarted(false) }

    private func setStarted(_ isStarted: Bool) async throws -> Bool {
        let control = StoreSnapshot(settings: try await store.settings()).isStarted
        guard control != isStarted else { return false }
        _ = try await store.commit([
            try .setting(.control, Control(isStarted: isStarted), by: by),
            .journal(
                JournalDraft(
                    item: "control", rule: "SET-3", action: isStarted ? "started" : "stopped",
                    detail: "by \(by)")),
        ])
        return true
    }

    /// What ln-producer has taken over from LN (SET-3); `nil` while it has not.
    public func takenOver() async throws -> TakenOver? {
        let snapshot = StoreSnapshot(users: try await store.users(), settings: try await store.settings())
        guard let parameters = snapshot.comParameters, let settings = snapshot.syncSettings else { return nil }
        let users = snapshot.users.values
        return TakenOver(
            parameters: parameters, settings: settings, activeUsers: users.count { $0.isActive },
            inactiveUsers: users.count { !$0.isActive }, connection: snapshot.connection)
    }
}

/// Settings and users as they were read from LN.
public struct TakenOver: Sendable, Hashable {
    public let parameters: ComParameters
    public let settings: SyncSettings
    public let activeUsers: Int
    public let inactiveUsers: Int
    /// Which company was read, and as whom.
    public let connection: LNConnection?
}
