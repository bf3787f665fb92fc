import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncStore

extension ContactReader {
    /// The contacts that the next hint names, read by key and sent by back-fill to its users.
    func namedContacts() async throws -> Bool {
        guard let (id, hint) = inbox.next(.contacts) else { return true }
        let named = hint.users.map { Set($0) }
        let users = try await store.users()
            .filter { $0.isActive && $0.baseline != .none && named?.contains($0.id) != false }.map(\.id).sorted()
        let keys = Set(hint.contacts ?? []).sorted()
        guard try await publisher.pacing.haveLogRoom(users) else {
            schedule.hasNoRoom(.contacts, until: time.uptime + deadlines.pollInterval)
            return true
        }
        if !users.isEmpty {
            for start in stride(from: 0, to: keys.count, by: deadlines.pageSize) {
                let sequence = nextSequence()
                let contacts = try await readByKey(Array(keys[start..<min(start + deadlines.pageSize, keys.count)]))
                try await publisher.publishBackfill(contacts, sequence, to: users, lease)
            }
        }
        inbox.done([id], .contacts)
        try await inbox.recordPositions()
        return true
    }
}
