import CRDKafka
import Foundation

/// Memory into which a consumer's thread copies one batch after the other.
final class CopyingSpace {
    fileprivate var space = crdkafka_space()

    deinit { crdkafka_space_free(&space) }
}

extension RecordBatch {
    /// Copies messages of one partition, none of them an error: their bytes into one block. The messages are given back: one that is
    /// kept keeps librdkafka's whole fetch in memory.
    init(
        _ topicPartition: TopicPartition,
        taking messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>, by copying: CopyingSpace
    ) {
        let records = withUnsafeTemporaryAllocation(of: crdkafka_record_place.self, capacity: messages.count) {
            places in
            crdkafka_take(messages.baseAddress, messages.count, &copying.space, places.baseAddress)
            let space = copying.space
            let storage = RecordStorage(
                Array(UnsafeRawBufferPointer(start: space.bytes, count: space.byte_count)),
                headers: UnsafeBufferPointer(start: space.headers, count: space.header_count).map {
                    HeaderPlace(name: BytePlace($0.name), value: BytePlace($0.value))
                })
            return places.indices.map { index in
                let place = places[index]
                // A key that is null has a place too: where it would be.
                let end = index + 1 < places.count ? places[index + 1].key.start : UInt32(storage.bytes.count)
                return ConsumerRecord(
                    storage: storage, offset: place.offset,
                    timestamp: place.timestamp < 0 ? nil : Date(timeIntervalSince1970: Double(place.timestamp) / 1000),
                    key: BytePlace(place.key), value: BytePlace(place.value), firstHeader: place.first_header,
                    headerCount: place.header_count, size: end - place.key.start)
            }
        }
        self.init(topicPartition, records)
    }

    /// Bytes of memory that the batch takes; its records share one storage.
    var memory: Int {
        guard let storage = records.first?.storage else { return 0 }
        return storage.bytes.count + storage.headers.count * MemoryLayout<HeaderPlace>.stride
            + records.count * MemoryLayout<ConsumerRecord>.stride
    }
}

extension BytePlace {
    fileprivate init(_ place: crdkafka_place) {
        self.init(start: place.start, length: place.count)
    }
}
