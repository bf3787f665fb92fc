import CRDKafka
import Foundation

extension RecordBatch {
    /// Copies messages of one partition, all without error: their bytes into one block, once.
    ///
    /// The messages may be given back at once: a message that is kept keeps librdkafka's whole fetch in memory.
    init(
        _ topicPartition: TopicPartition,
        copying messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    ) {
        let count = messages.count
        var headerCount = 0
        let size = crdkafka_measure(messages.baseAddress, count, &headerCount)
        let records = withUnsafeTemporaryAllocation(of: crdkafka_record_place.self, capacity: count) { places in
            let storage = withUnsafeTemporaryAllocation(of: crdkafka_header_place.self, capacity: headerCount) {
                headers in
                let bytes = [UInt8](unsafeUninitializedCapacity: size) { block, used in
                    crdkafka_copy(
                        messages.baseAddress, count,
                        UnsafeMutableRawPointer(block.baseAddress)?.assumingMemoryBound(to: CChar.self),
                        places.baseAddress, headers.baseAddress)
                    used = size
                }
                return RecordStorage(
                    bytes, headers: headers.map { HeaderPlace(name: BytePlace($0.name), value: BytePlace($0.value)) })
            }
            return places.map { place in
                ConsumerRecord(
                    storage: storage, offset: place.offset,
                    timestamp: place.timestamp < 0 ? nil : Date(timeIntervalSince1970: Double(place.timestamp) / 1000),
                    key: BytePlace(place.key), value: BytePlace(place.value), firstHeader: place.first_header,
                    headerCount: place.header_count)
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
