public import Foundation

/// A request's method.
public struct HTTPMethod: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    public static let get = HTTPMethod(rawValue: "GET")
    public static let head = HTTPMethod(rawValue: "HEAD")
    public static let post = HTTPMethod(rawValue: "POST")
    public static let put = HTTPMethod(rawValue: "PUT")
    public static let patch = HTTPMethod(rawValue: "PATCH")
    public static let delete = HTTPMethod(rawValue: "DELETE")
}

/// A request with its whole body. The same value is sent by a client and received by a server.
public struct HTTPRequest: Sendable, Hashable {
    public var method: HTTPMethod
    /// `http` or `https`.
    public var scheme: String
    /// Host and, where there is one, port: `graph.example:443`.
    public var authority: String
    /// Path and query as they stand on the wire, escapes untouched; begins with `/`.
    public var target: String
    public var headerFields: HTTPFields
    public var body: Data

    public init(
        method: HTTPMethod, scheme: String, authority: String, target: String, headerFields: HTTPFields = [:],
        body: Data = Data()
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.target = target
        self.headerFields = headerFields
        self.body = body
    }

    /// A request to an absolute `http` or `https` URL, whose path and query are kept to the letter; `nil` for any other text.
    public init?(method: HTTPMethod, url: String, headerFields: HTTPFields = [:], body: Data = Data()) {
        guard let separator = url.range(of: "://") else { return nil }
        let scheme = url[..<separator.lowerBound].lowercased()
        let rest = url[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[authority.endIndex...]
        guard scheme == "http" || scheme == "https", !authority.isEmpty, !authority.contains("@"),
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return nil }
        self.init(
            method: method, scheme: scheme, authority: String(authority),
            target: target.hasPrefix("/") ? String(target) : "/" + target, headerFields: headerFields, body: body)
    }

    /// The absolute URL.
    public var url: String { "\(scheme)://\(authority)\(target)" }

    /// The target's path, escapes untouched.
    public var path: Substring { target.prefix { $0 != "?" } }

    /// The target's query without its `?`, escapes untouched; `nil` where there is none.
    public var query: Substring? {
        target.firstIndex(of: "?").map { target[target.index(after: $0)...] }
    }
}

/// An answer with its whole body.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, 100 to 599.
    public var status: Int
    public var headerFields: HTTPFields
    public var body: Data

    public init(status: Int, headerFields: HTTPFields = [:], body: Data = Data()) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}
