import CWorkload
import Kafka

/// The records, as our producer takes them.
enum Workload {
    static func records(for topic: String) -> [ProducerRecord] {
        (0..<UInt32(WORKLOAD_RECORDS)).map { record in
            ProducerRecord(
                topic: topic, key: text { workload_key(record, $0) },
                value: [UInt8](unsafeUninitializedCapacity: WORKLOAD_VALUE_SIZE) { buffer, count in
                    buffer.withMemoryRebound(to: CChar.self) { workload_value(record, $0.baseAddress) }
                    count = buffer.count
                },
                headers: (0..<UInt32(WORKLOAD_HEADERS)).map { header in
                    RecordHeader(
                        String(cString: workload_header_name(header)),
                        text { workload_header_value(record, header, $0) })
                })
        }
    }

    private static func text(_ write: (UnsafeMutablePointer<CChar>?) -> Void) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: WORKLOAD_TEXT_SIZE) { buffer in
            buffer.initialize(repeating: 0)
            write(buffer.baseAddress)
            return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        }
    }
}
