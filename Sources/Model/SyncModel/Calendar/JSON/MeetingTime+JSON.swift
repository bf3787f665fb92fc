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
