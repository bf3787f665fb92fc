import ExchangeClient
import Foundation
import HTTPTypes
import Runtime
import SyncModel

/// Sends requests to Graph: with a token, within what the mailbox allows, each counted, and an answer of failure as an error.
struct GraphClient: Sendable {
    struct Call {
        let method: HTTPMethod
        let url: String
        /// Beside immutable ids, which every request asks for.
        var prefer: [String] = []
        var ifMatch: ETag?
        var body = Data()

        var isWrite: Bool { method != .get }
    }

    let url: GraphURL
    let timeout: Duration
    let token: GraphToken
    let governor: MailboxGovernor
    let transport: any HTTPTransport
    let time: any TimeSource
    let randomness: any Randomness
    let metrics: GraphMetrics
    /// The app's, for the advice where it lacks it.
    let permission: String

    /// The body of an answer of success.
    func send(_ call: Call, _ mailbox: EmailAddress) async throws(ExchangeError) -> Data {
        try await governor.acquire(mailbox)
        defer { governor.release(mailbox) }
        let first = try await token.current()
        do throws(ExchangeError) {
            return try await attempt(call, first, mailbox)
        } catch {
            guard error.kind == .authExpired else { throw error }
        }
        // Seen with tokens that are still valid, too: one more try, with another.
        token.discard(first)
        return try await attempt(call, token.current(), mailbox)
    }

    private func attempt(
        _ call: Call, _ token: String, _ mailbox: EmailAddress
    ) async throws(ExchangeError) -> Data {
        do throws(ExchangeError) {
            let data = try await exchange(call, token)
            metrics.count(call.isWrite ? .write : .read, nil)
            return data
        } catch {
            metrics.count(call.isWrite ? .write : .read, error)
            if case .throttled(let duration) = error.kind { governor.rest(mailbox, for: duration) }
            throw error
        }
    }

    private func exchange(_ call: Call, _ token: String) async throws(ExchangeError) -> Data {
        var fields: HTTPFields = [
            "Authorization": "Bearer \(token)", "Accept": "application/json",
            "Prefer": ([#"IdType="ImmutableId""#] + call.prefer).joined(separator: ", "),
            "client-request-id": requestID(),
        ]
        if let etag = call.ifMatch { fields["If-Match"] = etag.rawValue }
        if !call.body.isEmpty { fields["Content-Type"] = "application/json" }
        guard let request = HTTPRequest(method: call.method, url: call.url, headerFields: fields, body: call.body)
        else {
            throw ExchangeError(.invalid, "the request can't be made")
        }
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await transport.send(request, timeout: timeout)
        } catch {
            if error.code == .bodyTooLarge, !call.isWrite {
                throw ExchangeError(.invalid, "Graph's answer can't be read: \(error)")
            }
            throw ExchangeError(
                .transient, "no answer from Graph: \(error)", isOutcomeUnknown: call.isWrite && !error.isSurelyUnsent)
        }
        guard (200..<300).contains(response.status) else {
            throw GraphFailure(response, isWrite: call.isWrite, permission, now: time.now).error
        }
        return response.body
    }

    /// A UUID of random bits (version 4), which Microsoft's support finds the request by.
    private func requestID() -> String {
        let (high, low) = (randomness.next(), randomness.next())
        let digits = [high & ~0xF000 | 0x4000, low & ~(0b11 << 62) | 0b10 << 62].map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        var groups: [Substring] = []
        var rest = Substring(digits)
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
