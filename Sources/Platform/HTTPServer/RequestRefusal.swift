import HTTPTypes

/// A request that must not reach a handler, since another server in front of this one might have read it differently
/// (request smuggling), or that can't be served at all.
struct RequestRefusal: Equatable {
    let status: Int
    let reason: String
}

/// The head of a request as it came.
struct RequestHead {
    var method: String
    var target: String
    var version: String
    var fields: HTTPFields
    /// A line of it ended with a line feed alone.
    var hasBareLineFeed = false
}

extension RequestHead {
    /// Bytes of the body; `nil` where it is chunked. Only meaningful for a head that isn't refused.
    var contentLength: Int? {
        fields["Transfer-Encoding"] == nil ? Int(fields["Content-Length"] ?? "0") : nil
    }

    /// Why the request is refused before its body is read; `nil` where it is not.
    var refusal: RequestRefusal? {
        if hasBareLineFeed { return .init(status: 400, reason: "a line ends with a line feed alone") }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            return .init(status: 505, reason: "not HTTP/1.1 or HTTP/1.0")
        }
        guard isToken(method) else { return .init(status: 400, reason: "the method is no token") }
        // A proxy's form (http://…) or OPTIONS' `*` has no meaning here.
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 })
        else { return .init(status: 400, reason: "the target is not a path with an optional query, escaped") }
        for field in fields.fields {
            guard isToken(field.name) else { return .init(status: 400, reason: "a header field's name is no token") }
            // RFC 9110, 5.5: CR, LF and NUL in a value are dangerous.
            guard field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                return .init(status: 400, reason: "a header field's value has a control character")
            }
        }
        return hostRefusal ?? framingRefusal
    }

    // RFC 9112, 3.2.
    private var hostRefusal: RequestRefusal? {
        let hosts = fields.values(of: "Host")
        if hosts.count > 1 || (hosts.isEmpty && version == "HTTP/1.1") {
            return .init(status: 400, reason: "there must be one Host")
        }
        return nil
    }

    // RFC 9112, 6.1 to 6.3, with no leniency where it is optional.
    private var framingRefusal: RequestRefusal? {
        let lengths = fields.values(of: "Content-Length")
        let codings = fields.values(of: "Transfer-Encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty else {
                return .init(status: 400, reason: "both Content-Length and Transfer-Encoding")
            }
            guard version == "HTTP/1.1" else { return .init(status: 400, reason: "Transfer-Encoding in HTTP/1.0") }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                return .init(status: 501, reason: "a Transfer-Encoding other than chunked")
            }
        }
        guard lengths.count <= 1 else { return .init(status: 400, reason: "Content-Length more than once") }
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), Int(length) != nil else {
                return .init(status: 400, reason: "Content-Length is no number")
            }
        }
        return nil
    }

    // RFC 9110, 5.6.2.
    private func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
                default: false
                }
            }
    }
}
