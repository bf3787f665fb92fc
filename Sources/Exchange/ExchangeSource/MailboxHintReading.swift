import Kafka
import KafkaWorker
import SyncEvents
import SyncModel

/// What a record of `exchange.notifications` says.
enum MailboxHintReading: Sendable, Hashable {
    case hint(MailboxHint)
    /// Nobody can do anything with it.
    case unreadable(DeadLetter.Reason, String)

    init(_ record: ConsumerRecord) {
        guard let key = record.key?.string, let user = SyncUserID(key) else {
            self = .unreadable(.badKey, "its key is no sync user's id")
            return
        }
        self = Self.read(record, user)
    }

    private static func read(_ record: ConsumerRecord, _ user: SyncUserID) -> MailboxHintReading {
        do throws(EnvelopeError) {
            let type = try Envelope { record.header($0)?.string }.type
            guard type == .mailboxHint else {
                return .unreadable(
                    .unknownType,
                    type.name == EventType.mailboxHint.name
                        ? "type \(type) has a major version that this program does not know: update exchange-producer"
                        : "type \(type) does not belong on this topic")
            }
        } catch {
            return .unreadable(.undecodable, error.description)
        }
        guard let value = record.value?.data else { return .unreadable(.undecodable, "it has no data") }
        do {
            let hint = try EventData.decode(MailboxHint.self, from: value)
            guard hint.user == user else {
                return .unreadable(.badKey, "its data are about user \(hint.user), its key about \(user)")
            }
            return .hint(hint)
        } catch {
            return .unreadable(.undecodable, error.description)
        }
    }
}
