import Foundation

/// An instant as RFC 3339 has it, in UTC. Fractions of a second are kept to the seventh digit, as far as Exchange has them: a time
/// comes back as it was written, for it is compared with what is read later.
///
/// Every row and event has some, so the usual form is read by hand, at a hundredth of what Foundation takes. What is in another form, or
/// before the Gregorian calendar, is left to it.
enum InstantText {
    private static let digits = 7
    private static let firstYear = 1600

    static func text(of instant: Date) -> String {
        let seconds = instant.timeIntervalSinceReferenceDate
        let scale = pow(10, Double(digits))
        let whole = seconds.rounded(.down)
        let fraction = Int(((seconds - whole) * scale).rounded())
        guard fraction > 0, fraction < Int(scale) else {
            return Date(timeIntervalSinceReferenceDate: seconds.rounded()).formatted(.iso8601)
        }
        let text = Date(timeIntervalSinceReferenceDate: whole).formatted(.iso8601)
        var padded = String(Int(scale) + fraction).dropFirst()
        while padded.last == "0" { padded.removeLast() }
        return "\(text.dropLast()).\(padded)Z"
    }

    /// `nil` where the text is none.
    static func instant(_ text: String) -> Date? {
        if let instant = usual(text) { return instant }
        guard let point = text.firstIndex(of: ".") else { return try? Date(text, strategy: .iso8601) }
        let rest = text[text.index(after: point)...]
        let fraction = rest.prefix { $0.isASCII && $0.isNumber }
        guard !fraction.isEmpty, let part = Double("0.\(fraction)"),
            let whole = instant(String(text[..<point] + rest.dropFirst(fraction.count)))
        else { return nil }
        return whole.addingTimeInterval(part)
    }

    // MARK: The usual form

    /// Where the digits of `2026-12-01T08:00:00Z` are, and what stands between them.
    private static let fields = [(0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2)]
    private static let marks: [(place: Int, mark: UInt8)] = [
        (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")), (10, UInt8(ascii: "T")), (13, UInt8(ascii: ":")),
        (16, UInt8(ascii: ":")), (19, UInt8(ascii: "Z")),
    ]

    private static func usual(_ text: String) -> Date? {
        var text = text
        let values: [Int]? = text.withUTF8 { bytes in
            guard bytes.count == 20, marks.allSatisfy({ bytes[$0.place] == $0.mark }) else { return nil }
            var values: [Int] = []
            for (start, width) in fields {
                var value = 0
                for byte in bytes[start..<start + width] {
                    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                    value = value * 10 + Int(byte - UInt8(ascii: "0"))
                }
                values.append(value)
            }
            return values
        }
        guard let values, values[0] >= firstYear, values[3] < 24, values[4] < 60, values[5] < 60,
            let day = CalendarDate(year: values[0], month: values[1], day: values[2])
        else { return nil }
        let second = values[3] * 3600 + values[4] * 60 + values[5]
        return Date(timeIntervalSince1970: TimeInterval(days(day) * 86400 + second))
    }

    /// Days since 1 January 1970.
    private static func days(_ date: CalendarDate) -> Int {
        let year = date.month > 2 ? date.year : date.year - 1
        let (era, ofEra) = year.quotientAndRemainder(dividingBy: 400)
        let ofYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
