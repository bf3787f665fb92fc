import Foundation
import HTTPTypes

/// How long Graph is left alone after an answer that asks for it.
struct RetryAfter {
    /// 1 second to 1 day.
    let duration: Duration

    /// Where the server names no time.
    static let unnamed: Duration = .seconds(10)

    /// - Parameter now: the wall clock.
    init(_ response: HTTPResponse, now: Date) {
        duration = max(.seconds(1), response.retryAfter(now: now) ?? Self.unnamed)
    }
}
