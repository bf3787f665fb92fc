import Foundation

extension EmailAddress {
    /// The longest that LN's fields of attendees and employees hold (bpmdm001.mail). Bytes.
    public static let longest = 100

    /// The address as both systems are sure to keep it, trimmed, in lower case and NFC; `nil` where somebody can't be invited at it, such as
    /// Exchange's own `/o=…/cn=…` of a user who left. Nobody else judges an attendee's address: what one side took and the other did not
    /// would be written again and again.
    ///
    /// It is a name, one @ and a domain (RFC 5322, 3.4.1, without its quoted names, comments and domain literals), and nothing in it is
    /// invisible.
    public var usable: EmailAddress? { isTooLong ? nil : wellFormed }

    /// Somebody could be invited at it, but LN has no room for it.
    public var isTooLong: Bool { wellFormed.map { $0.rawValue.utf8.count > Self.longest } ?? false }

    private var wellFormed: EmailAddress? {
        let text = rawValue.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
            .precomposedStringWithCanonicalMapping
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
            parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }),
            !text.unicodeScalars.contains(where: Self.isForbidden)
        else { return nil }
        return EmailAddress(text)
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "<", ">", "[", "]", ":", ";", ",", "\\", "\"", "\u{FFFD}": return true
        default: break
        }
        if scalar.isASCII { return scalar.value <= 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
            .unassigned:
            true
        default: false
        }
    }
}
