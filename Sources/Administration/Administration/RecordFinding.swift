import SyncEvents
import SyncModel

/// What a record says of its row: pure.
enum RecordFinding: Equatable {
    /// Why what LN holds by the record is not settled.
    case differs(String)
    /// The row is settled, at this record's state or at a newer one.
    case settled

    /// - Parameter isRead: whether the group has read beyond the record.
    init(_ envelope: Envelope, _ row: ContactLink?, _ user: SyncUser?, isRead: Bool) {
        guard user != nil else {
            self = .differs("the store knows no such user of MS Exchange Synchronization Users (ttaad2141m000)")
            return
        }
        let sequence = envelope.sequence ?? .none
        guard let row, row.status.sequence >= sequence else {
            self = .differs(
                !isRead
                    ? "contact-worker has not read the record yet: see lnsync status"
                    : row == nil
                        ? "the store has no row of it: lnsync replay --mode reapply asks LN for it"
                        : "the store holds an older state than the record: lnsync replay --mode reapply asks LN for it")
            return
        }
        switch row.status.state {
        case .settled, .tombstone: break
        case .due, .held, .refused, .resting:
            let state = ItemExplanation.Mailbox.sentence(row)
            self = .differs([state, row.status.reason].compactMap(\.self).joined(separator: ": "))
            return
        }
        let settled = row.status.state == .tombstone ? .removal : row.settled
        guard row.status.sequence > sequence || settled == envelope.contentHash else {
            self = .differs(
                "the store holds another content of the same read: lnsync replay --mode reapply asks LN for it")
            return
        }
        self = .settled
    }
}
