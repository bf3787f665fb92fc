import SyncModel
import SyncStore

extension Administration {
    /// The journal's newest entries of a mailbox that are looked through, and how many contacts or meetings are named of them.
    private static let searched = 1000
    private static let named = 5

    /// Some of a mailbox's contacts that are refused now, the last first, as far as the journal has them.
    func refusedContacts(of user: SyncUserID) async throws -> [ContactCode] {
        let ids = try await refused(of: user) { item -> ContactLinkID? in
            let parts = item.split(separator: "/", maxSplits: 2)
            guard parts.count == 3, parts[0] == "contact", let company = Int(parts[1]) else { return nil }
            return ContactLinkID(user: user, company: Company(company), contact: ContactCode(String(parts[2])))
        }
        let rows = try await store.contactLinks(ids)
        return ids.filter { rows[$0]?.status.state == .refused }.prefix(Self.named).map(\.contact)
    }

    /// Some of a mailbox's meetings that are refused now, as `explainMeeting` takes them, likewise.
    func refusedMeetings(of user: SyncUserID) async throws -> [String] {
        let ids = try await refused(of: user) { item -> MeetingID? in
            let parts = item.split(separator: "/", maxSplits: 1)
            return parts.count == 2 && parts[0] == "meeting" ? MeetingID(parts[1]) : nil
        }
        let rows = try await store.meetings(ids)
        return ids.compactMap { rows[$0] }.filter { $0.mailbox == user && $0.status.state == .refused }
            .prefix(Self.named).map { $0.meeting.activity?.description ?? $0.id.description }
    }

    /// What the journal has as refused of a mailbox, be it still so or not: each once, the last first.
    private func refused<ID: Equatable>(of user: SyncUserID, _ id: (String) -> ID?) async throws -> [ID] {
        var ids: [ID] = []
        for entry in try await store.journal(JournalQuery(user: user, limit: Self.searched))
        where entry.draft.action == "refused" {
            if let id = id(entry.draft.item), !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// By which rule a meeting was refused the last time, as far as the journal has it.
    func refusal(of row: MeetingRow) async throws -> String? {
        try await store.journal(JournalQuery(item: row.journalItem)).first { $0.draft.action == "refused" }?.draft.rule
    }
}
