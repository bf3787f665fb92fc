import Foundation
import Kafka
import SyncEvents
import SyncModel
import WorkerTesting

extension FakeKafka {
    /// An event as a test looks at it.
    struct Sent: Sendable {
        let record: ProducerRecord
        let envelope: Envelope
        let changed: EventChanged?
        let deleted: EventDeleted?

        var user: SyncUserID? { changed?.user ?? deleted?.user }
        var event: EventKey? { changed?.event ?? deleted?.event }
        var subject: String? { changed?.content.subject }
        var sequence: ReadSequence { envelope.sequence ?? .none }
    }

    /// Everything that was sent of events, partition by partition.
    var sent: [Sent] {
        get throws {
            try logs.filter { $0.key.topic == Topic.eventChanges.name }
                .sorted { $0.key < $1.key }.flatMap(\.value).map { record in
                    let envelope = try Envelope { name in
                        record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
                    }
                    let data = Data(record.value ?? [])
                    let isDeletion = envelope.type == .eventDeleted
                    return Sent(
                        record: record, envelope: envelope,
                        changed: isDeletion ? nil : try EventData.decode(EventChanged.self, from: data),
                        deleted: isDeletion ? try EventData.decode(EventDeleted.self, from: data) : nil)
                }
        }
    }
}
