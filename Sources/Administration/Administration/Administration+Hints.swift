import Foundation
public import Kafka
import Runtime
public import SyncEvents
public import SyncModel

extension Administration {
    /// Asks the reader of LN to look, by a hint on `ln.notifications`; returns when the broker has acknowledged it.
    public func send(_ hints: [Hint], _ producer: any RecordProducer) async throws {
        let records = try hints.map { hint in
            let id = UUID().uuidString.lowercased()
            let envelope = Envelope(
                id: id, source: "lnsync", type: .hint, time: time.now, subject: hint.key)
            return ProducerRecord(
                topic: names.name(of: .lnNotifications), key: Array(hint.key.utf8),
                value: Array(try EventData.encode(hint)),
                headers: envelope.headers.map { RecordHeader($0.name, $0.value) })
        }
        for result in await producer.send(records) { _ = try result.get() }
    }

    /// Asks for a pull now, as at a tick; with `full` all keys are compared, so that what was deleted in LN is found.
    public func syncNow(_ company: Company, full: Bool, _ producer: any RecordProducer) async throws {
        try await send([Hint(company: company, action: full ? .fullPull : .pull, by: by)], producer)
    }
}
