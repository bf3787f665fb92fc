/// Sync users by their addresses, compared without regard to case (USR-1).
public struct UserDirectory: Sendable {
    private let users: [String: SyncUser]

    /// Of two users with one address the active one counts, else the lower-coded.
    public init(_ users: [SyncUser]) {
        var known: [String: SyncUser] = [:]
        for user in users.sorted(by: { $0.code < $1.code }) {
            if let other = known[user.email.folded], other.isActive || !user.isActive { continue }
            known[user.email.folded] = user
        }
        self.users = known
    }

    public subscript(address: EmailAddress) -> SyncUser? { users[address.folded] }
}
