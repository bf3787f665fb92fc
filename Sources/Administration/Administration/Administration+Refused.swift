import SyncModel
import SyncStore

extension Administration {
    /// The journal's newest entries of a mailbox that are looked through, and how many contacts or meetings are named of them.
    private static let searched = 1000
    private static let named = 5

    /// Some of a mailbox's contacts that are refused now, the last first, as far as the journal has them.
    func refusedContacts(of user: SyncUserID) async throws -> [ContactCode] {
        let entries = try await store.journal(JournalQuery(user: user, limit: Self.searched))
        var ids: [ContactLinkID] = []
        for entry in entries where entry.draft.action == "refused" {
            let parts = entry.draft.item.split(separator: "/", maxSplits: 2)
            guard parts.count == 3, parts[0] == "contact", let company = Int(parts[1]) else { continue }
            let id = ContactLinkID(user: user, company: Company(company), contact: ContactCode(String(parts[2])))
            if !ids.contains(id) { ids.append(id) }
        }
        let rows = try await store.contactLinks(ids)
        return ids.filter { rows[$0]?.status.state == .refused }.prefix(Self.named).map(\.contact)
    }

    /// Some of a mailbox's meetings that are refused now, as `explainMeeting` takes them, likewise.
    func refusedMeetings(of user: SyncUserID) async throws -> [String] {
        let entries = try await store.journal(JournalQuery(user: user, limit: Self.searched))
        var ids: [MeetingID] = []
        for entry in entries where entry.draft.action == "refused" {
            let parts = entry.draft.item.split(separator: "/", maxSplits: 1)
            guard parts.count == 2, parts[0] == "meeting", let id = MeetingID(parts[1]), !ids.contains(id) else {
                continue
            }
            ids.append(id)
        }
        let rows = try await store.meetings(ids)
        return ids.compactMap { rows[$0] }.filter { $0.mailbox == user && $0.status.state == .refused }
            .prefix(Self.named).map { $0.meeting.activity?.description ?? $0.id.description }
    }

    /// By which rule a meeting was refused the last time, as far as the journal has it.
    func refusal(of row: MeetingRow) async throws -> String? {
        try await store.journal(JournalQuery(item: row.journalItem)).first { $0.draft.action == "refused" }?.draft.rule
    }
}
