import CRDKafka
import Foundation
import Kafka
import KafkaTesting

/// A record as a plain client of librdkafka reads it.
struct StoredRecord: Equatable {
    var position: RecordPosition
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [RecordHeader]
    var timestamp: Int64
}

/// Reads a topic's records from the start of each partition to its end, in the order of partition and offset. Blocks.
func recordsStored(in topic: String, partitions: Int32, on bootstrapServers: String) throws -> [StoredRecord] {
    let settings = rd_kafka_conf_new()
    for (name, value) in [
        "bootstrap.servers": bootstrapServers, "group.id": "readback", "enable.partition.eof": "true", "log_level": "0",
        "enable.auto.commit": "false", "fetch.wait.max.ms": "10",
    ] { rd_kafka_conf_set(settings, name, value, nil, 0) }
    guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, settings, nil, 0) else { return [] }
    defer { rd_kafka_destroy(client) }
    let list = rd_kafka_topic_partition_list_new(partitions)
    for partition in 0..<partitions {
        rd_kafka_topic_partition_list_add(list, topic, partition).pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
    }
    rd_kafka_assign(client, list)
    rd_kafka_topic_partition_list_destroy(list)
    var records: [StoredRecord] = []
    var ended: Set<Int32> = []
    let deadline = ContinuousClock.now + .seconds(30)
    while ended.count < partitions, ContinuousClock.now < deadline {
        guard let message = rd_kafka_consumer_poll(client, 100) else { continue }
        defer { rd_kafka_message_destroy(message) }
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: records.append(StoredRecord(message))
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: ended.insert(message.pointee.partition)
        default: break
        }
    }
    rd_kafka_consumer_close(client)
    return records.sorted {
        ($0.position.topicPartition, $0.position.offset ?? -1) < ($1.position.topicPartition, $1.position.offset ?? -1)
    }
}

extension StoredRecord {
    fileprivate init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
            start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
        }
        let topic = String(cString: rd_kafka_topic_name(message.pointee.rkt))
        position = RecordPosition(TopicPartition(topic, message.pointee.partition), offset: message.pointee.offset)
        key = bytes(message.pointee.key, message.pointee.key_len)
        value = bytes(message.pointee.payload, message.pointee.len)
        timestamp = rd_kafka_message_timestamp(message, nil)
        headers = []
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var name: UnsafePointer<CChar>?
        var content: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &content, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            headers.append(RecordHeader(name.map { String(cString: $0) } ?? "", bytes(content, size)))
        }
    }
}
