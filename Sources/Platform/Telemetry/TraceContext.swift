public import Runtime

/// Where a piece of work belongs: W3C Trace Context's `traceparent`, `00-<trace id>-<parent id>-<flags>`.
public struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero.
    public let parentID: String
    public let isSampled: Bool

    /// A new trace.
    public init(_ randomness: any Randomness) {
        self.init(
            traceID: hex(randomness.next() | 1) + hex(randomness.next()), parentID: hex(randomness.next() | 1),
            isSampled: true)
    }

    /// `nil` where the text is no `traceparent`; a higher version's known part is taken, as the standard asks.
    public init?(_ traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            isHex(parts[1], 32), parts[1].contains(where: { $0 != "0" }),
            isHex(parts[2], 16), parts[2].contains(where: { $0 != "0" }),
            isHex(parts[3], 2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: parts[1], parentID: parts[2], isSampled: flags & 1 == 1)
    }

    private init(traceID: String, parentID: String, isSampled: Bool) {
        self.traceID = traceID
        self.parentID = parentID
        self.isSampled = isSampled
    }

    /// The same trace with a new span as parent, for what this work causes.
    public func child(_ randomness: any Randomness) -> TraceContext {
        TraceContext(traceID: traceID, parentID: hex(randomness.next() | 1), isSampled: isSampled)
    }

    public var description: String { "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")" }
}

private func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

private func isHex(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count
        && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}
