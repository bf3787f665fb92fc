/// A read's place in the order, drawn before its request is sent: the epoch of the reader's lease, then a counter within it.
/// The higher wins; no clock, etag or change key of LN's or Exchange's orders anything.
public struct ReadSequence: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public var epoch: Int64
    public var counter: Int64

    public init(epoch: Int64, counter: Int64) {
        self.epoch = epoch
        self.counter = counter
    }

    /// Lower than every read.
    public static let none = ReadSequence(epoch: 0, counter: 0)

    public static func < (one: ReadSequence, other: ReadSequence) -> Bool {
        (one.epoch, one.counter) < (other.epoch, other.counter)
    }

    /// The form on the wire: digits with leading zeros, so that it sorts as text too (CloudEvents' `sequence` extension).
    public var description: String { Self.padded(epoch, 12) + "." + Self.padded(counter, 12) }

    /// `nil` where the text is no sequence.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
            let epoch = Int64(parts[0]), let counter = Int64(parts[1])
        else { return nil }
        self.init(epoch: epoch, counter: counter)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let sequence = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no sequence")
        }
        self = sequence
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
