public import Foundation

/// Event data as JSON: sorted members and no escaped slashes, so that the same value has the same bytes.
public enum EventData {
    /// Bytes of an event's data at most, so that one item does not hold up the others: brokers take no record of more than 1,048,588
    /// bytes, unless told otherwise.
    public static let largest = 900_000

    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(value)
    }

    /// - Throws: `EventDataError`, which names the member.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(EventDataError) -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw EventDataError(error)
        }
    }
}

/// Data that are not what their schema says.
public struct EventDataError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            description = "member \(Self.path(context.codingPath, key)) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            description = "member \(Self.path(context.codingPath)) is of another type: \(context.debugDescription)"
        case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
            description = "the data are not JSON"
        case DecodingError.dataCorrupted(let context):
            description = "member \(Self.path(context.codingPath)): \(context.debugDescription)"
        default:
            description = "the data can't be read: \(error)"
        }
    }

    private static func path(_ keys: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
        (keys + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
    }
}
