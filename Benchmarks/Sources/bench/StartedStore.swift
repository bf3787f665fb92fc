import SyncEvents
import SyncModel
import SyncStore

/// A store as ln-producer leaves it after its first look at LN: users are known, synchronisation is started.
enum StartedStore {
    /// Each with a mailbox of his own.
    static func users(_ count: Int) -> [SyncUser] {
        (1...count).map { number in
            let code = LNUserCode("user\(number)")
            var user = SyncUser(
                id: SyncUserID(code), code: code, name: "User \(number)",
                email: EmailAddress("user\(number)@bench.example"), isActive: true)
            // As ln-producer has it while it sends a first sync.
            user.baseline = .running(after: nil)
            return user
        }
    }

    static func fill(_ store: SQLiteStore, _ users: [SyncUser]) async throws {
        let mutations =
            users.map(Mutation.user) + [
                try .setting(.control, Control(isStarted: true), by: "bench"),
                try .setting(
                    .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: false), by: "bench"),
            ]
        guard try await store.commit(mutations) == .committed else { throw Failure("the users were not stored") }
    }
}
