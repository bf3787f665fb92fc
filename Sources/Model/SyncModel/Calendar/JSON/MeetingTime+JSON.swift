import Foundation

/// `{"start": "2026-12-01T08:00:00Z", "end": "2026-12-01T09:00:00Z", "zone": "Europe/Berlin"}`, or
/// `{"startDate": "2026-12-24", "endDate": "2026-12-27"}`.
extension MeetingTime {
    private enum Member: String, CodingKey {
        case start, end, zone, startDate, endDate
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        if let start = try members.decodeIfPresent(CalendarDate.self, forKey: .startDate) {
            self = .allDay(start: start, end: try members.decode(CalendarDate.self, forKey: .endDate))
        } else {
            self = .timed(
                start: try Self.instant(.start, members), end: try Self.instant(.end, members),
                zone: try members.decodeIfPresent(ZoneName.self, forKey: .zone))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .timed(let start, let end, let zone):
            try members.encode(InstantText.text(of: start), forKey: .start)
            try members.encode(InstantText.text(of: end), forKey: .end)
            try members.encodeIfPresent(zone, forKey: .zone)
        case .allDay(let start, let end):
            try members.encode(start, forKey: .startDate)
            try members.encode(end, forKey: .endDate)
        }
    }

    private static func instant(_ member: Member, _ members: KeyedDecodingContainer<Member>) throws -> Date {
        let text = try members.decode(String.self, forKey: member)
        guard let instant = InstantText.instant(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: member, in: members, debugDescription: "“\(text)” is no time of RFC 3339")
        }
        return instant
    }
}

/// An instant as RFC 3339 has it, in UTC. Fractions of a second are kept to the seventh digit, as far as Exchange has them: a time
/// comes back as it was written, for it is compared with what is read later.
enum InstantText {
    private static let digits = 7

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
        guard let point = text.firstIndex(of: ".") else { return try? Date(text, strategy: .iso8601) }
        let rest = text[text.index(after: point)...]
        let fraction = rest.prefix { $0.isASCII && $0.isNumber }
        guard !fraction.isEmpty, let part = Double("0.\(fraction)"),
            let whole = try? Date(text[..<point] + rest.dropFirst(fraction.count), strategy: .iso8601)
        else { return nil }
        return whole.addingTimeInterval(part)
    }
}
