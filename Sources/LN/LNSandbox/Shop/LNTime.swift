/// Times as LN's OData writes them: UTC, whole seconds, `2026-03-01T09:47:12Z`.
enum LNTime {
    /// The last second that can be written.
    static let latest = 253_402_300_799

    static func text(_ seconds: Int) -> String {
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - day * 86_400
        let (year, month, dayOfMonth) = date(ofDay: day)
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfMonth, 2))T"
            + "\(digits(rest / 3600, 2)):\(digits(rest / 60 % 60, 2)):\(digits(rest % 60, 2))Z"
    }

    /// From `2026-03-01T09:47:12Z`; seconds may have a fraction, which is cut, and the zone may be an offset (`+09:00`). `nil` for
    /// any other text, a date without a time too.
    static func seconds(_ text: some StringProtocol) -> Int? {
        var bytes = Array(text.utf8)[...]
        guard let year = number(&bytes, 4), skip(&bytes, "-"), let month = number(&bytes, 2), skip(&bytes, "-"),
            let day = number(&bytes, 2), skip(&bytes, "T") || skip(&bytes, "t"), let hour = number(&bytes, 2),
            skip(&bytes, ":"), let minute = number(&bytes, 2)
        else { return nil }
        var second = 0
        if skip(&bytes, ":") {
            guard let number = number(&bytes, 2) else { return nil }
            second = number
            if skip(&bytes, ".") {
                let fraction = bytes.prefix { isDigit($0) }
                guard (1...12).contains(fraction.count) else { return nil }
                bytes = bytes.dropFirst(fraction.count)
            }
        }
        var offset = 0
        if !(skip(&bytes, "Z") || skip(&bytes, "z")) {
            guard let sign = bytes.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
                let hours = number(&bytes, 2), skip(&bytes, ":"), let minutes = number(&bytes, 2), hours <= 14,
                minutes <= 59
            else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 60 : -60)
        }
        guard bytes.isEmpty, year >= 1, hour <= 23, minute <= 59, second <= 59, let number = self.day(year, month, day)
        else { return nil }
        return number * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    /// Days since 1970 of a date of the Gregorian calendar; `nil` where there is no such day.
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (0...9999).contains(year), (1...12).contains(month), (1...lengths[month - 1]).contains(day) else {
            return nil
        }
        // Years begin in March, so that the leap day is the last one.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int) -> (Int, Int, Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
        let digits = bytes.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        bytes = bytes.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func skip(_ bytes: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
