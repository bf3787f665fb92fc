public import Foundation
public import SyncModel

/// The attributes of an event: CloudEvents 1.0 in Kafka's binary mode, a header each.
public struct Envelope: Sendable, Hashable {
    /// `ce_id`: derived from the read, so that a repeated send has the same.
    public var id: String
    /// `ce_source`: who read what, `ln/1300/contact`.
    public var source: String
    /// `ce_type`.
    public var type: EventType
    /// `ce_time`: when it was read. Orders nothing.
    public var time: Date
    /// `ce_subject`: the item, `1300/C00000123`.
    public var subject: String
    /// `ce_sequence`: the read's place in the order; absent on hints.
    public var sequence: ReadSequence?
    /// `ce_contenthash`: of the canonical content; absent on hints.
    public var contentHash: ContentHash?
    /// `ce_backfill`: sent for a baseline, a replay or a check, so that live changes go before it. Absent on live ones. Contacts have
    /// a topic for this; the two of a meeting's topics are one each, for its order.
    public var isBackfill: Bool
    /// `ce_named`: push named this very item, so that it is kept in step whenever it is (CAL-4). Absent on what a pull found.
    public var isNamed = false
    /// `traceparent`.
    public var trace: String?

    public init(
        id: String, source: String, type: EventType, time: Date, subject: String, sequence: ReadSequence? = nil,
        contentHash: ContentHash? = nil, isBackfill: Bool = false, trace: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.subject = subject
        self.sequence = sequence
        self.contentHash = contentHash
        self.isBackfill = isBackfill
        self.trace = trace
    }

    /// The headers, in the order in which they are sent.
    public var headers: [(name: String, value: String)] {
        var headers = [
            ("ce_specversion", "1.0"),
            ("ce_id", id),
            ("ce_source", source),
            ("ce_type", type.description),
            ("ce_time", time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
            ("ce_subject", subject),
            ("ce_dataschema", type.schema),
        ]
        if let sequence { headers.append(("ce_sequence", sequence.description)) }
        if let contentHash { headers.append(("ce_contenthash", contentHash.rawValue)) }
        if isBackfill { headers.append(("ce_backfill", "true")) }
        if isNamed { headers.append(("ce_named", "true")) }
        headers.append(("content-type", "application/json"))
        if let trace { headers.append(("traceparent", trace)) }
        return headers
    }

    /// Reads an envelope from headers.
    /// - Parameter header: the last value of a header as text; `nil` where there is none or it is not UTF-8.
    public init(header: (String) -> String?) throws(EnvelopeError) {
        func required(_ name: String) throws(EnvelopeError) -> String {
            guard let value = header(name), !value.isEmpty else { throw EnvelopeError(name, "is missing or not UTF-8") }
            return value
        }
        if let contentType = header("content-type"), contentType.lowercased().hasPrefix("application/cloudevents") {
            throw EnvelopeError("content-type", "is \(contentType): structured mode is not used here")
        }
        let version = try required("ce_specversion")
        guard version.hasPrefix("1.") else { throw EnvelopeError("ce_specversion", "is \(version), not 1.0") }
        let typeText = try required("ce_type")
        guard let type = EventType(typeText) else { throw EnvelopeError("ce_type", "\(typeText) is no event type") }
        let timeText = try required("ce_time")
        guard let time = Self.date(timeText) else { throw EnvelopeError("ce_time", "\(timeText) is no time") }
        self.init(
            id: try required("ce_id"), source: try required("ce_source"), type: type, time: time,
            subject: try required("ce_subject"))
        if let text = header("ce_sequence") {
            guard let sequence = ReadSequence(text) else {
                throw EnvelopeError("ce_sequence", "\(text) is no sequence")
            }
            self.sequence = sequence
        }
        contentHash = header("ce_contenthash").map { ContentHash($0) }
        isBackfill = header("ce_backfill") == "true"
        isNamed = header("ce_named") == "true"
        trace = header("traceparent")
    }

    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}

/// An attribute that is missing or is not what it must be.
public struct EnvelopeError: Error, Sendable, Hashable, CustomStringConvertible {
    public let header: String
    public let message: String

    init(_ header: String, _ message: String) {
        self.header = header
        self.message = message
    }

    public var description: String { "header \(header) \(message)" }
}
