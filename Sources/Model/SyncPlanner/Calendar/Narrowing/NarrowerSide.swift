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

    /// A longer text would not fit into an event of the pipeline: LN gets no more, and what it has beyond is not read. UTF-8 bytes.
    public static let longestText = 250_000

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

    /// Whether a text is longer than what is kept in step, in the form that it is kept in.
    public static func isTooLong(_ text: String) -> Bool {
        // No form of a text has more than three times its bytes.
        text.utf8.count > longestText / 3
            && LNLimits().narrow(text, nil, bytes: .max, keepsLines: true).utf8.count > longestText
    }

    /// How many characters LN can hold of a text, and how many it has; `nil` where LN holds all.
    func shortening(_ body: MeetingBody) -> (held: Int, all: Int)? {
        let all = narrow(body.text, nil, bytes: .max, keepsLines: true).unicodeScalars.count
        let held = lines(body.text, self.body).unicodeScalars.count
        return held < all ? (held, all) : nil
    }

    private func minute(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 / 60).rounded(.down) * 60)
    }

    private func line(_ text: String, _ length: Int?) -> String { narrow(text, length, keepsLines: false) }

    private func lines(_ text: String, _ length: Int?) -> String { narrow(text, length, keepsLines: true) }

    /// NFC, LF as line end, other control characters as blanks, no white space at the end.
    private func narrow(
        _ text: String, _ length: Int?, bytes longest: Int = longestText, keepsLines: Bool
    ) -> String {
        if text.isPlain(keepsLines: keepsLines), text.utf8.count <= min(length ?? .max, longest) { return text }
        var scalars = String.UnicodeScalarView()
        var count = 0, bytes = 0
        var before: Unicode.Scalar?
        // Below U+0300 nothing combines: the text is in NFC as it is.
        let isComposed = text.unicodeScalars.allSatisfy { $0.value < 0x300 }
        for scalar in (isComposed ? text : text.precomposedStringWithCanonicalMapping).unicodeScalars {
            defer { before = scalar }
            if scalar == "\n", before == "\r" { continue }
            let held = held(scalar, keepsLines: keepsLines)
            bytes += UTF8.width(held)
            if count >= length ?? .max || bytes > longest { break }
            scalars.append(held)
            count += 1
        }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    private func held(_ scalar: Unicode.Scalar, keepsLines: Bool) -> Unicode.Scalar {
        switch scalar.value {
        case 0x0A, 0x0D: keepsLines ? "\n" : " "
        case 0x09: keepsLines ? "\t" : " "
        // Unicode's control characters are these and no others.
        case 0x00...0x1F, 0x7F...0x9F: " "
        case 0x100...: isLatin1 ? "?" : scalar
        default: scalar
        }
    }
}

extension String {
    /// ASCII as LN would hold it, which most texts are.
    fileprivate func isPlain(keepsLines: Bool) -> Bool {
        var last: UInt8 = 0x21
        for byte in utf8 {
            guard byte >= 0x20 && byte < 0x7F || keepsLines && (byte == 0x0A || byte == 0x09) else { return false }
            last = byte
        }
        return last > 0x20
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
