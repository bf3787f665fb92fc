public import Foundation

/// Keys, values and headers of the records of one batch, copied once into one block of memory.
///
/// A record is a place in it: what is kept of a batch keeps the block.
final class RecordStorage: Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// Bytes of a record: an owned, immutable piece of its batch's memory.
public struct RecordBytes: Sendable {
    let storage: RecordStorage
    let range: Range<Int>

    public var count: Int { range.count }

    public func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try storage.bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// A copy.
    public var array: [UInt8] { Array(storage.bytes[range]) }

    /// A copy.
    public var data: Data { Data(storage.bytes[range]) }

    /// The bytes as text; `nil` where they are not UTF-8.
    public var string: String? { String(validating: storage.bytes[range], as: UTF8.self) }
}

/// A record as it was read, with all that it holds.
public struct ConsumerRecord: Sendable {
    let storage: RecordStorage
    public let offset: Int64
    /// When the producer made it, or the broker took it, as the topic is set; `nil` where the record has none.
    public let timestamp: Date?
    let keyRange: Range<Int>?
    let valueRange: Range<Int>?
    let headerFields: [HeaderField]

    /// Where one header stands in the storage.
    struct HeaderField: Sendable {
        let name: Range<Int>
        let value: Range<Int>?
    }

    public var key: RecordBytes? { keyRange.map { RecordBytes(storage: storage, range: $0) } }

    /// `nil` is Kafka's null value.
    public var value: RecordBytes? { valueRange.map { RecordBytes(storage: storage, range: $0) } }

    /// The last header of that name, as CloudEvents wants duplicates read; `nil` where there is none or its value is null.
    public func header(_ name: String) -> RecordBytes? {
        var name = name
        return name.withUTF8 { wanted in
            let field = headerFields.last { field in
                field.name.count == wanted.count && storage.bytes[field.name].elementsEqual(wanted)
            }
            return field?.value.map { RecordBytes(storage: storage, range: $0) }
        }
    }

    /// All headers in their order; a name that is not UTF-8 is repaired.
    public var headers: [RecordHeader] {
        headerFields.map { field in
            RecordHeader(
                String(decoding: storage.bytes[field.name], as: UTF8.self), field.value.map { Array(storage.bytes[$0]) }
            )
        }
    }

    /// Bytes that the record takes, as a bound on memory counts them.
    public var size: Int {
        (keyRange?.count ?? 0) + (valueRange?.count ?? 0)
            + headerFields.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
    }

    /// A record made by hand, for the simulator and for tests.
    public init(offset: Int64, timestamp: Date?, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader]) {
        var bytes: [UInt8] = []
        func place(_ piece: some Sequence<UInt8>) -> Range<Int> {
            let start = bytes.count
            bytes.append(contentsOf: piece)
            return start..<bytes.count
        }
        keyRange = key.map { place($0) }
        valueRange = value.map { place($0) }
        headerFields = headers.map { HeaderField(name: place($0.name.utf8), value: $0.value.map { place($0) }) }
        storage = RecordStorage(bytes)
        self.offset = offset
        self.timestamp = timestamp
    }

    /// A record in the storage of its batch.
    init(
        storage: RecordStorage, offset: Int64, timestamp: Date?, key: Range<Int>?, value: Range<Int>?,
        headers: [HeaderField]
    ) {
        self.storage = storage
        self.offset = offset
        self.timestamp = timestamp
        keyRange = key
        valueRange = value
        headerFields = headers
    }
}

/// Records of one partition, in the order of their offsets.
public struct RecordBatch: Sendable {
    public let topicPartition: TopicPartition
    public let records: [ConsumerRecord]

    public init(_ topicPartition: TopicPartition, _ records: [ConsumerRecord]) {
        self.topicPartition = topicPartition
        self.records = records
    }
}
