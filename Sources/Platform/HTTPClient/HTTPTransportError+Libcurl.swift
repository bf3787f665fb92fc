import CCurl
import HTTPTypes

extension HTTPTransportError.Code {
    /// - Parameter hasBegun: the request was put on a connection.
    init(_ code: CURLcode, hasBegun: Bool) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            self = hasBegun ? .timedOut : .cannotConnect
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
            self = .cannotConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS:
            self = .notTrusted
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self = .invalid
        default:
            self = hasBegun ? .connectionLost : .cannotConnect
        }
    }
}

extension HTTPTransportError {
    static let cancelledUnsent = HTTPTransportError(
        .cancelled, "the request was cancelled before it was sent", isSurelyUnsent: true)
    static let timedOutUnsent = HTTPTransportError(
        .timedOut, "its time was over before it could be sent", isSurelyUnsent: true)
    static let closed = HTTPTransportError(.cancelled, "the client was closed", isSurelyUnsent: true)
}
