public import Foundation

/// Keys, values and headers of the records of one batch, copied once into one block of memory.
///
/// A record is a place in it: what is kept of a batch keeps the block.
final class RecordStorage: Sendable {
    let bytes: [UInt8]
    /// Of all records, one after the other.
    let headers: [HeaderPlace]

    init(_ bytes: [UInt8], headers: [HeaderPlace]) {
        self.bytes = bytes
        self.headers = headers
    }

    func bytes(at place: BytePlace) -> RecordBytes? {
        place.range.map { RecordBytes(storage: self, range: $0) }
    }
}

/// Where a piece stands in the storage, or that there is none: a null.
struct BytePlace: Sendable {
    let start: UInt32
    /// -1: there is none.
    let length: Int32

    init(start: UInt32, length: Int32) {
        self.start = start
        self.length = length
    }

    static let null = BytePlace(start: 0, length: -1)

    var range: Range<Int>? { length < 0 ? nil : Int(start)..<(Int(start) + Int(length)) }
    var count: Int { Int(max(0, length)) }
}

/// Where one header stands in the storage.
struct HeaderPlace: Sendable {
    let name: BytePlace
    let value: BytePlace
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
    private let keyPlace: BytePlace
    private let valuePlace: BytePlace
    /// Its headers among those of the storage.
    private let firstHeader: UInt32
    private let headerCount: UInt32
    private let byteCount: UInt32

    public var key: RecordBytes? { storage.bytes(at: keyPlace) }

    /// `nil` is Kafka's null value.
    public var value: RecordBytes? { storage.bytes(at: valuePlace) }

    /// The last header of that name, as CloudEvents wants duplicates read; `nil` where there is none or its value is null.
    public func header(_ name: String) -> RecordBytes? {
        var name = name
        return name.withUTF8 { wanted in
            storage.bytes.withUnsafeBufferPointer { bytes in
                let place = headerPlaces.last { header in
                    header.name.count == wanted.count
                        && header.name.range.map { bytes[$0].elementsEqual(wanted) } == true
                }
                return place.flatMap { storage.bytes(at: $0.value) }
            }
        }
    }

    /// All headers in their order; a name that is not UTF-8 is repaired.
    public var headers: [RecordHeader] {
        headerPlaces.map { header in
            RecordHeader(
                String(decoding: storage.bytes[header.name.range ?? 0..<0], as: UTF8.self),
                header.value.range.map { Array(storage.bytes[$0]) })
        }
    }

    /// Bytes that the record takes, as a bound on memory counts them.
    public var size: Int { Int(byteCount) }

    private var headerPlaces: ArraySlice<HeaderPlace> {
        storage.headers[Int(firstHeader)..<(Int(firstHeader) + Int(headerCount))]
    }

    /// A record made by hand, for the simulator and for tests.
    public init(offset: Int64, timestamp: Date?, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader]) {
        var bytes: [UInt8] = []
        func place(_ piece: (some Collection<UInt8>)?) -> BytePlace {
            guard let piece else { return .null }
            let start = bytes.count
            bytes.append(contentsOf: piece)
            return BytePlace(start: UInt32(start), length: Int32(piece.count))
        }
        let key = place(key)
        let value = place(value)
        let places = headers.map { HeaderPlace(name: place($0.name.utf8), value: place($0.value)) }
        self.init(
            storage: RecordStorage(bytes, headers: places), offset: offset, timestamp: timestamp, key: key,
            value: value,
            firstHeader: 0, headerCount: UInt32(places.count), size: UInt32(bytes.count))
    }

    /// A record in the storage of its batch.
    init(
        storage: RecordStorage, offset: Int64, timestamp: Date?, key: BytePlace, value: BytePlace, firstHeader: UInt32,
        headerCount: UInt32, size: UInt32
    ) {
        self.storage = storage
        self.offset = offset
        self.timestamp = timestamp
        keyPlace = key
        valuePlace = value
        self.firstHeader = firstHeader
        self.headerCount = headerCount
        byteCount = size
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
