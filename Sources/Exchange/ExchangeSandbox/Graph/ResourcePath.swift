import Foundation

/// A path's segments, decoded, in one spelling: `/users/a%40b/contacts/x` and `/users('a@b')/contacts('x')` are the same.
enum ResourcePath {
    /// `nil` where an escape or a key is malformed.
    static func segments(_ path: Substring) -> [String]? {
        var segments: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            guard let decoded = String(part).removingPercentEncoding else { return nil }
            guard decoded.hasSuffix("')"), let open = decoded.range(of: "('") else {
                segments.append(decoded)
                continue
            }
            segments.append(String(decoded[..<open.lowerBound]))
            segments.append(
                String(decoded[open.upperBound...].dropLast(2)).replacing("''", with: "'"))
        }
        return segments
    }

    /// A query's options; names keep their `$`. `nil` where an escape is malformed. A plus sign is a plus sign.
    static func options(_ query: Substring?) -> [String: String]? {
        var options: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(parts[0]).removingPercentEncoding,
                let value = parts.count == 2 ? String(parts[1]).removingPercentEncoding : ""
            else { return nil }
            options[name] = value
        }
        return options
    }
}

extension ResourcePath {
    /// Escaped for a query: all but letters, digits and `-._~$`.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x24, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }
}
