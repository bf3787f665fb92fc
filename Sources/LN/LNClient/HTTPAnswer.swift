import Foundation
import HTTPTypes

extension HTTPTransport {
    /// The answer to a request, or why there is none, as an error of LN's.
    /// - Parameter isWrite: what surely was not sent was surely not written.
    func answer(
        to request: HTTPRequest, timeout: Duration, from server: String, isWrite: Bool = false
    ) async throws(LNError) -> HTTPResponse {
        do {
            return try await send(request, timeout: timeout)
        } catch {
            let place = "\(server) at \(request.authority)"
            throw reason(error, place, timeout).afterWriting(isWrite && !error.isSurelyUnsent)
        }
    }

    private func reason(_ error: HTTPTransportError, _ place: String, _ timeout: Duration) -> LNError {
        switch error.code {
        case .cancelled: LNError(.cancelled, "the request to \(place) was cancelled")
        case .timedOut: LNError(.timedOut, "\(place) did not answer within \(timeout)")
        case .notTrusted:
            LNError(.unreachable, "the certificate of \(place) is not trusted: \(error.message)")
        case .bodyTooLarge, .invalid:
            LNError(.invalidAnswer, "\(place) answered what can't be read: \(error.message)")
        default:
            LNError(
                .unreachable,
                "\(place) can't be reached: \(error.message). Where that is not its address: the .ionapi file "
                    + "(LNSYNC_LN_IONAPI_FILE) has it, as \(Self.member(place)); another file is read with the next request"
            )
        }
    }
}

extension HTTPTransport {
    /// What the .ionapi file calls a server's address.
    fileprivate static func member(_ place: String) -> String {
        place.hasPrefix("ION API") ? "iu, the ION API URL" : "pu, the authorization server's URL"
    }
}

/// Percent-encoding of RFC 3986.
enum PercentEncoding {
    /// Encodes all bytes but the unreserved and those of `keeping`.
    static func encode(_ text: String, keeping: String) -> String {
        let kept = Set(keeping.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(0x25)
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 15))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
