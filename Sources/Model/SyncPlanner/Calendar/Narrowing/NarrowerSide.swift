import Foundation
public import SyncModel

/// What LN can hold of a value (CAL-10): lengths from `$metadata` in Unicode scalars, whole minutes, plain text.
public struct LNLimits: Sendable, Hashable {
    /// `nil`: any length.
    public var subject: Int?
    public var location: Int?
    public var body: Int?
    /// LN's character set is ISO 8859-1; anything else becomes `?`.
    public var isLatin1: Bool

    public init(subject: Int? = nil, location: Int? = nil, body: Int? = nil, isLatin1: Bool = false) {
        self.subject = subject
        self.location = location
        self.body = body
        self.isLatin1 = isLatin1
    }
}

extension LNLimits {
    /// The value as LN would hold it.
    public func narrow(_ value: FieldValue) -> FieldValue {
        switch value {
        case .time(.timed(let start, let end, _)): .time(.timed(start: minute(start), end: minute(end), zone: nil))
        case .subject(let text): .subject(line(text, subject))
        case .location(let text): .location(line(text, location))
        case .body(let body): .body(MeetingBody(lines(body.text, self.body)))
        case .attendee(let attendee?): .attendee(MeetingAttendee(attendee.attendance))
        case .time, .attendee, .showAs, .sensitivity, .reminder: value
        }
    }

    public func narrow(_ content: MeetingContent) -> MeetingContent {
        var narrow = content
        for group in FieldGroup.fields { narrow[group] = content[group].map(self.narrow) }
        return narrow
    }

    private func minute(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 / 60).rounded(.down) * 60)
    }

    private func line(_ text: String, _ length: Int?) -> String { narrow(text, length) { _ in false } }

    private func lines(_ text: String, _ length: Int?) -> String { narrow(text, length) { $0 == "\n" || $0 == "\t" } }

    /// NFC, LF as line end, other control characters as blanks, none at the end.
    private func narrow(_ text: String, _ length: Int?, keeps: (Unicode.Scalar) -> Bool) -> String {
        // What most texts are already.
        if text.utf8.count <= length ?? .max, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
            text.utf8.last != UInt8(ascii: " ")
        {
            return text
        }
        var scalars = String.UnicodeScalarView()
        let ends = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        for scalar in ends.precomposedStringWithCanonicalMapping.unicodeScalars {
            if let length, scalars.count >= length { break }
            if scalar.properties.generalCategory == .control {
                scalars.append(keeps(scalar) ? scalar : " ")
            } else {
                scalars.append(isLatin1 && scalar.value > 0xFF ? "?" : scalar)
            }
        }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}

extension CalendarPolicy {
    /// LN's value as it goes to Exchange: a time gets the event's zone, or the user's.
    func widen(_ value: FieldValue, over old: FieldValue?) -> FieldValue {
        guard case .time(.timed(let start, let end, nil)) = value else { return value }
        var zone = zone
        if case .time(.timed(_, _, let kept?)) = old { zone = kept }
        return .time(.timed(start: start, end: end, zone: zone))
    }
}
