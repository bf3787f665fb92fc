import Foundation
import HTTPTypes

/// How long a server asks to be left alone: seconds, or a date (RFC 9110, 10.2.3).
struct RetryAfter {
    /// 1 second to 1 day.
    let duration: Duration

    /// Where the server names no time.
    static let unnamed: Duration = .seconds(10)

    /// - Parameter now: the wall clock; the answer's own date goes before it, since clocks differ.
    init(_ response: HTTPResponse, now: Date) {
        guard let text = response.headerFields["Retry-After"] else {
            duration = Self.unnamed
            return
        }
        var seconds = Double(text)
        if seconds == nil, let date = Self.date(text) {
            seconds = date.timeIntervalSince(response.headerFields["Date"].flatMap(Self.date) ?? now)
        }
        guard let seconds, seconds.isFinite else {
            duration = Self.unnamed
            return
        }
        duration = .milliseconds(Int64(min(max(seconds, 1), 86400) * 1000))
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
