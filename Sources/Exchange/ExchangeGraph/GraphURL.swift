import ExchangeClient
import HTTPTypes

/// Builds the URLs of Graph's resources, and guards those that Graph hands out.
struct GraphURL: Sendable {
    /// Without a slash at the end.
    let base: String
    let authority: String
    let scheme: String

    /// - Throws: `.authConfig` where the text is no URL.
    init(_ text: String) throws(ExchangeError) {
        guard let request = HTTPRequest(method: .get, url: text), request.query == nil else {
            throw ExchangeError(.authConfig, "“\(text)” is no http or https URL; correct it in the configuration")
        }
        var base = request.url
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        authority = request.authority
        scheme = request.scheme
    }

    /// A resource by the segments of its path, and the query's options.
    func resource(_ segments: [String], _ query: [(name: String, value: String)] = []) -> String {
        let path = segments.map { "/" + Self.escaped($0) }.joined()
        let options = query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        return base + path + (options.isEmpty ? "" : "?" + options)
    }

    /// A next link as Graph sent it, used to the letter.
    /// - Throws: where it leads to another place than Graph: the token goes nowhere else.
    func checked(nextLink: String) throws(ExchangeError) -> String {
        guard let request = HTTPRequest(method: .get, url: nextLink), request.scheme == scheme,
            request.authority.lowercased() == authority.lowercased(), nextLink.hasPrefix(base + "/")
        else {
            throw ExchangeError(.transient, "the answer's next page is not at \(base): it was not asked for")
        }
        return nextLink
    }

    /// Everything but RFC 3986's unreserved characters is escaped: a space as %20, never as +.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return escaped
    }

    /// A text as a literal of an OData expression.
    static func literal(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }
}
