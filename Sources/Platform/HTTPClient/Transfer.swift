import CCurl
import Foundation
import HTTPTypes
import Runtime

/// One request in flight, and what has come of its answer. Belongs to the loop's thread, as libcurl's callbacks do.
final class Transfer {
    let number: Int
    let handle: UnsafeMutableRawPointer
    let request: HTTPRequest
    private let end: Duration
    private let time: any TimeSource
    private let answer: CheckedContinuation<TransferLoop.Outcome, Never>
    private let maxAnswerBytes: Int
    private let headerList: UnsafeMutablePointer<curl_slist>?
    private let problemText: UnsafeMutablePointer<CChar>

    /// The request was put on a connection: the server may have seen it.
    private(set) var hasBegun = false
    private var wasToBeRepeated = false
    private var isLate = false
    private var isTooLarge = false
    private var headerBytes = 0
    private var isHeaderComplete = false
    private var headerFields = HTTPFields()
    private var body = Data()

    private static let maxHeaderBytes = 256 << 10

    init(
        _ order: TransferLoop.Order, timeout: Duration, _ handle: UnsafeMutableRawPointer,
        _ configuration: HTTPClientConfiguration, _ time: any TimeSource
    ) {
        end = order.end
        self.time = time
        number = order.number
        self.handle = handle
        request = order.request
        answer = order.answer
        maxAnswerBytes = configuration.maxAnswerBytes
        headerList = order.request.headerList()
        problemText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        problemText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection(configuration, timeout: timeout)
        setRequest()
        // Unretained: the transfer outlives its stay in the multi handle, where alone the callbacks run.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_data_callbacks(handle, receiveHeader, receiveBody, context)
        ccurl_set_before_request_callback(handle, beforeRequest, context)
    }

    deinit {
        curl_slist_free_all(headerList)
        problemText.deallocate()
    }

    private func setConnection(_ configuration: HTTPClientConfiguration, timeout: Duration) {
        let isSecure = request.scheme == "https"
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Else the end of a transfer waits for a name server that does not answer, and the whole thread with it.
        ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds(timeout))
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(timeout, configuration.connectTimeout)))
        // An empty proxy, and an empty list of exceptions, keep libcurl from reading the environment's.
        ccurl_set_text(handle, CURLOPT_PROXY, configuration.proxy ?? "")
        ccurl_set_text(handle, CURLOPT_NOPROXY, "")
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Cleartext HTTP/2 breaks on the second request of a connection in libcurl 7.88.
        ccurl_set_long(
            handle, CURLOPT_HTTP_VERSION, Int(isSecure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        ccurl_set_long(handle, CURLOPT_PIPEWAIT, isSecure ? 1 : 0)
        ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.caFile { ccurl_set_text(handle, CURLOPT_CAINFO, file) }
        // Requests would go on failing on an HTTP/2 connection whose peer vanished without a word.
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_unacknowledged_limit(handle, 20000)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, problemText)
    }

    private func setRequest() {
        ccurl_set_text(handle, CURLOPT_URL, request.url)
        ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        switch request.method {
        case .head:
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case .get where request.body.isEmpty:
            ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        case .delete where request.body.isEmpty:
            ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, "DELETE")
        default:
            let body = request.body
            // One byte more: libcurl takes a null pointer, which an empty body has, for "no copy".
            _ = (body + [0]).withUnsafeBytes { ccurl_set_body(handle, $0.baseAddress, curl_off_t(body.count)) }
            ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        if let headerList { ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList) }
    }

    // MARK: What libcurl tells

    /// - Returns: whether the request may go out.
    fileprivate func begin() -> Bool {
        // A kept connection that broke before the first byte of an answer: libcurl would send the request again on a new one,
        // though the server may have acted on it.
        if hasBegun, !request.method.isIdempotent {
            wasToBeRepeated = true
            return false
        }
        // The process may have hung since the order was taken, and libcurl looks at its own time only after it has sent.
        guard time.uptime < end else {
            isLate = true
            return false
        }
        hasBegun = true
        return true
    }

    /// - Returns: whether to go on.
    fileprivate func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.maxHeaderBytes else { return false }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // Of the answer, or of another one behind a 100: the last one counts.
            headerFields = HTTPFields()
            isHeaderComplete = false
        } else if text.allSatisfy(\.isWhitespace) {
            isHeaderComplete = true
        } else if !isHeaderComplete, let colon = text.firstIndex(of: ":") {
            headerFields.append(
                String(text[..<colon]),
                text[text.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return true
    }

    /// - Returns: whether to go on.
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= maxAnswerBytes else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    // MARK: The end

    func finish(_ code: CURLcode, status: Int) {
        if code == CURLE_OK {
            answer.resume(returning: .success(HTTPResponse(status: status, headerFields: headerFields, body: body)))
            return
        }
        let kind: HTTPTransportError.Code
        let reason: String
        if isTooLarge {
            (kind, reason) = (.bodyTooLarge, "the answer has more than \(maxAnswerBytes) bytes")
        } else if headerBytes > Self.maxHeaderBytes {
            (kind, reason) = (.invalid, "the answer's header has more than \(Self.maxHeaderBytes) bytes")
        } else if wasToBeRepeated {
            (kind, reason) = (.connectionLost, "the kept connection was closed before the answer")
        } else if isLate {
            (kind, reason) = (.timedOut, "its time was over before it could be sent")
        } else {
            let text = String(cString: problemText)
            kind = HTTPTransportError.Code(code, hasBegun: hasBegun)
            reason = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        }
        fail(HTTPTransportError(kind, "\(request.authority): \(reason)", isSurelyUnsent: !hasBegun))
    }

    func fail(_ error: HTTPTransportError) {
        answer.resume(returning: .failure(error))
    }
}

// Called by libcurl, on the loop's thread, within curl_multi_perform. None of them calls libcurl.

private func beforeRequest(
    _ context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
    _: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().begin()
        ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receive(headerLine: line) ? line.count : 0
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receive(part) ? part.count : 0
}

/// At least 1: libcurl takes 0 for "no limit".
private func milliseconds(_ duration: Duration) -> Int {
    Int(max(1, min(duration / .milliseconds(1), Double(Int32.max))))
}
