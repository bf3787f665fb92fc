import CCurl
import HTTPTypes

extension HTTPMethod {
    /// RFC 9110, 9.2.2.
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete: true
        default: false
        }
    }
}

extension HTTPRequest {
    /// The header fields as libcurl takes them; the caller frees the list.
    func headerList() -> UnsafeMutablePointer<curl_slist>? {
        // Without the first, libcurl waits for "100 Continue" before a larger body. The second is libcurl's own addition to a body.
        var lines = ["Expect:"]
        if headerFields["Content-Type"] == nil { lines.append("Content-Type:") }
        for field in headerFields.fields where !Self.isLibcurls(field.name) {
            // libcurl takes a name without a value for "don't send"; a semicolon says "send it empty".
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines.reduce(nil) { list, line in curl_slist_append(list, line) ?? list }
    }

    /// Says how long the body is; libcurl says it.
    private static func isLibcurls(_ name: String) -> Bool {
        ["content-length", "transfer-encoding", "expect"].contains(name.lowercased())
    }
}
