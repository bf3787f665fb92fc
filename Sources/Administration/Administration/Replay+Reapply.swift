public import Kafka
import SyncEvents
import SyncModel
import SyncStore

extension Replay {
    /// How many contacts one hint asks for.
    private static let hintSize = 200
    /// Rows marked in one commit.
    private static let commitSize = 200

    /// Marks each record's row so that nothing of it is trusted as settled, and asks the reader of LN for the item anew by back-fill. The
    /// live workers do the writing, of differences only. Nothing is asked for before all is read: a contact that several mailboxes
    /// need is then read from LN once. A resumed one reads its records again.
    /// - Parameter progress: told how many offsets are read, of how many.
    public func reapply(
        _ plan: ReplayPlan, _ producer: any RecordProducer, progress: (Int64, Int64) -> Void
    ) async throws -> ReplayReport {
        var plan = plan
        var items: Set<ContactLinkID> = []
        try await records(of: &plan, progress: progress) { _, id, _ in items.insert(id) }
        let byUser = Dictionary(grouping: items, by: \.user)
        plan.report.items = items.count
        plan.report.mailboxes = byUser.count
        let ids = items.sorted { $0.description < $1.description }
        for start in stride(from: 0, to: ids.count, by: Self.commitSize) {
            let piece = Array(ids[start..<min(start + Self.commitSize, ids.count)])
            _ = try await administration.store.commit([.checkContactLinks(piece)])
        }
        try await administration.send(hints(byUser), producer)
        try await end(plan)
        return plan.report
    }

    /// Contacts that the same mailboxes need are asked for once.
    private func hints(_ byUser: [SyncUserID: [ContactLinkID]]) -> [Hint] {
        struct Need: Hashable {
            let company: Company
            let contact: ContactCode
        }
        var users: [Need: [SyncUserID]] = [:]
        for (user, ids) in byUser.sorted(by: { $0.key < $1.key }) {
            for id in ids { users[Need(company: id.company, contact: id.contact), default: []].append(user) }
        }
        struct Audience: Hashable {
            let company: Company
            let users: [SyncUserID]
        }
        let groups = Dictionary(grouping: users.keys) { Audience(company: $0.company, users: users[$0] ?? []) }
        return groups.flatMap { audience, needs in
            let contacts = needs.map(\.contact).sorted()
            return stride(from: 0, to: contacts.count, by: Self.hintSize).map { start in
                Hint(
                    company: audience.company, action: .contacts,
                    contacts: Array(contacts[start..<min(start + Self.hintSize, contacts.count)]),
                    users: audience.users, by: administration.by)
            }
        }
    }
}
