import Foundation
public import Kafka
import Runtime
public import SyncEvents
import SyncModel

extension Administration {
    /// Asks the reader of LN to look, by hints on `ln.notifications`; returns when the broker has acknowledged them, and where they are.
    @discardableResult
    public func send(_ hints: [Hint], _ producer: any RecordProducer) async throws -> [RecordPosition] {
        let records = try hints.map { hint in
            let id = UUID().uuidString.lowercased()
            let envelope = Envelope(
                id: id, source: "lnsync", type: .hint, time: time.now, subject: hint.key)
            return ProducerRecord(
                topic: names.name(of: .lnNotifications), key: Array(hint.key.utf8),
                value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        }
        return try await producer.send(records).map { try $0.get() }
    }

    /// Asks the readers of Exchange to look at mailboxes, by hints on `exchange.notifications`.
    @discardableResult
    public func send(_ hints: [MailboxHint], _ producer: any RecordProducer) async throws -> [RecordPosition] {
        let records = try hints.map { hint in
            let key = hint.user.description
            let envelope = Envelope(
                id: UUID().uuidString.lowercased(), source: "lnsync", type: .mailboxHint, time: time.now, subject: key)
            return ProducerRecord(
                topic: names.name(of: .exchangeNotifications), key: Array(key.utf8),
                value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        }
        return try await producer.send(records).map { try $0.get() }
    }
}
