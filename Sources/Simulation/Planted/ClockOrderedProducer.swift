import Foundation
import Kafka
import Runtime
import SyncModel

/// A producer of a reader that orders its reads by its own clock, at the moment in which it sends them.
struct ClockOrderedProducer: RecordProducer {
    let base: any RecordProducer
    let clock: any TimeSource

    func send(_ records: [ProducerRecord]) async -> [Result<RecordPosition, KafkaError>] {
        let place = ReadSequence(epoch: 1, counter: Int64(clock.now.timeIntervalSince1970 * 1000))
        return await base.send(
            records.map { record in
                var record = record
                for index in record.headers.indices where record.headers[index].name == "ce_sequence" {
                    record.headers[index] = RecordHeader("ce_sequence", place.description)
                }
                return record
            })
    }
}
