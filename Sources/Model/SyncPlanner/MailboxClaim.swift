public import SyncModel

/// Which of several users a mailbox serves (USR-1).
public enum MailboxClaim {
    /// The active user whom the mailbox serves in this one's place; `nil` where it serves this one. Of two, the one who is not linked to
    /// it yet stands back, else the one with the higher LN user code.
    /// - Parameters:
    ///   - mailbox: what the user's address leads to.
    ///   - users: all users, as far as they are linked.
    public static func rival(
        of user: SyncUser, for mailbox: MailboxIdentity, among users: some Sequence<SyncUser>
    ) -> SyncUser? {
        let isLinked = user.mailbox?.contactsFolder == mailbox.contactsFolder
        return users.filter { other in
            other.id != user.id && other.isActive && other.mailbox?.contactsFolder == mailbox.contactsFolder
                && (!isLinked || other.code < user.code)
        }.min { $0.code < $1.code }
    }
}
