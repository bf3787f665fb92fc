import Kafka
import SyncEvents
import SyncModel

/// What a record of `ln.notifications` says to the reader of one company's contacts, or activities.
enum HintReading: Sendable, Hashable {
    case hint(Hint)
    /// For who holds another lease.
    case anothers
    /// Nobody can do anything with it.
    case unreadable(String)

    init(_ record: ConsumerRecord, _ company: Company, _ kind: Hint.Kind = .contact) {
        guard let key = record.key?.string, key.contains("/") else {
            self = .unreadable("its key is not <company>/<kind>")
            return
        }
        guard key == "\(company)/\(kind.rawValue)" else {
            self = .anothers
            return
        }
        self = Self.read(record, company)
    }

    private static func read(_ record: ConsumerRecord, _ company: Company) -> HintReading {
        do throws(EnvelopeError) {
            let type = try Envelope { record.header($0)?.string }.type
            guard type == .hint else {
                return .unreadable(
                    type.name == EventType.hint.name
                        ? "type \(type) has a major version that this program does not know: update ln-producer"
                        : "type \(type) does not belong on this topic")
            }
        } catch {
            return .unreadable(error.description)
        }
        guard let value = record.value?.data else { return .unreadable("it has no data") }
        do {
            let hint = try EventData.decode(Hint.self, from: value)
            guard hint.company == company else {
                return .unreadable("its data are about company \(hint.company), its key about \(company)")
            }
            return .hint(hint)
        } catch {
            return .unreadable(error.description)
        }
    }
}
