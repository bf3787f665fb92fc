import CRDKafka
import Foundation

/// The records of one `send` as C takes them: all their bytes in one block, and where each stands in it.
struct EncodedRecords {
    private let bytes: [UInt8]
    private(set) var records: [crdkafka_record]
    private let headers: [crdkafka_header]

    /// - Parameters:
    ///   - tokens: the first record's token; the others' follow it.
    ///   - topic: the handle of a topic, or why it has none.
    init(
        _ source: [ProducerRecord], tokens: UInt64, topic: (String) -> Result<OpaquePointer, TopicRefusal>
    ) {
        // Elements are read where they stand: a copy of each record and header would cost more than their bytes.
        var size = 1
        var headerCount = 0
        for index in source.indices {
            size += (source[index].key?.count ?? 0) + (source[index].value?.count ?? 0)
            headerCount += source[index].headers.count
            source[index].headers.withUnsafeBufferPointer { headers in
                for place in headers.indices {
                    size += headers[place].name.utf8.count + 1 + (headers[place].value?.count ?? 0)
                }
            }
        }
        var encoded: [crdkafka_record] = []
        encoded.reserveCapacity(source.count)
        var fields: [crdkafka_header] = []
        fields.reserveCapacity(headerCount)
        bytes = Array(unsafeUninitializedCapacity: size) { block, used in
            var block = Block(memory: UnsafeMutableRawBufferPointer(block))
            var name: String?
            var handle: Result<OpaquePointer, TopicRefusal> = .failure(
                TopicRefusal(code: RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC))
            for index in source.indices {
                if source[index].topic != name {
                    name = source[index].topic
                    handle = topic(source[index].topic)
                }
                var entry = crdkafka_record()
                entry.token = tokens + UInt64(index)
                entry.partition = source[index].partition ?? RD_KAFKA_PARTITION_UA
                switch handle {
                case .success(let handle): entry.topic = handle
                case .failure(let refusal): entry.error = refusal.code
                }
                if let timestamp = source[index].timestamp {
                    // 0 is librdkafka's "now": a record of that very millisecond of 1970 is dated now too.
                    entry.timestamp = timestamp.millisecondsSince1970
                }
                (entry.key, entry.key_size) = block.add(source[index].key)
                (entry.value, entry.value_size) = block.add(source[index].value)
                entry.first_header = fields.count
                entry.header_count = source[index].headers.count
                source[index].headers.withUnsafeBufferPointer { headers in
                    for place in headers.indices {
                        let name = block.add(name: headers[place].name)
                        let (value, valueSize) = block.add(headers[place].value)
                        fields.append(crdkafka_header(name: name, value: value, value_size: valueSize))
                    }
                }
                encoded.append(entry)
            }
            used = block.used
        }
        records = encoded
        headers = fields
    }

    /// Queues the records from `start` on. Returns the place of the first that found the queue full, or the end.
    mutating func produce(to client: OpaquePointer, from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            headers.withUnsafeBufferPointer { headers in
                records.withUnsafeMutableBufferPointer { records in
                    guard let first = records.baseAddress else { return 0 }
                    return start
                        + crdkafka_produce(
                            client, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), first + start,
                            records.count - start, headers.baseAddress)
                }
            }
        }
    }

    /// The records of the first `end` that librdkafka did not take, and why.
    func refused(before end: Int) -> [(place: Int, error: rd_kafka_resp_err_t)] {
        var refused: [(place: Int, error: rd_kafka_resp_err_t)] = []
        for (place, record) in records[..<end].enumerated() where record.error != RD_KAFKA_RESP_ERR_NO_ERROR {
            refused.append((place, record.error))
        }
        return refused
    }

    var hasFatalError: Bool { records.contains { $0.error == RD_KAFKA_RESP_ERR__FATAL } }
}

/// Why a topic has no handle.
struct TopicRefusal: Error {
    let code: rd_kafka_resp_err_t
}

/// A block of memory that is filled from its start.
private struct Block {
    let memory: UnsafeMutableRawBufferPointer
    var used = 0

    /// The piece's place and size; a size of -1 where there is none.
    mutating func add(_ piece: [UInt8]?) -> (start: Int, size: Int) {
        guard let piece else { return (used, -1) }
        let start = used
        piece.withUnsafeBytes { memory.append($0, at: &used) }
        return (start, piece.count)
    }

    /// The place of a name, ended by a 0.
    mutating func add(name: String) -> Int {
        let start = used
        var name = name
        name.withUTF8 { memory.append(UnsafeRawBufferPointer($0), at: &used) }
        memory[used] = 0
        used += 1
        return start
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func append(_ piece: UnsafeRawBufferPointer, at place: inout Int) {
        guard let base = baseAddress, let source = piece.baseAddress, !piece.isEmpty else { return }
        (base + place).copyMemory(from: source, byteCount: piece.count)
        place += piece.count
    }
}

extension Date {
    /// As a record is dated.
    fileprivate var millisecondsSince1970: Int64 {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        return milliseconds.isFinite ? Int64(min(max(milliseconds, -1e15), 1e15)) : 0
    }
}
