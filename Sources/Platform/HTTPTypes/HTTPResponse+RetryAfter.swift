public import Foundation

extension HTTPResponse {
    /// How long the server asks to be left alone: seconds, or a date (RFC 9110, 10.2.3), up to a day. `nil` where it names no time.
    /// - Parameter now: the wall clock; the answer's own `Date` goes before it, since clocks differ.
    public func retryAfter(now: Date) -> Duration? {
        guard let text = headerFields["Retry-After"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        var seconds = Double(text)
        if seconds == nil, let date = Self.date(text) {
            seconds = date.timeIntervalSince(headerFields["Date"].flatMap(Self.date) ?? now)
        }
        guard let seconds, seconds.isFinite else { return nil }
        return .milliseconds(Int64(min(max(seconds, 0), 86400) * 1000))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`. By hand: a date formatter needs the system's zone files.
    private static func date(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", parts[1].count == 2,
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return try? Date("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z", strategy: .iso8601)
    }
}
