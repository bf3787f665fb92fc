import Kafka
import SyncEvents
import SyncModel
import WorkerTesting

extension FakeKafka {
    /// A contact's event as a test looks at it.
    struct Sent: Sendable, Hashable {
        let user: SyncUserID
        let contact: String
        let isRemoval: Bool
        let sequence: ReadSequence
        let hash: String
        let isBackfill: Bool
    }

    /// The contacts' events, live and by back-fill.
    var sent: [Sent] {
        logs.sorted { $0.key < $1.key }.flatMap { partition, records in
            records.compactMap { record -> Sent? in
                guard partition.topic != "ln.notifications" else { return nil }
                func header(_ name: String) -> String {
                    String(
                        decoding: record.headers.last { $0.name == name }?.value ?? [], as: UTF8.self)
                }
                guard let user = SyncUserID(String(decoding: record.key ?? [], as: UTF8.self)),
                    let sequence = ReadSequence(header("ce_sequence"))
                else { return nil }
                return Sent(
                    user: user, contact: String(header("ce_subject").split(separator: "/").last ?? ""),
                    isRemoval: header("ce_type") == "ln.contact.removed.v1", sequence: sequence,
                    hash: header("ce_contenthash"), isBackfill: partition.topic == "ln.contact-backfill")
            }
        }
    }

    var live: [Sent] { sent.filter { !$0.isBackfill } }
    var backfill: [Sent] { sent.filter(\.isBackfill) }

    /// What each mailbox ends with: the newest state of each contact, removals left out.
    var mailboxes: [SyncUserID: [String: String]] {
        var newest: [SyncUserID: [String: Sent]] = [:]
        for sent in sent where sent.sequence > newest[sent.user]?[sent.contact]?.sequence ?? .none {
            newest[sent.user, default: [:]][sent.contact] = sent
        }
        return newest.mapValues { $0.filter { !$0.value.isRemoval }.mapValues(\.hash) }
    }
}
