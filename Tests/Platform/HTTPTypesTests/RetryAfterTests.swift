import Foundation
import HTTPTypes
import Testing

@Suite("Retry-After")
struct RetryAfterTests {
    @Test(
        "Seconds, or a date by the answer's own clock, up to a day",
        arguments: [
            ("7", nil, 7), (" 7 ", nil, 7), ("-5", nil, 0), ("1e9", nil, 86400),
            ("Wed, 25 Nov 2026 10:01:00 GMT", "Wed, 25 Nov 2026 10:00:00 GMT", 60),
            ("Wed, 25 Nov 2026 10:01:00 GMT", nil, 90), ("Wed, 25 Nov 2026 09:00:00 GMT", nil, 0),
        ] as [(String, String?, Int)])
    func times(_ text: String, _ date: String?, _ seconds: Int) throws {
        var response = HTTPResponse(status: 429, headerFields: ["Retry-After": text])
        if let date { response.headerFields["Date"] = date }
        let now = try Date("2026-11-25T09:59:30Z", strategy: .iso8601)
        #expect(response.retryAfter(now: now) == .seconds(seconds))
    }

    @Test("What names no time is none", arguments: ["", "soon", "nan", "Wed, 25 Foo 2026 10:01:00 GMT"])
    func none(_ text: String) {
        #expect(HTTPResponse(status: 503, headerFields: ["Retry-After": text]).retryAfter(now: Date()) == nil)
        #expect(HTTPResponse(status: 503).retryAfter(now: Date()) == nil)
    }
}
