import SyncModel
import SyncStore

extension Administration {
    /// *Active* of a user, which LN is master of (SET-1): where it is not so already, LN has to be changed, and we have no service that
    /// writes there.
    /// - Parameter name: his LN user code or e-mail address.
    /// - Returns: the user, where *Active* is as it is wanted.
    /// - Throws: `AdministrationError` with the session in which it is switched.
    public func confirmActive(_ name: String, _ isActive: Bool) async throws -> UserListing {
        let user = try Self.user(name, among: try await store.users())
        guard user.isActive != isActive else { return UserListing(user, now: try await store.now()) }
        let wish = isActive ? "select Active for him there" : "clear Active for him there"
        let aside =
            isActive
            ? "his mailbox then gets all contacts in scope"
            : "his contacts then rest, and nothing is deleted. To hold up his mailbox alone, without LN: lnsync pause \(user.code)"
        throw AdministrationError(
            "nothing was changed: Active of \(user.code) is LN's, and no service that writes it is mapped. Open "
                + "\(LNField.syncUsers), \(wish) and save. It is taken over within a minute; \(aside)")
    }

    /// What *Import all users* does is done in LN.
    /// - Throws: `AdministrationError` with the session, always.
    public func importUsers() throws(AdministrationError) -> Never {
        throw AdministrationError(
            "nothing was imported: the list of sync users is LN's, and no service that writes it is mapped. Open "
                + "\(LNField.syncUsers), choose Import all users and save; then select Active for those to be synchronised. "
                + "lnsync users list shows them within a minute")
    }
}
