public import Foundation

extension Invocation {
    /// An option that is a moment: ISO 8601 with its zone, or how long ago it was.
    public func time(_ name: String, now: Date) throws(UsageError) -> Date? {
        guard let text = option(name) else { return nil }
        guard let time = Self.ago(text, now) ?? Self.moment(text) else {
            throw UsageError(
                "option --\(name) is “\(text)”: expected a time with its zone, as 2026-11-25T14:30:00+09:00 or …Z, or how long "
                    + "ago it was: 90s, 30m, 2h, 3d")
        }
        return time
    }

    private static func ago(_ text: String, _ now: Date) -> Date? {
        let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = text.last.flatMap({ seconds[$0] }), text.dropLast().allSatisfy(\.isASCII),
            let count = UInt32(text.dropLast())
        else { return nil }
        return now.addingTimeInterval(-Double(count) * unit)
    }

    private static func moment(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
