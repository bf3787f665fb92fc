import Foundation
import Kafka
import SyncEvents
public import SyncModel

/// Reads a settled row's item in Exchange, and says how it differs from the content that is settled; where that is not known, only
/// whether it is there. `nil` where it does not differ. Writes nothing.
public typealias ExchangeComparison =
    @Sendable (_ row: ContactLink, _ user: SyncUser, _ content: ContactContent?) async throws -> String?

/// What one run of a verification knows of its items: each is counted once, and its content compared in Exchange once.
struct Verification {
    let users: [SyncUserID: SyncUser]
    /// `nil`: only the rows are compared.
    let comparison: ExchangeComparison?
    private var seen: Set<ContactLinkID> = []
    private var compared: Set<ContactLinkID> = []
    private var differing: Set<ContactLinkID> = []

    init(users: [SyncUser], comparison: ExchangeComparison?) {
        self.users = Dictionary(users.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        self.comparison = comparison
    }

    /// - Parameter isRead: whether the group has read beyond the record.
    mutating func check(
        _ id: ContactLinkID, _ found: ReplayedRecord, _ row: ContactLink?, isRead: Bool, _ plan: inout ReplayPlan
    ) async throws {
        if seen.insert(id).inserted { plan.report.items += 1 }
        if plan.mailboxes.insert(id.user).inserted { plan.report.mailboxes += 1 }
        guard let reason = try await whatDiffers(id, found.record, row, isRead: isRead),
            differing.insert(id).inserted
        else { return }
        plan.report.differing += 1
        guard plan.report.differences.count < ReplayReport.longestList else { return }
        plan.report.differences.append(
            ReplayReport.Difference(
                user: users[id.user]?.code.rawValue ?? id.user.description, company: id.company, contact: id.contact,
                reason: reason, record: "\(found.partition)@\(found.record.offset)"))
    }

    /// Why a record's item is not as LN has it; `nil` where it is.
    private mutating func whatDiffers(
        _ id: ContactLinkID, _ record: ConsumerRecord, _ row: ContactLink?, isRead: Bool
    ) async throws -> String? {
        let envelope: Envelope
        var content: ContactContent?
        do {
            envelope = try Envelope { record.header($0)?.string }
            // Another content than the settled one says nothing of Exchange.
            if let value = record.value?.data, let settled = row?.settled, settled == envelope.contentHash {
                content = try EventData.decode(ContactChanged.self, from: value).content
            }
        } catch {
            return "the record can't be merged: \(error). See lnsync dead-letters list"
        }
        let user = users[id.user]
        if case .differs(let reason) = RecordFinding(envelope, row, user, isRead: isRead) { return reason }
        guard let comparison, let row, let user, !compared.contains(id) else { return nil }
        if content != nil { compared.insert(id) }
        return try await comparison(row, user, content)
    }
}
