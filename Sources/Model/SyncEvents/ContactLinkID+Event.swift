public import SyncModel

extension ContactLinkID {
    /// The row that a contact event is about: its record's key is the sync user's id, its subject `<company>/<contact>`.
    /// `nil` where they name none.
    public init?(key: String, subject: String) {
        guard let user = SyncUserID(key), let separator = subject.firstIndex(of: "/"),
            let company = Int(subject[..<separator]), case let contact = subject[subject.index(after: separator)...],
            !contact.isEmpty
        else { return nil }
        self.init(user: user, company: Company(company), contact: ContactCode(String(contact)))
    }
}
